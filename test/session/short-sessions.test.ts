import { setFlagsFromString } from 'node:v8'
import { describe, expect, it, onTestFinished } from 'vitest'

import type { Link } from 'coxswain'

import { Echo, type Item } from '../protocols/session.gen.ts'
import { collect, oldBytes } from './collect.ts'
import { createPair } from './pairs.ts'

const item: Item = { n: 1, text: 'a' }

const CALLS: Readonly<Record<string, (link: Link) => Promise<unknown>>> = {
  handlers: (link) => Echo.peer.handle(link, { start: (turn) => turn.send.ask(item) }),
  'handlers that look at their session': (link) =>
    Echo.peer.handle(link, {
      start: (turn) => {
        expect(turn.session.id).toBeGreaterThan(0)
        return turn.send.ask(item)
      },
    }),
  direct: async (link) => {
    const start = await Echo.peer.open(link)
    return start.send.ask(item)
  },
  turns: async (link) => {
    for await (const turn of Echo.peer.turns(link)) if (turn.at === 'start') await turn.send.ask(item)
  },
}

describe('sessions of one question each', () => {
  // What a collection of the young generation does not find dead is copied by it, twice, and then waits for a full one.
  const cases = Object.keys(CALLS).flatMap((form) => [
    [form, 'compiled well'],
    [form, 'before it is compiled well'],
  ])
  it.each(cases)('leave little that outlives a collection of young memory: %s, %s', async (form, compiled) => {
    if (compiled !== 'compiled well') {
      setFlagsFromString('--no-opt')
      onTestFinished(() => setFlagsFromString('--opt'))
    }
    const { near } = await createPair([Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })])
    const run = async (count: number): Promise<void> => {
      const one = async (): Promise<void> => {
        for (let done = 0; done < count / 100; done++) await CALLS[form]!(near)
      }
      await Promise.all(Array.from({ length: 100 }, one))
    }
    await run(5000)
    // What is there now becomes old, as it does in a process that has run for a while.
    collect()
    let mostBytes = 0
    const before = oldBytes()
    for (let round = 0; round < 20; round++) {
      await run(1000)
      mostBytes = Math.max(mostBytes, oldBytes() - before)
    }
    // Of a script the registry of lost sessions keeps a cell until the next full collection. A session has a kilobyte.
    expect(mostBytes / 20_000).toBeLessThan(form.startsWith('handlers') ? 150 : 450)
  })
})
