/** The memory bound against sessions that fill whatever they may: a sender that never waits and a receiver that hardly reads. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Step } from '../../src/ir/declaration.ts'
import { lowerProtocol } from '../../src/ir/lower.ts'
import type { Machine, Move } from '../../src/ir/machine.ts'
import { memoryBoundOf, type InboundLimits } from '../../src/ir/memory.ts'
import type { Shape } from '../../src/ir/shape.ts'
import type { Role } from '../../src/ir/source.ts'
import { nodeAt } from '../../src/ir/walk.ts'
import { withStreams } from '../codegen/check/with-streams.ts'
import { provedArbitrary } from '../simulation/proved-protocol.ts'
import { machine, NUMBER, receive, send, TEXT } from './declare.ts'

const LIMITS: InboundLimits = { windowMessages: 4, windowBytes: 100, frameMaxBytes: 60 }

/** Some payloads have a bound, some do not. */
function maxBytesOf(payload: Shape): number {
  return payload.kind === 'string' || payload.kind === 'reference' ? Infinity : payload.kind.length * 3
}

/** What a sender may still put on the wire, and what lies unread at the other end. */
class Session {
  readonly #machine: Machine
  readonly #sender: Role
  readonly #decide: (count: number) => number
  #at = 0
  #unread: number[] = []
  #items: number[] = []
  most = 0

  constructor(machine: Machine, sender: Role, decide: (count: number) => number) {
    this.#machine = machine
    this.#sender = sender
    this.#decide = decide
  }

  run(steps: number): void {
    for (let step = 0; step < steps; step++) {
      const node = nodeAt(this.#machine, this.#at)
      if (node.kind === 'end') return
      if (node.kind === 'message') {
        const move = node.moves[this.#decide(node.moves.length)]!
        if (node.from !== this.#sender) this.#hear(move.next)
        else if (move.stream === undefined) this.#send(move)
        else this.#stream(move, move.stream.window)
      } else {
        if (node.kind === 'signal' && node.from !== this.#sender) this.#unread = []
        this.#at = node.next
      }
    }
  }

  /** The other side speaks, and so it has read everything. */
  #hear(next: number): void {
    this.#unread = []
    this.#at = next
  }

  #send(move: Move): void {
    while (this.#unread.length >= LIMITS.windowMessages || this.#held() >= LIMITS.windowBytes) this.#unread.shift()
    if (this.#decide(8) === 0) this.#unread.shift()
    this.#unread.push(this.#bytesOf(move))
    this.#at = move.next
    this.#note()
  }

  /** One item may be on its way before the receiver is there; the rest of the window is granted when it is. */
  #stream(move: Move, window: number): void {
    const bytes = this.#bytesOf(move)
    this.#items.push(bytes)
    this.#note()
    this.#unread = []
    for (let count = this.#decide(3 * window); count > 0; count--) {
      if (this.#items.length >= window) this.#items.shift()
      this.#items.push(bytes)
      this.#note()
    }
    this.#items = []
    this.#hear(move.next)
  }

  #bytesOf({ payload, sealed }: Move): number {
    if (payload === undefined) return 0
    const overhead = sealed === true ? 28 : 0
    return Math.min(LIMITS.frameMaxBytes, maxBytesOf(payload) + overhead)
  }

  #held(): number {
    return this.#unread.reduce((sum, bytes) => sum + bytes, 0)
  }

  #note(): void {
    this.most = Math.max(this.most, this.#held() + this.#items.reduce((sum, bytes) => sum + bytes, 0))
  }
}

function mostHeld(subject: Machine, decisions: readonly number[]): number {
  let next = 0
  const decide = (count: number): number => (decisions[next++ % decisions.length] ?? 0) % Math.max(1, count)
  return Math.max(
    ...(['master', 'peer'] as const).map((sender) => {
      const session = new Session(subject, sender, decide)
      session.run(400)
      return session.most
    }),
  )
}

describe('the memory bound', () => {
  test('is never passed by a session that fills its windows, with streams and sealed payloads', () => {
    let reached = 0
    let streams = 0
    fc.assert(
      fc.property(
        provedArbitrary,
        fc.array(fc.nat(1000), { minLength: 40, maxLength: 80 }),
        (declaration, decisions) => {
          const subject = lowerProtocol(withStreams(declaration))
          const bound = memoryBoundOf(subject, maxBytesOf, LIMITS)
          const most = mostHeld(subject, decisions)
          expect(most).toBeLessThanOrEqual(bound)
          if (most === bound && bound > 0) reached++
          if (subject.nodes.some((node) => node.kind === 'message' && node.moves[0]?.stream !== undefined)) streams++
        },
      ),
      { numRuns: 300 },
    )
    // A bound that is met is no idle one.
    expect(Math.min(reached, streams)).toBeGreaterThan(20)
  })

  const bound = (...steps: Step[]): number => memoryBoundOf(machine(...steps), maxBytesOf, LIMITS)
  const streamOf = (step: Step, window: number): Step => ({ ...step, stream: { window } }) as Step

  test('of a stream is its window of items', () => {
    expect(bound(streamOf(send('chunks', NUMBER), 5))).toBe(5 * 18)
    expect(bound(streamOf(send('chunks', TEXT), 5))).toBe(5 * 60)
    expect(bound(streamOf(send('chunks', NUMBER), 5), streamOf(receive('back', NUMBER), 7))).toBe(7 * 18)
  })

  test('of a stream behind messages is both, and a stream ends a run of messages', () => {
    expect(bound(send('a', NUMBER), streamOf(send('chunks', NUMBER), 2))).toBe(2 * 18 + 18)
    expect(bound(send('a', NUMBER), streamOf(send('chunks'), 2), send('b', NUMBER))).toBe(18)
    expect(bound(send('a', NUMBER), send('b', NUMBER), streamOf(send('chunks'), 2), send('c', NUMBER))).toBe(36)
  })

  test('of what is sealed is a frame, since a cipher may add to it', () => {
    expect(bound({ ...send('secret', NUMBER), sealed: true } as Step)).toBe(60)
  })
})
