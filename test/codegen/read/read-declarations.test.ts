import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readText } from './read-text.ts'

const ASK = "import { send, steer } from 'coxswain/steer'\nexport const A = steer('a', send('ask'))\n"

describe('readDeclarations', () => {
  it('resolves coxswain/steer in a folder without node_modules or package.json', () => {
    const { files, diagnostics } = readText({ 'shop/order.steer.ts': ASK })
    expect(diagnostics).toEqual([])
    expect(files.map(({ file, protocols }) => [file, protocols.map(({ name }) => name)])).toEqual([
      ['shop/order.steer.ts', ['a']],
    ])
  })

  it('sorts files by path, reads each once, and names them from the root with forward slashes', () => {
    const files = { 'b.steer.ts': ASK, 'a/z.steer.ts': ASK, 'a.steer.ts': ASK }
    const read = readText(files, { files: ['b.steer.ts', './b.steer.ts', 'a/../a/z.steer.ts', 'a.steer.ts'] })
    expect(read.files.map(({ file }) => file)).toEqual(['a.steer.ts', 'a/z.steer.ts', 'b.steer.ts'])
  })

  it('reports files that are missing, outside of the root or no declarations, and reads the others', () => {
    const names = ['a.steer.ts', 'missing.steer.ts', '../out.steer.ts', 'a.ts', '..inside.steer.ts']
    const { files, diagnostics } = readText({ 'a.steer.ts': ASK, '..inside.steer.ts': ASK }, { files: names })
    expect(files.map(({ file }) => file)).toEqual(['..inside.steer.ts', 'a.steer.ts'])
    expect(diagnostics.map(({ code, source }) => `${source.file}:${source.line}:${source.column} ${code}`)).toEqual([
      '../out.steer.ts:1:1 STEER4004',
      'a.ts:1:1 STEER4004',
      'missing.steer.ts:1:1 STEER4003',
    ])
    expect(readText({}, { files: ['missing.steer.ts'] }).files).toEqual([])
  })

  it('follows the paths of a tsconfig, and takes nothing else from it', () => {
    const files = {
      'a.steer.ts':
        "import { send, steer } from 'coxswain/steer'\nimport type { Order } from '#types/order.js'\nexport const A = steer('a', send<Order>('order'))\n",
      'types/order.ts': 'export interface Order { id: string | null }\n',
      'tsconfig.json': JSON.stringify({ compilerOptions: { strict: false, paths: { '#types/*': ['./types/*'] } } }),
    }
    expect(readText(files).diagnostics.map(({ code }) => code)).toEqual(['STEER1001'])
    const { diagnostics, files: read } = readText(files, { tsconfig: 'tsconfig.json' })
    expect(diagnostics).toEqual([])
    expect(read[0]?.types[0]?.shape).toMatchObject({ members: [{ shape: { kind: 'union' } }] })
    expect(readText(files, { tsconfig: 'nowhere.json' }).diagnostics.map(({ code }) => code)).toEqual(['STEER1001'])
  })

  it('finds types of packages that offer ES modules only, or files for Node only', () => {
    const offer = (condition: string): string =>
      JSON.stringify({ exports: { '.': { [condition]: { types: './types.d.ts', default: './index.js' } } } })
    const types = 'export interface Order { id: string }\n'
    const { files, diagnostics } = readText({
      'package.json': JSON.stringify({ type: 'commonjs' }),
      'node_modules/esm/package.json': offer('import'),
      'node_modules/esm/types.d.ts': types,
      'node_modules/node/package.json': offer('node'),
      'node_modules/node/types.d.ts': types,
      'a.steer.ts':
        "import { send, steer } from 'coxswain/steer'\nimport type * as esm from 'esm'\nimport type { Order } from 'node'\nexport const A = steer('a', send<esm.Order>('x'), send<Order>('y'))\n",
    })
    expect(diagnostics).toEqual([])
    expect(files[0]?.types.map(({ name }) => name)).toEqual(['Order', 'Order2'])
  })

  it('leaves out a protocol with a step that it could not read, and keeps one with a payload that cannot be carried', () => {
    const text = `import { on, choose, send, steer } from 'coxswain/steer'
export const A = steer('a', send('ask'), 'no step')
export const B = steer('b', send<symbol>('ask'), choose({ x: on<() => void>() }))
export const C = steer('c', send<{ ok: true }>('ask'))
`
    const { files, diagnostics } = readText({ 'a.steer.ts': text })
    expect(diagnostics.map(({ code }) => code)).toEqual(['STEER1008', 'STEER3001', 'STEER3001'])
    expect(files[0]?.protocols.map(({ name }) => name)).toEqual(['b', 'c'])
    expect(files[0]?.protocols[0]?.steps).toMatchObject([{ label: 'ask' }, { branches: [{ label: 'x' }] }])
    expect(files[0]?.protocols[0]?.steps[0]).not.toHaveProperty('payload')
  })

  it('reads a file with a byte order mark and Windows line ends to the same positions', () => {
    const plain = readText({ 'a.steer.ts': ASK }).files[0]?.protocols[0]
    const windows = readText({ 'a.steer.ts': ASK.replaceAll('\n', '\r\n') }).files[0]?.protocols[0]
    const marked = readText({ 'a.steer.ts': `\ufeff${ASK}` }).files[0]?.protocols[0]
    expect(windows).toEqual(plain)
    expect(marked).toEqual(plain)
  })

  it('takes any text for a declaration and gives it back as complaints, never as an exception', () => {
    const words = [
      'steer(',
      'send(',
      "'a'",
      ',',
      ')',
      'loop(',
      '(again)',
      '=>',
      '[',
      ']',
      'again',
      'on(',
      '{',
      '}',
      ':',
      '<',
      '>',
      'Order',
      'export const A =',
    ]
    const files = fc.sample(fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 30 }), {
      numRuns: 60,
      seed: Number(process.env['FAST_CHECK_SEED'] ?? 1),
    })
    const texts = files.map(
      (tokens, index) =>
        [
          `f${index}.steer.ts`,
          `import * as s from 'coxswain/steer'\nimport { steer, send, loop, on } from 'coxswain/steer'\nexport const A = steer('a', ${tokens.join(' ')})\n`,
        ] as const,
    )
    const { files: read, diagnostics } = readText(Object.fromEntries(texts))
    expect(read.length).toBe(texts.length)
    // Whatever was read without a complaint about its file is a protocol that the language knows.
    const refused = new Set(diagnostics.map(({ source }) => source.file))
    for (const { file, protocols } of read) expect(protocols.length > 0 || refused.has(file), file).toBe(true)
  })
})
