import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { generate } from '../../codegen/index.ts'
import { compile, COMPILERS, createFolder, ROOT, strictOptions } from './compilers.ts'

const VERSIONS = Object.keys(COMPILERS)
const GENERATED = [
  'examples/health/health',
  'examples/negotiate/negotiate',
  'test/types/conversations',
  'test/types/rows',
].flatMap((stem) => [`${stem}.gen.ts`, `${stem}.codec.gen.ts`])
/** Compilers take their time, and two of them may share a core with everything else. */
const TIMEOUT_MS = 120_000

const { folder, remove } = createFolder()
afterAll(remove)

/** What a user has: declarations of the library, generated files, and the barest `lib`. */
beforeAll(async () => {
  const source = join(ROOT, 'src')
  writeProject('library.json', [join(ROOT, 'src/index.ts'), join(ROOT, 'src/kernel/index.ts')], {
    noEmit: false,
    emitDeclarationOnly: true,
    // Whether the library itself is sound is a question of `npm run check`.
    noCheck: true,
    rootDir: source,
    outDir: join(folder, 'declarations'),
    typeRoots: [join(ROOT, 'node_modules/@types')],
  })
  expect((await compile('6.0', folder, 'library.json')).errors).toEqual([])
  mkdirSync(join(folder, 'generated'))
  for (const path of GENERATED) {
    writeFileSync(join(folder, 'generated', basename(path)), readFileSync(join(ROOT, path)))
  }
  writeFileSync(join(folder, 'big.steer.ts'), bigDeclaration(100))
  writeFileSync(join(folder, 'merged.steer.ts'), mergedDeclaration(200))
  writeFileSync(join(folder, 'streams.steer.ts'), streamsDeclaration(140))
  writeFileSync(join(folder, 'vast.steer.ts'), mergedDeclaration(1000))
  writeFileSync(join(folder, 'awkward.steer.ts'), awkwardDeclaration())
  const { outputs, diagnostics, protocols } = await generate({
    root: folder,
    paths: ['awkward.steer.ts', 'big.steer.ts', 'merged.steer.ts', 'streams.steer.ts', 'vast.steer.ts'],
  })
  expect(diagnostics).toEqual([])
  expect(protocols.slice(1).map(({ states }) => states)).toEqual([
    { master: 201, peer: 301 },
    { master: 401, peer: 401 },
    { master: 422, peer: 421 },
    { master: 2001, peer: 2001 },
  ])
  for (const { path, text } of outputs) writeFileSync(join(folder, path), text)
  writeFileSync(join(folder, 'empty.ts'), 'export {}\n')
  for (const name of ['big.gen.ts', 'merged.gen.ts', 'streams.gen.ts', 'vast.gen.ts', 'awkward.gen.ts', 'empty.ts'])
    writeProject(`${name}.json`, [name], bareOptions())
  writeProject('bare.json', generatedFiles(), bareOptions())
}, TIMEOUT_MS)

/** Copies, so that they do not lie beside the sources of the library. */
function generatedFiles(): string[] {
  return GENERATED.map((path) => join('generated', basename(path)))
}

function writeProject(name: string, files: readonly string[], options: Record<string, unknown>): void {
  const compilerOptions = { ...strictOptions(), ...options }
  writeFileSync(join(folder, name), JSON.stringify({ compilerOptions, files }))
}

function bareOptions(): { readonly lib: string[]; readonly types: string[]; readonly paths: Record<string, string[]> } {
  const paths = { 'coxswain/kernel-v1': ['./declarations/kernel/index.d.ts'] }
  return { lib: ['es2022'], types: [], paths }
}

