import { expect, it } from 'vitest'

import { growthOf, sendBulk } from '../soak/bulk.ts'

const MEGABYTE = 1024 * 1024

it('sends 256 MB through one stream, unaltered and with flat memory', { timeout: 120_000 }, async () => {
  const { bytes, sent, arrived, seconds, readings } = await sendBulk(256 * MEGABYTE, 16)
  expect(bytes).toBe(256 * MEGABYTE)
  expect(arrived).toBe(sent)
  expect(readings.length).toBe(16)
  const held = readings.map((reading) => reading.heldBytes)
  // The window of 64 items, the outbox, and what the sockets have handed over: some ten megabytes, more or less at each reading.
  expect(Math.max(...held)).toBeLessThan(128 * MEGABYTE)
  // An eighth of what half of the bytes would be.
  expect(growthOf(readings)).toBeLessThan(16 * MEGABYTE)
  console.log(`256 MB in ${seconds.toFixed(1)} s, held ${held.map((one) => Math.round(one / MEGABYTE)).join(' ')} MB`)
})
