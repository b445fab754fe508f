import { describe, expect, it } from 'vitest'

import type { Link } from 'coxswain'
import { createSimulation } from 'coxswain/testing'
import { FRAME } from '../../src/wire/frame.ts'
import { encodeVarint, VARINT_MAX_BYTES } from '../../src/wire/varint.ts'
import { Echo } from '../protocols/session.gen.ts'
import { collect } from '../session/collect.ts'
import { openFrame } from '../session/raw-peer.ts'
import { openRaw } from './raw-end.ts'
import { ask, echo, openScene, watch } from './scenes.ts'

const SESSIONS = 10_000
const LINKS = 2000
/** Longer than a link is ever left alone by itself, and shorter than it is silent before it pings. */
const IDLE_MS = 6000

async function heapBytes(): Promise<number> {
  for (let round = 0; round < 5; round++) await new Promise((resolve) => setImmediate(resolve))
  collect()
  return process.memoryUsage().heapUsed
}

/** What each of ten thousand sessions adds to the heap. */
async function bytesEach(open: () => Promise<void>): Promise<number> {
  const before = await heapBytes()
  await open()
  return Math.round(((await heapBytes()) - before) / SESSIONS)
}

/** As `openFrame`, with a number of any size. */
function openEcho(session: number): Buffer {
  const body = openFrame(1, 'peer', 'echo', Echo.fingerprint).subarray(6)
  const number = new Uint8Array(VARINT_MAX_BYTES)
  const numberBytes = encodeVarint(number, 0, session)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(1 + numberBytes + body.length)
  head[4] = FRAME.open
  return Buffer.concat([head, number.subarray(0, numberBytes), body])
}

describe('ten thousand idle sessions on one link', () => {
  it('cost at most a kilobyte each where they are served', async () => {
    const { simulation, link, send, frames } = await openRaw([echo], { turnMaxMs: Infinity })
    const numbers = Array.from({ length: SESSIONS }, (_, index) => index)
    const opens = numbers.map((index) => openEcho(2 * index + 1))
    const each = await bytesEach(async () => {
      for (let index = 0; index < SESSIONS; index += 100) {
        send(...opens.slice(index, index + 100))
        await simulation.advance(10)
      }
    })
    expect(frames().filter(({ kind }) => kind === FRAME.accept)).toHaveLength(SESSIONS)
    console.log(`memory of an idle session that is served: ${each} bytes`)
    expect(each).toBeLessThanOrEqual(1024)
    await simulation.until(link.close({ deadlineMs: 0 }))
  }, 60_000)

  it('disturb nobody, and end with the link without leaving anything', async () => {
    const { simulation, first, second } = await openScene({
      serve: [Echo.peer.with({ start: () => new Promise<never>(() => undefined) }), echo],
      limits: { turnMaxMs: Infinity },
    })
    await simulation.until(ask(first))
    const before = await heapBytes()
    let ended = 0
    const each = await bytesEach(async () => {
      for (let count = 0; count < SESSIONS; count++) {
        void Echo.master
          .handle(first, { ask: (turn) => turn.send.reply(turn.message) })
          .catch(() => undefined)
          .finally(() => ended++)
        if (count % 500 === 499) await simulation.advance(10)
      }
      await simulation.advance(1000)
    })
    console.log(`memory of an idle session, both ends, a handler that waits and the caller's promises: ${each} bytes`)
    expect(await simulation.until(ask(first), 100)).toMatchObject({ outcome: 'reply' })
    await simulation.advance(120_000)
    expect(first.signal.aborted || second.signal.aborted).toBe(false)
    const closing = watch(first.close({ deadlineMs: 0 }))
    await simulation.advance(2000)
    expect(closing()).toContain('value')
    expect(ended).toBe(SESSIONS)
    await simulation.finish()
    expect((await heapBytes()) - before).toBeLessThan(SESSIONS * 50)
  }, 60_000)
})

describe('two thousand idle links', () => {
  it('hold hardly more after sessions than before the first', async () => {
    const simulation = createSimulation({ seed: 1, network: { latencyMs: [1, 1], splitChance: 0 } })
    const links: Link[] = []
    for (let count = 0; count < LINKS; count++) {
      links.push((await simulation.openLinks({ serveSecond: [echo] })).first)
    }
    // Code that is new leaves something behind, too.
    for (let count = 0; count < 300; count++) await simulation.until(ask(links[0]!))
    const before = await heapBytes()
    await simulation.until(Promise.all(links.map((link) => ask(link))))
    const after = (await heapBytes()) - before
    await simulation.advance(IDLE_MS)
    const rested = (await heapBytes()) - before
    console.log(
      `left to a link by its first session, both ends: ${after / LINKS} bytes, a while later ${rested / LINKS}`,
    )
    expect(rested / LINKS).toBeLessThan(350)
    // And it goes on as if nothing had been.
    await simulation.until(Promise.all(links.map((link) => ask(link))))
    await simulation.until(Promise.all(links.map((link) => link.close())))
  })
})
