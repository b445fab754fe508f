/** The bars, as data. Each is on a ratio of figures of the same rounds, or on a figure itself. */

import type { Bar, Figure } from './runner/verdicts.ts'

/** Below it the machine, not the code, is measured: then a run says nothing. */
export const LEAST_LIMIT = 2.5

function figure(bench: string, contestant: string, metric: string): Figure {
  return { bench, contestant, metric }
}

function atLeast(name: string, of: Figure, against: Figure, bar: number, stretch?: number): Bar {
  return { name, of, against, atLeast: bar, ...(stretch === undefined ? {} : { stretch }) }
}

function atMost(name: string, of: Figure, against: Figure, bar: number): Bar {
  return { name, of, against, atMost: bar }
}

function absolute(name: string, of: Figure, bar: number, stretch?: number): Bar {
  return { name, of, atMost: bar, ...(stretch === undefined ? {} : { stretch }) }
}

const speed = (bench: string, contestant: string): Figure => figure(bench, contestant, 'perSecond')
const rate = (contestant: string): Figure => figure('bulk', contestant, 'megabytes')

const STREAM: readonly Bar[] = [
  atLeast('stream: of the limit', speed('stream', 'coxswain'), speed('stream', 'limit'), 0.75, 0.9),
  atLeast('stream: x grpc-js', speed('stream', 'coxswain'), speed('stream', 'grpc'), 20),
  atLeast('stream: x ws', speed('stream', 'coxswain'), speed('stream', 'ws'), 5),
  absolute('stream: CPU s per million', figure('stream', 'coxswain', 'cpu'), 0.8),
  absolute('stream, for await: CPU s per million', figure('stream', 'coxswain flow', 'cpu'), 1.2, 0.9),
  atLeast('stream, secure: of plain', speed('stream', 'coxswain secure'), speed('stream', 'coxswain'), 0.75),
  atLeast('stream, secure: of tls', speed('stream', 'coxswain secure'), speed('stream', 'tls'), 0.9, 1),
]

const TURNS: readonly Bar[] = [
  atLeast('turns: of raw net', speed('turns', 'coxswain'), speed('turns', 'net'), 0.8, 0.9),
  atLeast('turns: x ws', speed('turns', 'coxswain'), speed('turns', 'ws'), 1.1),
  atLeast('turns: x grpc-js', speed('turns', 'coxswain'), speed('turns', 'grpc'), 2),
  atLeast('turns, secure: of tls', speed('turns', 'coxswain secure'), speed('turns', 'tls'), 0.6, 0.8),
]

function sessionBars(sessions: number): Bar[] {
  const bench = `sessions ${sessions}`
  return [
    atLeast(`${bench}: of the limit`, speed(bench, 'coxswain'), speed(bench, 'limit'), 0.6, 0.8),
    atLeast(`${bench}: x grpc-js`, speed(bench, 'coxswain'), speed(bench, 'grpc'), 10),
    atLeast(`${bench}: x ws`, speed(bench, 'coxswain'), speed(bench, 'ws'), 5),
    absolute(`${bench}: p99 by p50`, figure(bench, 'coxswain', 'tail'), 3),
    atLeast(`${bench}, secure: of plain`, speed(bench, 'coxswain secure'), speed(bench, 'coxswain'), 0.7),
  ]
}

const SESSIONS: readonly Bar[] = [
  ...sessionBars(100),
  ...sessionBars(1000),
  atLeast('sessions 1000, secure: of tls', speed('sessions 1000', 'coxswain secure'), speed('sessions 1000', 'tls'), 1),
]

const BULK: readonly Bar[] = [
  atLeast('bulk: of raw net', rate('coxswain'), rate('net'), 0.9),
  atLeast('bulk: x grpc-js', rate('coxswain'), rate('grpc'), 2),
  atLeast('bulk, secure: of tls, ChaCha20-Poly1305', rate('coxswain secure'), rate('tls ChaCha'), 0.95, 1),
  atLeast('bulk, secure: of tls, AES-256-GCM', rate('coxswain secure AES'), rate('tls'), 0.95, 1),
  atLeast('bulk, secure: x grpc-js', rate('coxswain secure'), rate('grpc'), 2),
]

