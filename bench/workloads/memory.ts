/**
 * What an idle connection costs the process that serves it, and an idle session on a shared one. Connections are counted by
 * what the process takes of the machine, since sockets live outside of the heap; sessions by what JavaScript holds.
 */

import type { Job } from '../peers/peer.ts'
import { moduleBeside } from '../runner/beside.ts'
import { WrongAnswer, type Bench } from '../runner/bench.ts'
import { Side } from '../runner/process-pair.ts'
import type { Figures, Series } from '../runner/series.ts'
import type { Settings } from '../runner/settings.ts'
import type { Memory } from '../runner/side.ts'
import type { Order } from './memory-side.ts'

const MODULE = moduleBeside(import.meta.url, './memory-side')
const SESSIONS = 50_000

interface Subject {
  readonly name: string
  readonly peer: string
  readonly options: Readonly<Record<string, string>>
  readonly isSlow?: boolean
}

const SUBJECTS: readonly Subject[] = [
  { name: 'net', peer: 'net', options: {} },
  { name: 'coxswain', peer: 'coxswain', options: {} },
  { name: 'coxswain secure', peer: 'coxswain', options: { security: 'ChaChaPoly' } },
  { name: 'tls', peer: 'net', options: { tls: 'AESGCM' }, isSlow: true },
  { name: 'ws', peer: 'ws', options: {}, isSlow: true },
  { name: 'grpc', peer: 'grpc', options: {}, isSlow: true },
]

export const MEMORY: Bench = {
  name: 'memory',
  about: 'bytes of the serving process for each idle connection, and for each idle session of one connection',
  async run(settings) {
    const isChosen = (name: string): boolean => settings.contestants.length === 0 || settings.contestants.includes(name)
    const subjects = SUBJECTS.filter(({ name, isSlow }) => isChosen(name) && !(settings.isQuick && isSlow === true))
    const rounds = new Map<string, Figures[]>()
    // A process can be filled once: each round has its own.
    for (let round = 0; round < (settings.isQuick ? 1 : settings.rounds); round++) {
      for (const subject of subjects) push(rounds, subject.name, await measureLinks(subject, settings))
      if (!isChosen('coxswain session')) continue
      const [server, client] = await measureSessions()
      push(rounds, 'coxswain session', server)
      push(rounds, 'coxswain session, client', client)
    }
    return [...rounds].map(([contestant, figures]): Series => ({ bench: 'memory', contestant, rounds: figures }))
  },
}

function push(rounds: Map<string, Figures[]>, name: string, figures: Figures): void {
  rounds.set(name, [...(rounds.get(name) ?? []), figures])
}

async function measureLinks({ name, peer, options }: Subject, { isQuick }: Settings): Promise<Figures> {
  const job: Job = { workload: 'turns', sessions: 1, options }
  const count = isQuick ? 1000 : 4000
  return withPair(name, async (server, client) => {
    const port = await server.ask<number>({ ask: 'serve', peer, job })
    const open = (more: number): Promise<number> => {
      const argument: Order = { peer, job, port, count: more }
      return client.ask<number>({ ask: 'call', module: MODULE, name: 'openLinks', argument })
    }
    // The first connections load code and fill pools.
    const first = await open(500)
    const before = await server.ask<Memory>({ ask: 'memory' })
    const all = await open(count)
    const after = await server.ask<Memory>({ ask: 'memory' })
    if (all !== first + count) throw new WrongAnswer(`memory, ${name}: ${all} connections stand of ${first + count}`)
    return { bytes: (after.residentBytes - before.residentBytes) / count, held: count }
  })
}

async function measureSessions(): Promise<readonly [server: Figures, client: Figures]> {
  const job: Job = { workload: 'turns', sessions: 1, options: {} }
  return withPair('sessions', async (server, client) => {
    const port = await server.ask<number>({ ask: 'serve', peer: 'coxswain', job })
    const open = (count: number): Promise<number> => {
      const argument: Order = { peer: 'coxswain', job, port, count }
      return client.ask<number>({ ask: 'call', module: MODULE, name: 'openSessions', argument })
    }
    await open(1000)
    const before = [await server.ask<Memory>({ ask: 'memory' }), await client.ask<Memory>({ ask: 'memory' })] as const
    const good = await open(SESSIONS)
    const after = [await server.ask<Memory>({ ask: 'memory' }), await client.ask<Memory>({ ask: 'memory' })] as const
    if (good !== SESSIONS) throw new WrongAnswer(`memory: ${good} sessions answered of ${SESSIONS}`)
    const figures = (side: 0 | 1): Figures => ({
      bytes: (after[side].heldBytes - before[side].heldBytes) / SESSIONS,
      held: good,
    })
    return [figures(0), figures(1)]
  })
}

async function withPair<Value>(name: string, use: (server: Side, client: Side) => Promise<Value>): Promise<Value> {
  const server = new Side(`server of memory, ${name}`, 0)
  const client = new Side(`client of memory, ${name}`, 1)
  try {
    return await use(server, client)
  } finally {
    await server.stop()
    await client.stop()
  }
}