/** A protocol of 4 states for each branch and side, and 2 more. */
function bigDeclaration(branches: number): string {
  const lines = Array.from({ length: branches }, (_, index) => {
    const yes = `on<Reply>(receive<Request>('more${index}'), send('done${index}'), again)`
    return `    ask${index}: on<Request>(choose({ yes${index}: ${yes}, no${index}: on(${index === 0 ? 'leave' : 'again'}) })),`
  })
  return `import { choose, loop, offer, on, receive, send, steer } from 'coxswain/steer'

export interface Request { id: number; text: string }
export interface Reply { ok: boolean }

export const Big = steer('big', send<Reply>('hello'), loop((again, leave) => [
  offer({
${lines.join('\n')}
  }),
]))
`
}

/** In each round both sides come to a point, over one of two ways. */
function mergedDeclaration(rounds: number): string {
  const lines = Array.from({ length: rounds }, (_, index) => {
    const ways = `left${index}: on<Request>(), right${index}: on<Reply>()`
    return `  choose({ ${ways} }), point('mine${index}'), offer({ ${ways.replace('left', 'up').replace('right', 'down')} }), point('yours${index}'),`
  })
  return `import { choose, offer, on, point, send, steer } from 'coxswain/steer'

export interface Request { id: number; text: string }
export interface Reply { ok: boolean }

export const Merged = steer('merged',
${lines.join('\n')}
  send('bye'),
)
`
}

/** In each round streams go both ways, with a turn of either side behind them; all that can be is sealed. */
function streamsDeclaration(rounds: number): string {
  const lines = Array.from({ length: rounds }, (_, index) => {
    const ways = `sendStream<Reply>('down${index}'), receiveStream<Sealed<Request>>('up${index}'), receiveStream<string>('more${index}')`
    return `  within(1000, ${ways}, send<Sealed<Reply>>('done${index}')), receive<Request>('next${index}'),`
  })
  return `import { receive, receiveStream, send, sendStream, steer, within, type Sealed } from 'coxswain/steer'

export interface Request { id: number; text: string }
export interface Reply { ok: boolean }

export const Streams = steer('streams',
${lines.join('\n')}
  receiveStream<Sealed<Uint8Array>>('last'),
)
`
}

/** Names that a codec file has for its own functions, constants and types, and names that it takes from the language. */
const AWKWARD_NAMES =
  'readText encodeRow decodeRow VALUES_1 TEXT_1 MEMBERS PATTERN_1 BIGINT_MAX Codec OtherCodec Input Map Set Array Object Uint8Array DistinctValues $ _1 Größe ReadText ReadTextType'.split(
    ' ',
  )

function awkwardDeclaration(): string {
  const body = (name: string): string =>
    `export interface ${name} { n: bigint; k: 'a' | 'b' | 'c'; l: string[]; m: { [key: string]: number }; o: 3 | 4 }`
  const steps = AWKWARD_NAMES.map((name, index) => `send<${name}>('l${index}')`).join(', ')
  return `import { send, steer, type Match } from 'coxswain/steer'
export interface Row { pattern: Match<'[a-z]+'>; b: Uint8Array_; long: 'more than sixteen bytes of text'; set: Row_[] }
export type Uint8Array_ = { n: number }[]
export interface Row_ { n: number }
${AWKWARD_NAMES.map(body).join('\n')}
export const Awkward = steer('awkward', send<Row>('row'), ${steps})
`
}

const WRONG_POINT = `import { points } from 'coxswain/kernel-v1'
// @ts-expect-error a move leads somewhere
points({ from: 'peer', moves: { ask: { at: 'ask' } } })
`

