import { randomBytes } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'

import { connect, listen, type Link, type Security } from 'coxswain'

import { createDeferred } from '../../src/base/deferred.ts'
import { Bulk } from '../protocols/stream.gen.ts'

const key = randomBytes(32)
/** Around what a record, a read of a socket and the shared buffer of the way out hold. */
const LENGTHS = [0, 1, 4095, 4096, 30_000, 32_768, 65_500, 65_519, 65_520, 65_535, 65_536]

/** Made of its number alone. */
function fill(chunk: Uint8Array, number: number): void {
  for (let index = 0; index < chunk.length; index++) chunk[index] = number * 31 + index * 7 + (index >> 8)
}

function lengthOf(number: number): number {
  return LENGTHS[(number * number + number) % LENGTHS.length]!
}

/** One buffer for all of them, written over for each. */
function* reusingOneBuffer(count: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(65_536)
  for (let number = 0; number < count; number++) {
    const chunk = buffer.subarray(0, lengthOf(number))
    fill(chunk, number)
    yield chunk
    buffer.fill(0xee)
  }
}

/** Keeps each chunk, and at the end looks whether one of them was written over. */
function keepAll(onKept: (wrong: number[]) => void): ReturnType<typeof Bulk.master.with> {
  return Bulk.master.with({
    chunks: async (turn) => {
      const kept: Uint8Array[] = []
      for await (const chunk of turn.stream) kept.push(chunk)
      const wrong = kept.flatMap((chunk, number) => {
        const expected = new Uint8Array(lengthOf(number))
        fill(expected, number)
        const same = Buffer.compare(chunk, expected) === 0
        // The memory is the program's: what it writes here must show in no other chunk.
        chunk.fill(0xdd)
        return same ? [] : [number]
      })
      onKept(wrong)
      const { send } = await turn.end()
      return send.bytes(kept.length)
    },
  })
}

const SECURITIES: readonly [string, Security | 'none'][] = [
  ['in the clear', 'none'],
  ['with ChaChaPoly', { key }],
  ['with AESGCM', { key, aead: 'AESGCM' }],
  ['with padding', { key, padding: 'padme' }],
]

describe.each(SECURITIES)('large payloads %s', (_, security) => {
  it.each(['listens', 'dials'])(
    'arrive as they were sent, in memory of their own, at the side that %s',
    async (who) => {
      const count = 300
      const wrong: number[][] = []
      const serve = [keepAll((numbers) => wrong.push(numbers))]
      const accepted = createDeferred<Link>()
      const server = await listen({
        port: 0,
        security,
        serve: who === 'listens' ? serve : [],
        onLink: accepted.resolve,
      })
      onTestFinished(() => server.close({ deadlineMs: 0 }))
      const dialled = await connect({ port: server.port!, security, serve: who === 'dials' ? serve : [] })
      onTestFinished(() => dialled.close({ deadlineMs: 0 }))
      const sender = who === 'listens' ? dialled : await accepted.promise
      const outcomes = await Promise.all(
        [0, 1].map(() => Bulk.peer.handle(sender, { start: (turn) => turn.send.chunks(reusingOneBuffer(count)) })),
      )
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['bytes', 'bytes'])
      expect(wrong).toEqual([[], []])
    },
  )
})
