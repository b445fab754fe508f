/**
 * Which versions talk to each other. A session opens when either side lists the other's fingerprint for that pairing of roles.
 * The numbers of labels on the wire are the opener's; the side that knows both lists of labels makes the translation.
 */

import { SteerError } from '../base/errors.ts'
import { otherRole } from '../ir/source.ts'
import type { Output } from '../kernel/codec/index.ts'
import type { AcceptedEntry } from '../kernel/definition.ts'
import type { Program } from '../kernel/program.ts'
import { encodeVarint, VarintReader } from '../wire/varint.ts'
import { malformed } from './control-frames.ts'

/** What a program knows of another version of its protocol, in the other role. */
type Stance =
  | { readonly kind: 'same' }
  | { readonly kind: 'fits'; readonly labels: readonly string[] }
  | { readonly kind: 'parts'; readonly parting: string }
  | { readonly kind: 'unknown' }

const SAME: Stance = { kind: 'same' }
const UNKNOWN: Stance = { kind: 'unknown' }

/** @param theirs the fingerprint of the other side. */
export function stanceOn({ definition, role }: Program, theirs: string): Stance {
  if (definition.fingerprint === theirs) return SAME
  const { accepts } = definition
  const entry: AcceptedEntry | undefined =
    accepts !== undefined && Object.hasOwn(accepts, theirs) ? accepts[theirs] : undefined
  if (entry === undefined) return UNKNOWN
  const parting = entry[role]
  return parting === undefined ? { kind: 'fits', labels: entry.labels } : { kind: 'parts', parting }
}

/** The fault of two versions that do not talk to each other. It reads the same on both sides. */
export function createMismatch(program: Program, theirs: string): SteerError {
  const { name, fingerprint } = program.definition
  const stance = stanceOn(program, theirs)
  const [ours, others] = [`${program.role} ${shorten(fingerprint)}`, `${otherRole(program.role)} ${shorten(theirs)}`]
  const why =
    stance.kind === 'parts' ? stance.parting : 'neither side lists the version of the other as one that it fits'
  return new SteerError('protocol_mismatch', `protocol "${name}" of ${ours} and of ${others}: ${why}`)
}

function shorten(fingerprint: string): string {
  return `${fingerprint.slice(0, 16)}…`
}

/** The numbers of labels in a session whose opener has another version than this side, the acceptor. */
export class Numbering {
  readonly #program: Program
  /** By the number here, the number on the wire. */
  readonly #toWire: readonly (number | undefined)[]
  readonly #toOwn: ReadonlyMap<number, number>

  /** @param toWire for each label of the program its number on the wire; undefined for one that the opener does not have. */
  constructor(program: Program, toWire: readonly (number | undefined)[]) {
    this.#program = program
    this.#toWire = toWire
    this.#toOwn = new Map(toWire.flatMap((wire, own) => (wire === undefined ? [] : [[wire, own] as const])))
  }

  /** Undefined for a label that this side does not have. */
  toOwn(wire: number): number | undefined {
    return this.#toOwn.get(wire)
  }

  /** @throws SteerError `protocol_mismatch` for a label that the opener does not have. */
  toWire(own: number): number {
    const wire = this.#toWire[own]
    if (wire !== undefined) return wire
    const { labels, definition } = this.#program
    const text = `the other side's version of protocol "${definition.name}" has no message "${labels[own]}"`
    throw new SteerError('protocol_mismatch', text)
  }
}

/** @param theirs the labels of the opener. */
export function numberingBy(program: Program, theirs: readonly string[]): Numbering {
  const numbers = new Map(theirs.map((label, number) => [label, number]))
  return new Numbering(
    program,
    program.labels.map((label) => numbers.get(label)),
  )
}

/** The body of a confirm frame: for each label of the acceptor its number with the opener and 1, or 0 where it has none. */
export interface ConfirmFrame {
  readonly opener: Program
  /** The labels of the acceptor. */
  readonly labels: readonly string[]
}

export function writeConfirm(output: Output, { opener, labels }: ConfirmFrame): void {
  const numbers = new Map(opener.labels.map((label, number) => [label, number]))
  output.ensure(labels.length * 8)
  for (const label of labels) {
    output.position = encodeVarint(output.bytes, output.position, (numbers.get(label) ?? -1) + 1)
  }
}

/** @throws SteerError `channel_corrupt` for a body that is not about the labels of this very program. */
export function readConfirm(program: Program, bytes: Uint8Array, start: number, end: number): Numbering {
  const reader = new VarintReader()
  reader.position = start
  const toWire = program.labels.map(() => {
    const number = reader.read(bytes, end)
    return number === 0 ? undefined : number - 1
  })
  const known = toWire.filter((number) => number !== undefined)
  if (reader.position !== end || new Set(known).size < known.length) throw malformed('confirm')
  return new Numbering(program, toWire)
}
