/** Random protocols all the way to what a program imports: lowered, proved, named, and made into the table or the file. */

import fc from 'fast-check'
import { checkProtocol } from '../../codegen/check/index.ts'
import { emitFile } from '../../codegen/emit/index.ts'
import type { ProtocolDeclaration, Step } from '../../src/ir/declaration.ts'
import type { ProtocolModel } from '../../src/ir/model.ts'
import type { Shape } from '../../src/ir/shape.ts'
import type { Role } from '../../src/ir/source.ts'
import type { TableMove, TablePoint } from '../../src/ir/table.ts'
import type {
  Codec,
  Definition,
  Link,
  MoveEntry,
  Point,
  ProtocolInfo,
  ServeEntry,
  StreamEnd,
} from '../../src/kernel/index.ts'
import * as kernel from '../../src/kernel/index.ts'
import { drawProtocol } from './draw-protocol.ts'
import { loadPaletteCodecs, PAYLOADS, TYPES } from './payload-palette.ts'
import { protocolArbitrary } from './random-protocol.ts'
import { runGenerated } from './run-generated.ts'

/** One side of a protocol as the simulator calls it: the generated types say the same in more words. */
export interface AnySide {
  handle(link: Link, handlers: unknown, options?: unknown): Promise<AnyResult>
  open(link: Link, options?: unknown): Promise<AnyState>
  turns(link: Link, options?: unknown): AsyncIterable<AnyState> & { readonly result: Promise<AnyResult> }
  with(handlers: unknown, options?: unknown): ServeEntry
}

export interface AnyResult {
  readonly outcome: string
  readonly message?: unknown
  readonly by?: Role
}

export interface AnyState {
  readonly at: string
  readonly via?: string
  readonly message?: unknown
  readonly outcome?: string
  readonly by?: Role
  readonly session: { readonly id: number; cancel(reason?: string): void }
  readonly send?: Readonly<Record<string, (payload?: unknown) => unknown>>
  readonly next?: () => Promise<AnyState>
  readonly stream?: AsyncIterable<unknown>
  readonly end?: () => Promise<{ readonly how: StreamEnd } & Pick<AnyState, 'send' | 'next'>>
  readonly streamed?: StreamEnd
  [Symbol.asyncDispose](): Promise<void>
}

export type AnyProtocol = Readonly<Record<Role, AnySide>> & { readonly name: string; readonly fingerprint: string }

let paletteCodecs: ((shape: Shape) => Codec<unknown>) | undefined

/** Declarations that pass all checks of the generator. */
export const provedArbitrary: fc.Arbitrary<ProtocolDeclaration> = protocolArbitrary(PAYLOADS.map(({ shape }) => shape))
  .map(mend)
  .filter((declaration) => checkProtocol(declaration, TYPES).model !== undefined)
  .map((declaration) => Object.assign(declaration, { [fc.toStringMethod]: () => `\n${drawProtocol(declaration)}` }))

/** Takes away points that name no state: whether one does is a question about the whole protocol. */
function mend(declaration: ProtocolDeclaration): ProtocolDeclaration {
  const { diagnostics } = checkProtocol(declaration, TYPES)
  const wrong = new Set(diagnostics.filter(({ code }) => code === 'STEER2011').map(({ source }) => source.line))
  const without = (steps: readonly Step[]): Step[] =>
    steps
      .filter((step) => step.kind !== 'point' || !wrong.has(step.source.line))
      .map((step): Step => {
        if (step.kind === 'loop' || step.kind === 'within') return { ...step, steps: without(step.steps) }
        if (step.kind !== 'choice') return step
        return { ...step, branches: step.branches.map((branch) => ({ ...branch, steps: without(branch.steps) })) }
      })
  return wrong.size === 0 ? declaration : { ...declaration, steps: without(declaration.steps) }
}

/** The model of a declaration under another name. Throws for one that is not proved. */
export function modelOf(declaration: ProtocolDeclaration, number: number): ProtocolModel {
  const named = { ...declaration, exportName: `P${number}`, name: `p${number}` }
  const { model } = checkProtocol(named, TYPES)
  if (model === undefined) throw new Error('the protocol is not proved')
  return model
}

/** The protocol from the table of the model. */
export function fromTable(model: ProtocolModel): AnyProtocol {
  return kernel.protocol<AnyProtocol & ProtocolInfo>(definitionOf(model))
}

/** The protocol as users get it: the emitted text, run. */
export function fromText(model: ProtocolModel): AnyProtocol {
  return runText(model, kernel) as AnyProtocol
}

/** The table that the emitted text hands to the kernel. */
export function definitionFromText(model: ProtocolModel): Definition {
  return runText(model, { ...kernel, protocol: (definition: unknown) => definition }) as Definition
}

function runText(model: ProtocolModel, loadedKernel: object): unknown {
  const { declaration } = model
  const file = { file: 'random.steer.ts', protocols: [declaration], types: TYPES }
  const { outputs, diagnostics } = emitFile(file, [model])
  const [main, codecs] = outputs
  if (main === undefined)
    throw new Error(`nothing was emitted: ${diagnostics.map(({ message }) => message).join(', ')}`)
  const siblings = codecs === undefined ? {} : { './random.codec.gen.js': runGenerated(codecs.text, { kernel }) }
  return runGenerated(main.text, { kernel: loadedKernel, siblings })[declaration.exportName]
}

/** The table as the generator writes it out, as data. */
export function definitionOf(model: ProtocolModel): Definition {
  paletteCodecs ??= loadPaletteCodecs()
  const { master, peer } = model.table.start
  return {
    name: model.declaration.name,
    fingerprint: model.fingerprint,
    memoryBound: 0,
    ...(master === undefined && peer === undefined ? {} : { start: model.table.start }),
    points: model.table.points.map(pointOf),
    ...(model.table.scopes.length === 0 ? {} : { scopes: model.table.scopes }),
  }
}

function pointOf(point: TablePoint): Point {
  switch (point.kind) {
    case 'message': {
      const moves = Object.fromEntries(point.moves.map((move) => [move.label, entryOf(move)]))
      return { from: point.from, moves, ...inside(point) }
    }
    case 'signal':
      return { from: point.from, signal: point.signal, next: point.next, ...inside(point) }
    case 'local':
      return { side: point.side, local: point.local, next: point.next, ...inside(point) }
    case 'enter':
      return { enter: point.scope, next: point.next }
    case 'end':
      return { end: true }
  }
}

function inside({ within }: { readonly within?: readonly number[] }): { readonly within?: readonly number[] } {
  return within === undefined ? {} : { within }
}

function entryOf({ label: _, payload, ...move }: TableMove): MoveEntry {
  return payload === undefined
    ? move
    : { ...move, payload: (paletteCodecs as (shape: Shape) => Codec<unknown>)(payload) }
}
