/** The rooms of the library and what each may use: the table of docs/architecture.md, as data. */

export interface Room {
  /** The folder, or the one file, that is the room. The longest match counts. */
  readonly path: string
  /** The rooms it may import, besides itself. */
  readonly imports: readonly string[]
  /** The packages it may import. A trailing `*` takes any package of that scope. Built-in modules of Node need no mention. */
  readonly packages?: readonly string[]
}

const RUNTIME = ['src/ir', 'src/base', 'src/wire', 'src/secure', 'src/kernel', 'src/session']
const REACTOR = ['src/reactor', 'src/services']
const GENERATOR = [
  'codegen/diagnostics',
  'codegen/read',
  'codegen/check',
  'codegen/emit',
  'codegen/versions',
  'codegen/draw',
  'codegen/model',
]

export const ROOMS: readonly Room[] = [
  { path: 'src/steer', imports: [] },
  { path: 'src/ir', imports: [] },
  { path: 'src/base', imports: [] },
  { path: 'src/wire', imports: ['src/base'] },
  { path: 'src/secure', imports: ['src/base', 'src/wire'], packages: ['@noble/*'] },
  { path: 'src/kernel', imports: ['src/ir', 'src/base'], packages: ['cbor-x'] },
  {
    path: 'src/session',
    imports: ['src/kernel', 'src/secure', 'src/wire', 'src/ir', 'src/base'],
    packages: ['p-retry'],
  },
  { path: 'src/reactor', imports: ['src/base'] },
  {
    path: 'src/services',
    imports: ['src/reactor', 'src/session', 'src/wire', 'src/base'],
    // Its own protocol is declared and generated as everybody's.
    packages: ['coxswain/kernel-v1', 'coxswain/steer'],
  },
  { path: 'src/testing', imports: ['src/reactor', 'src/session', 'src/wire', 'src/base'] },
  { path: 'codegen/diagnostics', imports: ['src/ir', 'src/base'] },
  { path: 'codegen/read', imports: ['codegen/diagnostics', 'src/ir', 'src/base'], packages: ['ts-morph'] },
  { path: 'codegen/check', imports: ['codegen/diagnostics', 'src/ir', 'src/base'] },
  { path: 'codegen/emit', imports: ['codegen/diagnostics', 'src/ir', 'src/base'] },
  { path: 'codegen/versions', imports: ['codegen/diagnostics', 'src/ir', 'src/base'] },
  { path: 'codegen/draw', imports: ['codegen/diagnostics', 'src/ir', 'src/base'] },
  { path: 'codegen/model', imports: ['codegen/diagnostics', 'src/ir', 'src/base'] },
  // The doors: what a subpath shows, put together from the rooms behind it.
  { path: 'src/index.ts', imports: RUNTIME },
  { path: 'codegen', imports: [...GENERATOR, 'src/ir', 'src/base'] },
  {
    path: 'src/cli',
    imports: ['src/index.ts', 'src/steer', ...RUNTIME, ...REACTOR, 'src/testing', 'codegen', ...GENERATOR],
  },
]

export interface Restriction {
  readonly rule: string
  /** The files and folders where it is allowed. */
  readonly allowedIn: readonly string[]
  /** Modules of Node, with or without `node:`. */
  readonly modules?: readonly string[]
  /** Global names, `name` or `object.name`. */
  readonly globals?: readonly string[]
}

/** What only one place may touch, so that everything else can be given a false one in a test. */
export const RESTRICTIONS: readonly Restriction[] = [
  { rule: 'sockets', allowedIn: ['src/wire/tcp.ts'], modules: ['net'] },
  {
    rule: 'time',
    allowedIn: ['src/base/clock.ts'],
    modules: ['timers', 'timers/promises', 'perf_hooks'],
    globals: [
      'setTimeout',
      'setInterval',
      'clearTimeout',
      'clearInterval',
      'Date.now',
      'new Date()',
      'performance',
      'process.hrtime',
      'AbortSignal.timeout',
    ],
  },
  { rule: 'chance', allowedIn: ['src/base/random.ts'], globals: ['Math.random', 'crypto.randomUUID'] },
  {
    rule: 'scheduling',
    allowedIn: ['src/base'],
    globals: ['setImmediate', 'clearImmediate', 'queueMicrotask', 'process.nextTick'],
  },
  {
    rule: 'isolates',
    allowedIn: ['src/reactor', 'src/cli/git.ts'],
    modules: ['child_process', 'cluster', 'async_hooks'],
  },
  // A port of it is what Node 20 frees memory through.
  { rule: 'threads', allowedIn: ['src/reactor', 'src/secure/free-memory.ts'], modules: ['worker_threads'] },
  { rule: 'inspection', allowedIn: ['src/reactor/isolate/stack.ts'], modules: ['inspector', 'inspector/promises'] },
  { rule: 'http', allowedIn: ['src/reactor/health.ts'], modules: ['http', 'https', 'http2'] },
]

/** The files that import what they are given the name of: nothing of ours goes in through them. */
export const LOADERS: readonly string[] = ['src/reactor/isolate/load.ts']