describe.each(VERSIONS)('under TypeScript %s', (version) => {
  test(
    'each marked misuse is an error, and nothing else is one',
    async () => {
      const files = ['use.ts', 'misuse.ts'].map((name) => join(ROOT, 'test/types', name))
      const paths = { coxswain: ['./declarations/index.d.ts'], ...bareOptions().paths }
      writeProject('use.json', files, { paths, typeRoots: [join(ROOT, 'node_modules/@types')] })
      expect((await compile(version, folder, 'use.json')).errors).toEqual([])
    },
    TIMEOUT_MS,
  )

  test(
    'codec files stand beside payload types of any name',
    async () => {
      expect((await compile(version, folder, 'awkward.gen.ts.json')).errors).toEqual([])
    },
    TIMEOUT_MS,
  )

  test(
    'generated payload types take the values of the declared ones and give them back',
    async () => {
      writeProject('same.json', [join(ROOT, 'test/types/same-rows.ts')], bareOptions())
      expect((await compile(version, folder, 'same.json')).errors).toEqual([])
    },
    TIMEOUT_MS,
  )

  test(
    'the points of generated tables are what the kernel takes, which users do not have checked',
    async () => {
      cpSync(join(folder, 'declarations'), join(folder, 'exact'), { recursive: true })
      const definition = join(folder, 'exact/kernel/definition.d.ts')
      const loose = readFileSync(definition, 'utf8')
      const exact = loose.replace('...list: readonly object[]', '...list: readonly Point[]')
      expect(exact).not.toBe(loose)
      writeFileSync(definition, exact)
      writeFileSync(join(folder, 'wrong.ts'), WRONG_POINT)
      const files = ['big.gen.ts', 'merged.gen.ts', 'streams.gen.ts', 'wrong.ts']
      const paths = { 'coxswain/kernel-v1': ['./exact/kernel/index.d.ts'] }
      writeProject('exact.json', [...files, ...generatedFiles()], { ...bareOptions(), paths })
      expect((await compile(version, folder, 'exact.json')).errors).toEqual([])
    },
    TIMEOUT_MS,
  )

  test(
    'generated files please the strictest flags under `lib: ["es2022"]` alone',
    async () => {
      expect((await compile(version, folder, 'bare.json')).errors).toEqual([])
    },
    TIMEOUT_MS,
  )

  test(
    'the generated file of a protocol of 2,000 states is not too complex for the compiler',
    async () => {
      expect((await compile(version, folder, 'vast.gen.ts.json')).errors).toEqual([])
    },
    TIMEOUT_MS,
  )

  test.each(['big', 'merged', 'streams'])(
    'the generated file of a %s protocol of 400 states and more costs at most 1000 instantiations over an empty file',
    async (name) => {
      const empty = await compile(version, folder, 'empty.ts.json')
      const big = await compile(version, folder, `${name}.gen.ts.json`)
      expect([...empty.errors, ...big.errors]).toEqual([])
      const cost = figure(big.figures, 'Instantiations') - figure(empty.figures, 'Instantiations')
      console.log(
        `TypeScript ${version}: ${cost} instantiations, ${figure(big.figures, 'Check time')} s to check 400 states`,
      )
      expect(cost).toBeGreaterThanOrEqual(0)
      expect(cost).toBeLessThanOrEqual(1000)
    },
    TIMEOUT_MS,
  )
})

function figure(figures: ReadonlyMap<string, number>, name: string): number {
  const value = figures.get(name)
  if (value === undefined) throw new Error(`the compiler does not say ${name}`)
  return value
}

test('there are at least seventy misuses', () => {
  const text = readFileSync(join(ROOT, 'test/types/misuse.ts'), 'utf8')
  expect(text.match(/@ts-expect-error/g)?.length ?? 0).toBeGreaterThanOrEqual(70)
})

test(
  'generated files grow with their states and no faster',
  async () => {
    const sizes: number[] = []
    for (const branches of [50, 100, 200]) {
      writeFileSync(join(folder, `grow${branches}.steer.ts`), bigDeclaration(branches))
      const { outputs } = await generate({ root: folder, paths: [`grow${branches}.steer.ts`] })
      sizes.push(outputs.find(({ path }) => path.endsWith(`${branches}.gen.ts`))?.text.length ?? 0)
    }
    const [small, middle, large] = sizes as [number, number, number]
    // Numbers get longer, which is a few per cent.
    expect((large - middle) / (middle - small)).toBeLessThan(2.2)
  },
  TIMEOUT_MS,
)
