/** The payloads of random protocols: a few declared types of every kind, each with a way to draw a value. */

import { emitCodecs } from '../../codegen/emit/codec/index.ts'
import type { DeclarationFile } from '../../src/ir/declaration.ts'
import type { Shape, TypeDefinition } from '../../src/ir/shape.ts'
import type { Random } from '../../src/base/random.ts'
import * as kernel from '../../src/kernel/index.ts'
import type { Codec } from '../../src/kernel/index.ts'
import { SOURCE } from './random-protocol.ts'
import { runGenerated } from './run-generated.ts'

export interface PayloadKind {
  readonly shape: Shape
  draw(random: Random): unknown
}

const optional = true

/** Named types, as a reader would leave them. */
export const TYPES: readonly TypeDefinition[] = [
  {
    name: 'Item',
    source: SOURCE,
    shape: {
      kind: 'object',
      members: [
        { name: 'id', shape: { kind: 'number', format: 'u32' }, optional: false },
        { name: 'text', shape: { kind: 'string', maxLength: 40 }, optional },
        { name: 'tags', shape: { kind: 'array', element: { kind: 'string' } }, optional: false },
      ],
    },
  },
  {
    name: 'Tree',
    source: SOURCE,
    shape: {
      kind: 'object',
      members: [
        { name: 'value', shape: { kind: 'number' }, optional: false },
        { name: 'children', shape: { kind: 'array', element: { kind: 'reference', type: 1 } }, optional: false },
      ],
    },
  },
]

export const PAYLOADS: readonly PayloadKind[] = [
  { shape: { kind: 'number' }, draw: (random) => random.integer(-1000, 1000) / 8 },
  { shape: { kind: 'string' }, draw: drawText },
  { shape: { kind: 'reference', type: 0 }, draw: drawItem },
  { shape: { kind: 'reference', type: 1 }, draw: (random) => drawTree(random, 3) },
  { shape: { kind: 'bytes' }, draw: (random) => drawBytes(random) },
  { shape: { kind: 'bigint' }, draw: (random) => BigInt(random.integer(0, 2 ** 40)) ** BigInt(random.integer(1, 4)) },
  { shape: { kind: 'date' }, draw: (random) => new Date(random.integer(0, 2 ** 41)) },
  {
    shape: { kind: 'union', members: [{ kind: 'null' }, { kind: 'boolean' }, { kind: 'string' }] },
    draw: (random) => (random.chance(0.5) ? null : random.chance(0.5) ? random.chance(0.5) : drawText(random)),
  },
]

/** The kind that a shape of a random protocol belongs to. */
export function payloadKindOf(shape: Shape): PayloadKind {
  const kind = PAYLOADS.find((candidate) => candidate.shape === shape)
  if (kind === undefined) throw new Error('the shape is not of the palette')
  return kind
}

/** The generated codec of each payload, made once for all protocols. */
export function loadPaletteCodecs(): (shape: Shape) => Codec<unknown> {
  const file: DeclarationFile = {
    file: SOURCE.file,
    types: TYPES,
    protocols: [
      {
        exportName: 'Palette',
        name: 'palette',
        open: false,
        source: SOURCE,
        steps: PAYLOADS.map(({ shape }, index) => ({
          kind: 'message',
          from: 'master',
          label: `p${index}`,
          payload: shape,
          source: SOURCE,
        })),
      },
    ],
  }
  const codecs = emitCodecs(file, { typesModule: './palette.gen.js' })
  const exported = runGenerated(codecs.source, { kernel })
  return (shape) => exported[codecs.codecNameFor(shape, false)] as Codec<unknown>
}

function drawText(random: Random): string {
  const length = random.integer(0, random.chance(0.1) ? 300 : 12)
  return Array.from({ length }, () => random.pick(['a', 'b', 'ü', '漢', '😀', ' '])).join('')
}

function drawItem(random: Random): unknown {
  const tags = Array.from({ length: random.integer(0, 3) }, () => drawText(random))
  const id = random.integer(0, 2 ** 32 - 1)
  return random.chance(0.5)
    ? { id, tags }
    : {
        id,
        text: drawText(random)
          .slice(0, 8)
          .replace(/\p{Cs}/gu, ''),
        tags,
      }
}

function drawTree(random: Random, depth: number): unknown {
  const children = depth === 0 ? [] : Array.from({ length: random.integer(0, 2) }, () => drawTree(random, depth - 1))
  return { value: random.integer(-5, 5), children }
}

/** Now and then more than a small window takes at once. */
function drawBytes(random: Random): Uint8Array {
  const length = random.chance(0.1) ? random.integer(500, 3000) : random.integer(0, 30)
  return Uint8Array.from({ length }, () => random.integer(0, 255))
}
