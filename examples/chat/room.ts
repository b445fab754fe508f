/**
 * A chat room. Each guest has one link, and both ends of it serve and open sessions: the guest opens `Enter` and `Say`, and the
 * room opens `Say` towards every other guest.
 *
 *     npx tsx examples/chat/room.ts --port 7171
 */

import { parseArgs } from 'node:util'

import { listen, SteerError, type Link } from 'coxswain'

import { Enter, Say, type Line } from './chat.gen.ts'

const { values } = parseArgs({ options: { port: { type: 'string', default: '7171' } } })
const guests = new Map<Link, string>()

const enter = Enter.master.with({
  name: (turn) => {
    const { name } = turn.message
    const present = [...guests.values()]
    if (present.includes(name) || guests.has(turn.link)) return turn.send.taken()
    guests.set(turn.link, name)
    console.log(`${name} enters`)
    void turn.link.closed.then(() => {
      guests.delete(turn.link)
      console.log(`${name} leaves`)
    })
    return turn.send.welcome({ present })
  },
})

const hear = Say.master.with({
  line: async (turn) => {
    const from = guests.get(turn.link)
    if (from === undefined) {
      turn.session.cancel('enter first')
      return
    }
    // The keepalive goes back when everybody has been told, so a guest cannot speak faster than the slowest reads.
    await Promise.all(
      [...guests.keys()].filter((link) => link !== turn.link).map((link) => tell(link, { ...turn.message, from })),
    )
  },
})

async function tell(link: Link, line: Line): Promise<void> {
  try {
    await Say.peer.handle(link, { start: (turn) => turn.send.line(line) })
  } catch (error) {
    // A guest who has just left hears no more.
    if (!SteerError.is(error)) throw error
  }
}

const server = await listen({ port: Number(values.port), security: 'none', serve: [enter, hear] })
console.log(`the room is open on port ${server.port}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close({ deadlineMs: 1000 }))
}
