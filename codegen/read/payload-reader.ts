/**
 * From a TypeScript type to a shape. One reader serves one declaration file: named types are read once and referred to by
 * number. What cannot be carried is reported with its path; the rest of the payload is still looked at.
 */

import { ts } from 'ts-morph'
import type { Shape, TypeDefinition } from '../../src/ir/shape.ts'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import { docOf } from './doc-comment.ts'
import { findRefinement } from './refinement.ts'
import { findSealed, isSealed, refuseSealed } from './sealed-payload.ts'
import { readIntersection } from './intersection-shape.ts'
import { readObject } from './object-shape.ts'
import { memberSuffix, type PayloadPlace } from './payload-place.ts'
import type { ReadContext } from './read-context.ts'
import { readScalar } from './scalar-shape.ts'
import { findEndless } from './smallest-value.ts'
import { findClash } from './told-apart.ts'
import { claimName, nameOfType, type NamedType } from './type-name.ts'
import type { TypeReader } from './type-reader.ts'
import { describeShape } from './describe-shape.ts'
import { readUnion } from './union-shape.ts'

/** Anonymous types inside each other, between named ones. */
const DEPTH_MAX = 32
/** Named types of one file. */
const TYPES_MAX = 2000
/** Named types being read inside each other; reading one uses a few frames of the stack. */
const CHAIN_MAX = 256
/** Instances of one generic type being read inside each other: more of them mean that it grows without end. */
const INSTANCES_MAX = 16

/** What a message carries, as its step or branch has it. */
export interface Payload {
  readonly payload?: Shape
  readonly sealed?: true
}

interface Draft {
  readonly name: string
  readonly place: PayloadPlace
  readonly declaration: ts.Declaration
  /** Absent while it is being read, and for ever where it cannot be carried. */
  shape?: Shape
}

export class PayloadReader implements TypeReader {
  readonly context: ReadContext
  readonly #drafts: Draft[] = []
  readonly #numbers = new Map<ts.Type, number>()
  readonly #names = new Set<string>()
  /** The declarations of the named types being read, outermost first. */
  readonly #chain: ts.Declaration[] = []
  #unions: { members: readonly Shape[]; place: PayloadPlace }[] = []

  constructor(context: ReadContext) {
    this.context = context
  }

  /** The payload of a type argument. Without a shape where it cannot be carried; that is reported. */
  read(node: ts.TypeNode, label: string): Payload {
    const sealed = findSealed(this.context, node)
    const written = sealed ?? node
    const type = this.context.checker.getTypeFromTypeNode(written)
    const path = memberSuffix(label).replace(/^\./, '')
    const shape = this.readType(type, { path, node, written, depth: 0, around: [] })
    const isSound = this.#checkUnions()
    if (!isSound || shape === undefined) return {}
    return { payload: shape, ...(sealed === undefined ? {} : { sealed: true }) }
  }

  /**
   * Ends the file: its named types in order of first use, those without a value reported. One that was refused stands as
   * `null`, so that the numbers hold.
   */
  finish(): readonly TypeDefinition[] {
    this.#reportEndless()
    return this.#drafts.map(({ name, declaration, shape }) => {
      const doc = docOf(declaration)
      const source = this.context.spanOf(nameNode(declaration))
      return { name, shape: shape ?? { kind: 'null' }, ...(doc === undefined ? {} : { doc }), source }
    })
  }

  readType(type: ts.Type, place: PayloadPlace): Shape | undefined {
    const scalar = readScalar(this, type, place)
    if (scalar !== 'structured') return scalar
    if (isSealed(this.context, type)) return refuseSealed(this, place)
    const isRefined = type.isIntersection() && findRefinement(this.context, type) !== undefined
    const named = isRefined ? undefined : nameOfType(this.context, type)
    if (named !== undefined) return this.#readNamed(type, named, place)
    if (place.depth >= DEPTH_MAX) return this.refuse('STEER3012', place, `nested more than ${DEPTH_MAX} deep`)
    if (place.around.includes(type)) {
      return this.refuse('STEER3012', place, 'contains itself without a name', 'give the recursive type a name')
    }
    return this.#readStructure(type, { ...place, around: [...place.around, type] })
  }

  refuse(code: DiagnosticCode, place: PayloadPlace, message: string, hint?: string): Shape | undefined {
    const { declaration, node, path } = place
    const isElsewhere =
      declaration !== undefined && !isInside(declaration, node) && !this.context.project.isLibrary(declaration)
    const related = isElsewhere
      ? [{ message: `\`${path}\` is declared here`, source: this.context.spanOf(nameNode(declaration)) }]
      : undefined
    this.context.report(code, node, { message: `\`${path}\`: ${message}`, hint, related })
    return undefined
  }

  checkLater(members: readonly Shape[], place: PayloadPlace): void {
    this.#unions.push({ members, place })
  }

  #readStructure(type: ts.Type, place: PayloadPlace): Shape | undefined {
    if (type.isUnion()) return readUnion(this, type.types, place)
    if (type.isIntersection()) return readIntersection(this, type, place)
    return readObject(this, type, place)
  }

  #readNamed(type: ts.Type, named: NamedType, place: PayloadPlace): Shape | undefined {
    const known = this.#numbers.get(type)
    if (known !== undefined) return { kind: 'reference', type: known }
    const number = this.#drafts.length
    const instances = this.#chain.filter((declaration) => declaration === named.declaration).length
    if (instances >= INSTANCES_MAX || this.#chain.length >= CHAIN_MAX || number >= TYPES_MAX) {
      const what = instances >= INSTANCES_MAX ? `\`${named.name}\` grows without end` : 'reaches too many named types'
      return this.refuse('STEER3012', place, what)
    }
    const draft: Draft = { name: claimName(this.#names, named.name), place, declaration: named.declaration }
    this.#drafts.push(draft)
    this.#numbers.set(type, number)
    this.#chain.push(named.declaration)
    const written = ts.isTypeAliasDeclaration(named.declaration) ? named.declaration.type : undefined
    const shape = this.#readStructure(type, { ...place, written, depth: 0, around: [] })
    this.#chain.pop()
    if (shape === undefined) return undefined
    draft.shape = shape
    return { kind: 'reference', type: number }
  }

  #checkUnions(): boolean {
    const unions = this.#unions
    this.#unions = []
    let isSound = true
    for (const { members, place } of unions) {
      const clash = findClash(members, (type) => this.#drafts[type]?.shape)
      if (clash === undefined) continue
      isSound = false
      const [left, right] = [clash.left, clash.right].map((shape) =>
        describeShape(shape, (type) => this.#drafts[type]?.name),
      )
      this.refuse('STEER3005', place, `${left} and ${right} cannot be told apart: ${clash.reason}`)
    }
    return isSound
  }

  #reportEndless(): void {
    for (const number of findEndless(this.#drafts.map(({ shape }) => shape))) {
      const draft = this.#drafts[number]
      if (draft === undefined) continue
      const place = { ...draft.place, declaration: draft.declaration }
      this.refuse('STEER3014', place, `no value of \`${draft.name}\` has an end`)
    }
  }
}

/** True where a declaration is written out in the type argument itself, so that pointing at both would say it twice. */
function isInside(declaration: ts.Declaration, node: ts.Node): boolean {
  const isSameFile = declaration.getSourceFile() === node.getSourceFile()
  return isSameFile && declaration.pos >= node.pos && declaration.end <= node.end
}

function nameNode(declaration: ts.Declaration): ts.Node {
  return ts.getNameOfDeclaration(declaration) ?? declaration
}
