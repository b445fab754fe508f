import { expect, it } from 'vitest'

import { growthOf, sendBulk } from '../soak/bulk.ts'

const MEGABYTE = 1024 * 1024

it('sends 256 MB through one stream, unaltered and with flat memory', { timeout: 120_000 }, async () => {
  const { bytes, sent, arrived, seconds, aheadBytes, readings } = await sendBulk(256 * MEGABYTE, 16)
  expect(bytes).toBe(256 * MEGABYTE)
  expect(arrived).toBe(sent)
  expect(readings.length).toBe(16)
  const underway = readings.map(({ underwayBytes }) => underwayBytes)
  const held = readings.map(({ heldBytes }) => heldBytes)
  // The window of 64 items. The sender stops at each reading, so that memory alone would not show one that is not kept to.
  expect(aheadBytes).toBeLessThan(6 * MEGABYTE)
  // Those items, the outbox, and what the sockets have handed over: some ten megabytes, more or less at each reading.
  expect(Math.max(...underway)).toBeLessThan(128 * MEGABYTE)
  // A thirty-second of what half of the bytes would be.
  expect(growthOf(readings)).toBeLessThan(4 * MEGABYTE)
  const print = (list: readonly number[]): string => list.map((one) => (one / MEGABYTE).toFixed(1)).join(' ')
  console.log(
    `256 MB in ${seconds.toFixed(1)} s, at most ${(aheadBytes / MEGABYTE).toFixed(1)} MB ahead, under way ${print(underway)} MB, then held ${print(held)} MB`,
  )
})
