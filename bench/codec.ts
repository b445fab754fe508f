/**
 * Prints how many times faster generated codecs are than cbor-x without records, for three shapes of different kinds. Each
 * figure is the median of interleaved rounds. `npx tsx bench/codec.ts`
 */

import { Decoder, Encoder } from 'cbor-x'
import type { Shape } from '../src/ir/shape.ts'
import { decodePayload, encodePayload, Output, type Codec } from '../src/kernel/codec/index.ts'
import { declare, loadCodecs } from '../test/codegen/codec/load-codecs.ts'

const ROUNDS = 9
const CALLS = 100_000

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

function nanoseconds(run: () => void): number {
  const start = process.hrtime.bigint()
  for (let call = 0; call < CALLS; call++) run()
  return Number(process.hrtime.bigint() - start) / CALLS
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((left, right) => left - right)[numbers.length >> 1]!
}

interface Times {
  readonly name: string
  readonly run: () => void
  readonly rounds: number[]
}

function contestants(value: unknown, codec: Codec<unknown>): Times[] {
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
  const runs: Record<string, () => void> = {
    'our encode': () => {
      output.position = 0
      output.frameStart = 0
      encodePayload(codec, output, value)
    },
    'cbor-x encode': () => encoder.encode(value),
    'our decode': () => decodePayload(codec, ours, 0, ours.length),
    'cbor-x decode': () => {
      decoder.decode(theirs)
    },
  }
  return Object.entries(runs).map(([name, run]) => ({ name, run, rounds: [] }))
}

// Unrelated shapes, used before anything is measured: in a real program the kernel's functions see many types.
const OTHERS: readonly Shape[] = Array.from({ length: 50 }, (_, index) =>
  object({
    [`name${index}`]: text,
    [`value${index}`]: finite,
    list: { kind: 'array', element: object({ [`n${index}`]: int }) },
  }),
)

function otherValue(index: number): unknown {
  return { [`name${index}`]: `text ${index}`, [`value${index}`]: index / 7, list: [{ [`n${index}`]: index * 1000 }] }
}

async function main(): Promise<void> {
  const isLively = process.argv.includes('--fifty')
  const loaded = await loadCodecs(declare([...CASES.map(({ shape }) => shape), ...OTHERS]))
  if (isLively) {
    const output = new Output()
    for (let call = 0; call < 50_000; call++) {
      const index = call % OTHERS.length
      const codec = loaded.codecFor(OTHERS[index]!)
      output.position = 0
      encodePayload(codec, output, otherValue(index))
      decodePayload(codec, output.bytes, 0, output.position)
    }
  }
  for (const { name, shape, value } of CASES) {
    const times = contestants(value, loaded.codecFor(shape))
    for (let round = 0; round <= ROUNDS; round++) {
      for (const contestant of times) {
        const taken = nanoseconds(contestant.run)
        if (round > 0) contestant.rounds.push(taken)
      }
    }
    const [encode, theirEncode, decode, theirDecode] = times.map(({ rounds }) => median(rounds)) as [
      number,
      number,
      number,
      number,
    ]
    console.log(
      `${name.padEnd(8)} encode ${encode.toFixed(0)} ns, ${(theirEncode / encode).toFixed(2)} x cbor-x (${theirEncode.toFixed(0)} ns); ` +
        `decode ${decode.toFixed(0)} ns, ${(theirDecode / decode).toFixed(2)} x cbor-x (${theirDecode.toFixed(0)} ns)`,
    )
  }
}

await main()
