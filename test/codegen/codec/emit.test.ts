import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emitCodecs } from '../../../codegen/emit/codec/index.ts'
import { typeDeclarationText, typeText } from '../../../codegen/emit/type-text.ts'
import type { Shape, TypeDefinition } from '../../../src/ir/shape.ts'
import { decodePayload } from '../../../src/kernel/codec/index.ts'
import { shapeArbitrary, TYPES } from './arbitrary-shape.ts'
import { declare, loadCodecs } from './load-codecs.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const SOURCE = { file: 'test.steer.ts', line: 1, column: 1, length: 1 }

function named(...types: (readonly [string, Shape])[]): TypeDefinition[] {
  return types.map(([name, shape]) => ({ name, shape, source: SOURCE }))
}

describe('emitCodecs', () => {
  it('writes the same bytes for the same declaration', () => {
    const shapes = fc.sample(shapeArbitrary, 20)
    const options = { typesModule: './test.gen.js' }
    const copy = structuredClone(shapes)
    expect(emitCodecs(declare(copy, TYPES), options).source).toBe(emitCodecs(declare(shapes, TYPES), options).source)
  })

  it('gives a member that must have its key a value, be it undefined', async () => {
    const member = { name: 'note', shape: { kind: 'string' }, optional: true } as const
    const required: Shape = { kind: 'object', members: [{ ...member, absence: 'value' }] }
    const optional: Shape = { kind: 'object', members: [{ ...member, absence: 'key' }] }
    const { codecFor } = await loadCodecs(declare([required, optional]))
    const empty = Uint8Array.of(0xa0)
    expect(Object.keys(decodePayload(codecFor(required), empty, 0, 1) as object)).toEqual(['note'])
    expect(Object.keys(decodePayload(codecFor(optional), empty, 0, 1) as object)).toEqual([])
  })

  it('writes one codec for each named type and each distinct payload, and says its name', () => {
    const text: Shape = { kind: 'string' }
    const file = emitCodecs(
      declare([{ kind: 'reference', type: 0 }, text, text, { kind: 'array', element: text }], named(['Status', text])),
      {
        typesModule: './test.gen.js',
        header: '// made',
      },
    )
    expect(file.codecNames).toEqual(['StatusCodec', 'TestP1Codec', 'TestP3Codec'])
    expect(file.codecNameFor({ kind: 'reference', type: 0 }, false)).toBe('StatusCodec')
    expect(file.codecNameFor({ kind: 'string' }, false)).toBe('TestP1Codec')
    expect(() => file.codecNameFor({ kind: 'null' }, false)).toThrow(/no payload/)
    expect(file.source.startsWith('// made\n')).toBe(true)
    expect(file.source).not.toMatch(/\beval\b|new Function|\bany\b/)
  })

  it('writes decoders of their own for open protocols', () => {
    const file = emitCodecs(
      declare([{ kind: 'reference', type: 0 }], named(['Status', { kind: 'object', members: [] }]), true),
      {
        typesModule: './test.gen.js',
      },
    )
    expect(file.codecNameFor({ kind: 'reference', type: 0 }, true)).toBe('StatusOpenCodec')
    expect(file.codecNames).toEqual(['StatusCodec', 'StatusOpenCodec'])
  })

  it('writes nothing where nothing is carried', () => {
    expect(emitCodecs(declare([]), { typesModule: './test.gen.js' })).toMatchObject({ source: '', codecNames: [] })
  })

  it('computes the most bytes that a value can take', () => {
    const source = (shape: Shape): string => emitCodecs(declare([shape]), { typesModule: './test.gen.js' }).source
    expect(source({ kind: 'string', maxLength: 100 })).toContain('maxBytes: 303,')
    expect(source({ kind: 'array', element: { kind: 'boolean' }, maxCount: 3 })).toContain('maxBytes: 4,')
    expect(source({ kind: 'array', element: { kind: 'boolean' } })).toContain('maxBytes: Infinity,')
  })

  it('refuses a union whose members nothing tells apart', () => {
    const shape: Shape = {
      kind: 'union',
      members: [
        { kind: 'object', members: [] },
        { kind: 'record', value: { kind: 'null' } },
      ],
    }
    expect(() => emitCodecs(declare([shape]), { typesModule: './test.gen.js' })).toThrow(/not told apart/)
  })
})

