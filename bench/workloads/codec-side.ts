/**
 * Generated codecs against cbor-x without records, for three shapes of different kinds, in rounds by turns. What the generator
 * writes is compiled and loaded here, so that its codecs are as they are in a program.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { pathToFileURL } from 'node:url'

import { Decoder, Encoder } from 'cbor-x'
import { ts } from 'ts-morph'

import { emitCodecs } from '../../codegen/emit/codec/index.ts'
import type { DeclarationFile } from '../../src/ir/declaration.ts'
import type { Shape } from '../../src/ir/shape.ts'
import { decodePayload, encodePayload, Output, type Codec } from '../../src/kernel/codec/index.ts'

const text: Shape = { kind: 'string' }
const finite: Shape = { kind: 'number' }
const int: Shape = { kind: 'number', format: 'int' }

function object(members: Readonly<Record<string, Shape>>): Shape {
  return {
    kind: 'object',
    members: Object.entries(members).map(([name, shape]) => ({ name, shape, optional: false })),
  }
}

interface Case {
  readonly name: string
  readonly shape: Shape
  readonly value: unknown
}

const CASES: readonly Case[] = [
  {
    name: 'status',
    shape: object({
      service: text,
      status: {
        kind: 'union',
        members: [
          { kind: 'literal', value: 'available' },
          { kind: 'literal', value: 'busy' },
        ],
      },
      load: finite,
      memory: int,
      delay: finite,
      tags: { kind: 'array', element: text },
      sequence: int,
    }),
    value: {
      service: 'worker-17',
      status: 'available',
      load: 0.2173,
      memory: 73_400_320,
      delay: 1.25,
      tags: ['eu', 'blue', 'canary'],
      sequence: 1042,
    },
  },
  {
    name: 'order',
    shape: object({
      id: text,
      customer: object({ name: text, email: text }),
      items: { kind: 'array', element: object({ sku: text, count: int, price: finite }) },
      paid: { kind: 'boolean' },
    }),
    value: {
      id: 'order-8812',
      customer: { name: 'Ada Lovelace', email: 'ada@example.org' },
      items: [
        { sku: 'A-100', count: 2, price: 19.99 },
        { sku: 'B-7', count: 1, price: 5 },
        { sku: 'C-4411', count: 12, price: 0.75 },
      ],
      paid: true,
    },
  },
  {
    name: 'samples',
    shape: object({ at: int, values: { kind: 'array', element: finite }, unit: text }),
    value: { at: 1_700_000_000, values: Array.from({ length: 24 }, (_, index) => index * 1.37 - 8), unit: 'celsius' },
  },
]

/** Times of one shape, ns for each call, by rounds. */
export interface ShapeTimes {
  readonly name: string
  readonly encode: readonly number[]
  readonly decode: readonly number[]
  readonly otherEncode: readonly number[]
  readonly otherDecode: readonly number[]
}

export interface CodecOrder {
  readonly rounds: number
  readonly calls: number
  /** Fifty unrelated shapes are used first: in a real program the kernel's functions see many types. */
  readonly isLively: boolean
}

/** @throws Error where a value does not come back as it was. */
export async function measureCodecs({ rounds, calls, isLively }: CodecOrder): Promise<readonly ShapeTimes[]> {
  const codecFor = await loadCodecs([...CASES.map(({ shape }) => shape), ...OTHERS])
  if (isLively) useOthers(codecFor)
  const subjects = CASES.map(({ name, shape, value }) => ({ name, runs: runsOf(value, codecFor(shape)) }))
  const times = subjects.map(({ name }) => ({
    name,
    encode: [] as number[],
    decode: [] as number[],
    otherEncode: [] as number[],
    otherDecode: [] as number[],
  }))
  // The first rounds warm the compiler up.
  for (let round = -2; round < rounds; round++) {
    for (const [index, { runs }] of subjects.entries()) {
      for (const kind of ['encode', 'otherEncode', 'decode', 'otherDecode'] as const) {
        const taken = nanoseconds(runs[kind], calls)
        if (round >= 0) times[index]![kind].push(taken)
      }
    }
  }
  return times
}

/** By the time that is computed. */
function nanoseconds(run: () => void, calls: number): number {
  const before = process.cpuUsage()
  for (let call = 0; call < calls; call++) run()
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1000) / calls
}

type Runs = Readonly<Record<'encode' | 'decode' | 'otherEncode' | 'otherDecode', () => void>>

function runsOf(value: unknown, codec: Codec<unknown>): Runs {
  const output = new Output()
  encodePayload(codec, output, value)
  const ours = output.bytes.slice(0, output.position)
  const encoder = new Encoder({
    useRecords: false,
    variableMapSize: true,
    tagUint8Array: false,
    ...{ useTag259ForMaps: false },
  })
  const decoder = new Decoder({ useRecords: false, mapsAsObjects: true, copyBuffers: true })
  const theirs = Uint8Array.from(encoder.encode(value))
  for (const back of [decodePayload(codec, ours, 0, ours.length), decoder.decode(ours) as unknown]) {
    if (!isDeepStrictEqual(back, value)) throw new Error('a value does not come back as it was')
  }
  return {
    encode: () => {
      output.position = 0
      output.frameStart = 0
      encodePayload(codec, output, value)
    },
    otherEncode: () => encoder.encode(value),
    decode: () => decodePayload(codec, ours, 0, ours.length),
    otherDecode: () => {
      decoder.decode(theirs)
    },
  }
}

const OTHERS: readonly Shape[] = Array.from({ length: 50 }, (_, index) =>
  object({
    [`name${index}`]: text,
    [`value${index}`]: finite,
    list: { kind: 'array', element: object({ [`n${index}`]: int }) },
  }),
)

function useOthers(codecFor: (shape: Shape) => Codec<unknown>): void {
  const output = new Output()
  for (let call = 0; call < 50_000; call++) {
    const index = call % OTHERS.length
    const codec = codecFor(OTHERS[index]!)
    const value = {
      [`name${index}`]: `text ${index}`,
      [`value${index}`]: index / 7,
      list: [{ [`n${index}`]: index * 1000 }],
    }
    output.position = 0
    encodePayload(codec, output, value)
    decodePayload(codec, output.bytes, 0, output.position)
  }
}

/** What the generator writes for these payloads, loaded. */
async function loadCodecs(payloads: readonly Shape[]): Promise<(shape: Shape) => Codec<unknown>> {
  const kernel = new URL(`../../src/kernel/codec/index${extname(import.meta.url)}`, import.meta.url)
  const file = emitCodecs(declare(payloads), { typesModule: './bench.gen.js', kernelModule: kernel.href })
  const { outputText } = ts.transpileModule(file.source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
  })
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    const target = join(folder, 'bench.codec.gen.mjs')
    writeFileSync(target, outputText)
    const byName = (await import(pathToFileURL(target).href)) as Readonly<Record<string, Codec<unknown>>>
    return (shape) => byName[file.codecNameFor(shape, false)]!
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** One protocol that sends each of the payloads. */
function declare(payloads: readonly Shape[]): DeclarationFile {
  const source = { file: 'bench.steer.ts', line: 1, column: 1, length: 1 }
  const steps = payloads.map(
    (payload, index) => ({ kind: 'message', from: 'master', label: `p${index}`, payload, source }) as const,
  )
  return {
    file: source.file,
    protocols: [{ exportName: 'Bench', name: 'bench', open: false, source, steps }],
    types: [],
  }
}
