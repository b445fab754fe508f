/** The benches of peers: streams, turns, sessions, bulk; plain and encrypted. */

import type { Bench } from '../runner/bench.ts'
import { createContest, type Contestant } from '../runner/contest.ts'
import { CHUNK_BYTES, sumOfChunks } from './chunk.ts'
import { sumOfAnswers, sumOfReadings } from './reading.ts'

const NET: Contestant = { name: 'net', peer: 'net' }
const LIMIT: Contestant = { name: 'limit', peer: 'limit' }
const TLS: Contestant = { name: 'tls', peer: 'limit', options: { tls: 'AESGCM' } }
const WS: Contestant = { name: 'ws', peer: 'ws' }
const GRPC: Contestant = { name: 'grpc', peer: 'grpc' }
const CONNECT: Contestant = { name: 'connect', peer: 'connect', isSlow: true }
const TRPC: Contestant = { name: 'trpc', peer: 'trpc', isSlow: true }
const WRONG: Contestant = { name: 'wrong', peer: 'wrong-limit', isHidden: true }
const PLAIN: Contestant = { name: 'coxswain', peer: 'coxswain' }
const SECURE: Contestant = { name: 'coxswain secure', peer: 'coxswain', options: { security: 'ChaChaPoly' } }
const SECURE_AES: Contestant = {
  name: 'coxswain secure AES',
  peer: 'coxswain',
  options: { security: 'AESGCM' },
  isSlow: true,
}

/** Quick runs show the forms by the stream alone. */
function form(name: string, isSlow = false): Contestant {
  return { name: `coxswain ${name}`, peer: 'coxswain', options: { form: name }, isSlow }
}

/** Take part in streams and in turns, behind the forms of a plain link. */
const ENCRYPTED_AND_PEERS = [SECURE, SECURE_AES, TLS, WS, GRPC, CONNECT, TRPC]

const STREAM = createContest({
  name: 'stream',
  about: 'one-way stream of small objects, one connection, processes on a core each',
  workload: 'stream',
  cores: 'apart',
  sumOf: sumOfReadings,
  contestants: [NET, LIMIT, PLAIN, form('flow'), form('direct'), form('turns'), ...ENCRYPTED_AND_PEERS, WRONG],
})

/** Who goes turn by turn. */
const IN_TURNS = [LIMIT, PLAIN, form('direct', true), form('turns', true), ...ENCRYPTED_AND_PEERS]

const TURNS = createContest({
  name: 'turns',
  about: 'one session, turn by turn, both processes on one core',
  workload: 'turns',
  cores: 'together',
  sumOf: sumOfAnswers,
  contestants: [NET, ...IN_TURNS],
})

function createSessions(sessions: number, contestants: readonly Contestant[], isSlow = false): Bench {
  return createContest({
    name: `sessions ${sessions}`,
    about: `${sessions.toLocaleString('en-US')} sessions over one connection, each turn by turn`,
    isSlow,
    workload: 'turns',
    sessions,
    cores: 'apart',
    sumOf: sumOfAnswers,
    contestants,
  })
}

const CALLS = createContest({
  name: 'calls',
  about: 'a hundred calls at once over one connection, each a session of its own; with gRPC and Connect unary',
  isSlow: true,
  workload: 'calls',
  sessions: 100,
  cores: 'apart',
  sumOf: sumOfAnswers,
  contestants: [PLAIN, form('direct'), SECURE, WS, GRPC, CONNECT, TRPC],
})

const BULK = createContest({
  name: 'bulk',
  about: 'chunks of 64 KiB, one connection',
  workload: 'bulk',
  cores: 'apart',
  sumOf: sumOfChunks,
  unitBytes: CHUNK_BYTES,
  contestants: [
    NET,
    PLAIN,
    SECURE,
    SECURE_AES,
    { name: 'tls ChaCha', peer: 'net', options: { tls: 'ChaChaPoly' } },
    { name: 'tls', peer: 'net', options: { tls: 'AESGCM' } },
    WS,
    GRPC,
    CONNECT,
  ],
})

export const CONTESTS: readonly Bench[] = [
  STREAM,
  TURNS,
  createSessions(100, IN_TURNS, true),
  createSessions(1000, IN_TURNS),
  CALLS,
  createSessions(10_000, [LIMIT, PLAIN, SECURE], true),
  BULK,
]