describe('typeText', () => {
  const types = named(['Status', { kind: 'string' }], ['Map', { kind: 'null' }])
  const text: Shape = { kind: 'string', maxLength: 5 }

  const cases: readonly (readonly [Shape, string])[] = [
    [text, 'string'],
    [{ kind: 'literal', value: "it's" }, `'it\\'s'`],
    [{ kind: 'literal', value: -5n }, '-5n'],
    [{ kind: 'open' }, 'unknown'],
    [{ kind: 'array', element: { kind: 'union', members: [text, { kind: 'null' }] } }, '(string | null)[]'],
    [{ kind: 'tuple', elements: [text, { kind: 'date' }], required: 1 }, '[string, (Date | undefined)?]'],
    [{ kind: 'tuple', elements: [], required: 0, rest: text }, '[...string[]]'],
    [{ kind: 'record', value: { kind: 'bytes' } }, '{ [key: string]: Uint8Array }'],
    [{ kind: 'map', key: text, value: { kind: 'reference', type: 0 } }, 'globalThis.Map<string, Status>'],
    [{ kind: 'set', element: { kind: 'bigint', format: 'u64' } }, 'Set<bigint>'],
    [
      {
        kind: 'object',
        members: [
          { name: 'a', shape: text, optional: true },
          { name: 'b c', shape: { kind: 'open' }, optional: true },
        ],
      },
      `{ a?: string | undefined; 'b c'?: unknown }`,
    ],
  ]

  it.each(cases.map(([shape, expected]) => ({ shape, expected })))('gives $expected', ({ expected, shape }) => {
    expect(typeText(shape, types)).toBe(expected)
  })

  it('declares a type with the documentation of the user', () => {
    const definition: TypeDefinition = {
      name: 'Status',
      doc: 'How it\nis. */',
      source: SOURCE,
      shape: {
        kind: 'object',
        members: [{ name: 'load', doc: 'From 0 to 1.', shape: { kind: 'number' }, optional: false }],
      },
    }
    expect(typeDeclarationText(definition, [])).toBe(
      '/**\n * How it\n * is. *\\/\n */\nexport interface Status {\n  /** From 0 to 1. */\n  load: number\n}',
    )
  })
})

describe('a codec file', () => {
  let folder: string

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'codec-types-'))
    writeDeclarations(path.join(folder, 'node_modules/coxswain'))
    const types: TypeDefinition[] = [
      ...TYPES.map((type) => ({ ...type, source: SOURCE })),
      ...named(
        ['Output', { kind: 'object', members: [{ name: 'input', shape: { kind: 'open' }, optional: false }] }],
        ['Codec', { kind: 'array', element: { kind: 'reference', type: TYPES.length } }],
        ['TreeCodec', { kind: 'map', key: { kind: 'reference', type: 1 }, value: { kind: 'date' } }],
      ),
    ]
    const shapes = [...fc.sample(shapeArbitrary, 100), ...types.map((_, type): Shape => ({ kind: 'reference', type }))]
    const declaration = declare(shapes, types, true)
    writeFileSync(
      path.join(folder, 'test.codec.gen.ts'),
      emitCodecs(declaration, { typesModule: './test.gen.js' }).source,
    )
    writeFileSync(path.join(folder, 'test.gen.ts'), types.map((type) => typeDeclarationText(type, types)).join('\n'))
    writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}')
    const { compilerOptions } = ts.parseConfigFileTextToJson(
      'tsconfig.json',
      readFileSync(path.join(ROOT, 'tsconfig.json'), 'utf8'),
    ).config as { compilerOptions: Record<string, unknown> }
    const options = {
      ...compilerOptions,
      lib: ['es2022'],
      types: [],
      paths: undefined,
      declaration: true,
      noEmit: true,
    }
    writeFileSync(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, files: ['test.codec.gen.ts'] }),
    )
  })

  afterAll(() => rmSync(folder, { recursive: true }))

  it.each([
    ['5.9', 'typescript-5.9/lib/tsc.js'],
    ['6.0', 'typescript/lib/tsc.js'],
    ['7.0', 'typescript-7.0/lib/tsc.js'],
  ])('compiles with TypeScript %s, the strictest flags and the library of ES2022 alone', (_, compiler) => {
    let output = ''
    try {
      execFileSync(process.execPath, [path.join(ROOT, 'node_modules', compiler), '-p', folder], { encoding: 'utf8' })
    } catch (error) {
      output = String((error as { stdout?: unknown }).stdout ?? error)
    }
    expect(output).toBe('')
  })
})

// The declarations of the kernel's codecs, as the package ships them, under the name by which generated code imports them.
function writeDeclarations(target: string): void {
  for (const room of ['kernel/codec', 'base']) {
    mkdirSync(path.join(target, room), { recursive: true })
    for (const file of readdirSync(path.join(ROOT, 'src', room)).filter((name) => name.endsWith('.ts'))) {
      const { outputText } = ts.transpileDeclaration(readFileSync(path.join(ROOT, 'src', room, file), 'utf8'), {
        compilerOptions: { target: ts.ScriptTarget.ES2022, stripInternal: true },
      })
      // Without the libraries at hand, transpileDeclaration writes a computed static method a second time, as a property.
      const text = outputText.replace(/^\s*static \[Symbol\.hasInstance\]: .*$/m, '').replaceAll(/\.ts'/g, ".js'")
      writeFileSync(path.join(target, room, file.replace(/\.ts$/, '.d.ts')), text)
    }
  }
  const exports = { './kernel-v1': { types: './kernel/codec/index.d.ts' } }
  writeFileSync(path.join(target, 'package.json'), JSON.stringify({ name: 'coxswain', type: 'module', exports }))
}
