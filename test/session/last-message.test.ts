import { describe, expect, it } from 'vitest'

import type { Link, SessionEnd } from 'coxswain'

import { Rally, type Item, type RallyMasterResult } from '../protocols/session.gen.ts'
import { collect } from './collect.ts'
import { createGate, createPair, settle } from './pairs.ts'

const item = (n: number): Item => ({ n, text: `item ${n}` })

/** Plays balls 1 and 2, then stops. `seen` gets what arrives here, held weakly; `afterFirst` is called with the second ball under way. */
function play(link: Link, seen: WeakRef<Item>[] = []): ReturnType<typeof Rally.peer.handle> {
  return Rally.peer.handle(link, {
    start: (turn) => turn.send.ball(item(1)),
    back: (turn) => {
      seen.push(new WeakRef(turn.message))
      return seen.length < 2 ? turn.send.ball(item(2)) : turn.send.stop()
    },
  })
}

/** Collects until nothing but what is really held is left. */
async function isHeld(message: WeakRef<Item>): Promise<boolean> {
  for (let round = 0; round < 20; round++) {
    // In a later turn than `deref`, which keeps what it gives out to the end of its own.
    await settle()
    collect()
  }
  return message.deref() !== undefined
}

describe('the last message of a session', () => {
  it('is that of the result, on each side, also where the end comes without one', async () => {
    const ends: SessionEnd<RallyMasterResult>[] = []
    const serve = Rally.master.with(
      { ball: (turn) => turn.send.back({ ...turn.message, text: 'back' }) },
      { onSessionEnd: (end) => ends.push(end) },
    )
    const { near } = await createPair([serve])
    expect(await play(near)).toEqual({ outcome: 'stop', message: { n: 2, text: 'back' }, result: undefined })
    await settle()
    expect(ends.map(({ result }) => result)).toEqual([{ outcome: 'stop', message: item(2), result: undefined }])
  })

  it('is there where handlers answer later', async () => {
    const { near } = await createPair([
      Rally.master.with({ ball: async (turn) => turn.send.back(await Promise.resolve(turn.message)) }),
    ])
    let count = 0
    const result = await Rally.peer.handle(near, {
      start: (turn) => turn.send.ball(item(1)),
      back: async (turn) => {
        await settle()
        return ++count < 3 ? turn.send.ball(item(count + 1)) : turn.send.stop()
      },
    })
    expect(result).toEqual({ outcome: 'stop', message: item(3), result: undefined })
  })

  it('is held no longer by a side that waits for the next one', async () => {
    const gate = createGate()
    const { near } = await createPair([
      Rally.master.with({
        ball: async (turn) => {
          if (turn.message.n === 2) await gate.opened
          return turn.send.back(turn.message)
        },
      }),
    ])
    const seen: WeakRef<Item>[] = []
    const playing = play(near, seen)
    await settle()
    expect(seen).toHaveLength(1)
    expect(await isHeld(seen[0]!)).toBe(false)
    gate.open()
    expect(await playing).toMatchObject({ outcome: 'stop', message: item(2) })
  })

  it('is held by a serving side only where somebody wants to know the result', async () => {
    const arrived: WeakRef<Item>[] = []
    const create = (options?: { readonly onSessionEnd: () => void }) =>
      Rally.master.with(
        {
          ball: (turn) => {
            arrived.push(new WeakRef(turn.message))
            return turn.send.back(turn.message)
          },
        },
        options,
      )
    const gate = createGate()
    for (const options of [undefined, { onSessionEnd: () => undefined }]) {
      const { near } = await createPair([create(options)])
      void Rally.peer.handle(near, {
        start: (turn) => turn.send.ball(item(1)),
        back: async (turn) => {
          await gate.opened
          return turn.send.stop()
        },
      })
    }
    await settle()
    expect(arrived).toHaveLength(2)
    expect(await isHeld(arrived[0]!)).toBe(false)
    expect(arrived[1]!.deref()).toEqual(item(1))
    gate.open()
  })
})