/** The forms that are nicer to write than handlers stay within a quarter of the fastest. */
const FORMS: readonly Bar[] = [
  ['stream', 'direct'],
  ['stream', 'turns'],
  ['turns', 'direct'],
  ['turns', 'turns'],
  ['sessions 100', 'direct'],
  ['sessions 100', 'turns'],
  ['sessions 1000', 'direct'],
  ['sessions 1000', 'turns'],
].map(([bench, form]) =>
  atLeast(`${bench!}, form ${form!}: of handlers`, speed(bench!, `coxswain ${form!}`), speed(bench!, 'coxswain'), 0.75),
)

const MEMORY: readonly Bar[] = [
  absolute('memory: bytes of an idle session', figure('memory', 'coxswain session', 'bytes'), 1000),
  atMost('memory: idle link, of raw net', figure('memory', 'coxswain', 'bytes'), figure('memory', 'net', 'bytes'), 1.3),
  atMost(
    'memory: idle secure link, of raw net',
    figure('memory', 'coxswain secure', 'bytes'),
    figure('memory', 'net', 'bytes'),
    2,
  ),
  { name: 'memory: idle sessions in one process', of: figure('memory', 'coxswain session', 'held'), atLeast: 50_000 },
]

const COLD: readonly Bar[] = [
  atMost('cold start: first turn, of raw net', figure('cold', 'coxswain', 'ms'), figure('cold', 'net', 'ms'), 1.3),
  absolute('cold start: import of the runtime, ms', figure('cold', 'coxswain', 'importMs'), 20),
  absolute('cold start: modules that are not used', figure('cold', 'coxswain', 'unwanted'), 0),
]

function codecBars(bench: string): Bar[] {
  return ['status', 'order', 'samples'].flatMap((shape) => [
    atMostInverse(`${bench}: ${shape}, encode x cbor-x`, bench, shape, 'encodeNs', 3),
    atMostInverse(`${bench}: ${shape}, decode x cbor-x`, bench, shape, 'decodeNs', 2.5),
  ])
}

/** So many times as fast: the other's time by ours. */
function atMostInverse(name: string, bench: string, shape: string, metric: string, times: number): Bar {
  return atLeast(name, figure(bench, `cbor-x ${shape}`, metric), figure(bench, shape, metric), times)
}

const COST: readonly Bar[] = [
  absolute('cost: growth of CPU per message, 1 to 10,000 sessions', figure('cost', 'by sessions', 'growth'), 1.1),
  absolute('cost: growth of CPU per message, 10 kB to 1 GB', figure('cost', 'by bytes', 'growth'), 1.1),
]

const GENERATOR: readonly Bar[] = [
  atMost(
    'generator: one file, of bare ts-morph',
    figure('generator', 'one file', 'ms'),
    figure('generator', 'ts-morph, one file', 'ms'),
    1.25,
  ),
  atMost(
    'generator: 200 files, of bare ts-morph',
    figure('generator', '200 files', 'ms'),
    figure('generator', 'ts-morph, 200 files', 'ms'),
    1.25,
  ),
  atMost(
    'generator: unchanged input, of a bare start',
    figure('generator', 'unchanged', 'ms'),
    figure('generator', 'node', 'ms'),
    2,
  ),
  absolute('generator: --watch answers an edit, ms', figure('generator', 'watch', 'ms'), 200),
  absolute('generator: type-check of a protocol of 400 states, ms', figure('generator', 'type-check', 'ms'), 1000),
]

export const BARS: readonly Bar[] = [
  ...STREAM,
  ...TURNS,
  ...SESSIONS,
  ...BULK,
  ...FORMS,
  ...MEMORY,
  ...COLD,
  ...codecBars('codec'),
  ...codecBars('codec of fifty'),
  atMost(
    'handshake: of bare X25519 and HKDF',
    figure('handshake', 'coxswain', 'us'),
    figure('handshake', 'node:crypto', 'us'),
    1.25,
  ),
  ...COST,
  ...GENERATOR,
]
