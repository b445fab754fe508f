/** A `.steer.ts` file as plain data: what the reader hands to everything behind it. `include` and `flip` are resolved. */

import type { Shape, TypeDefinition } from './shape.ts'
import type { Role, SourceSpan } from './source.ts'

export interface DeclarationFile {
  /** Path of the `.steer.ts` file, as in `SourceSpan`. */
  readonly file: string
  readonly protocols: readonly ProtocolDeclaration[]
  /** The named types that payloads of this file reach, in order of first use; `reference` shapes index this list. */
  readonly types: readonly TypeDefinition[]
}

export interface ProtocolDeclaration {
  /** The exported constant: `Health`. */
  readonly exportName: string
  /** The name on the wire: `health`. */
  readonly name: string
  /** `{ open: true }`: decoders skip unknown members, bounded. */
  readonly open: boolean
  readonly doc?: string
  readonly source: SourceSpan
  readonly steps: readonly Step[]
}

export type Step =
  | MessageStep
  | ChoiceStep
  | LoopStep
  | JumpStep
  | HandshakeStep
  | KeepaliveStep
  | LocalStep
  | PointStep
  | WithinStep

export interface MessageStep {
  readonly kind: 'message'
  readonly from: Role
  readonly label: string
  /** Absent: the message carries nothing. Of a stream: what each of its items is. */
  readonly payload?: Shape
  /** `Sealed<T>`: the payload crosses through a cipher of its own. */
  readonly sealed?: true
  /** `sendStream` and `receiveStream`: any number of items in one turn. */
  readonly stream?: StreamForm
  readonly doc?: string
  /** The label literal (for `call` and `answer`'s reply: the word itself). */
  readonly source: SourceSpan
}

export interface StreamForm {
  /** Most items that the receiver holds, 1 to 65 535. Never on the wire's own account: the two ends may differ. */
  readonly window: number
}

export interface ChoiceStep {
  readonly kind: 'choice'
  readonly from: Role
  readonly branches: readonly Branch[]
  /** The word `choose` or `offer`. */
  readonly source: SourceSpan
}

export interface Branch {
  readonly label: string
  readonly payload?: Shape
  readonly sealed?: true
  readonly steps: readonly Step[]
  readonly doc?: string
  /** The property name. */
  readonly source: SourceSpan
}

export interface LoopStep {
  readonly kind: 'loop'
  /** Unique in its protocol after `include`; jumps name it. */
  readonly loop: number
  /** `forever`: has no `leave`, on purpose. */
  readonly forever: boolean
  readonly steps: readonly Step[]
  readonly source: SourceSpan
}

/** Always the last step of its list. */
export interface JumpStep {
  readonly kind: 'jump'
  readonly to: 'again' | 'leave'
  readonly loop: number
  readonly source: SourceSpan
}

/** `from` speaks first, the other side answers. */
export interface HandshakeStep {
  readonly kind: 'handshake'
  readonly from: Role
  readonly source: SourceSpan
}

export interface KeepaliveStep {
  readonly kind: 'keepalive'
  readonly from: Role
  readonly source: SourceSpan
}

/** A hook of user code on one side or both; nothing crosses the wire. */
export interface LocalStep {
  readonly kind: 'local'
  readonly sides: readonly Role[]
  readonly name: string
  readonly source: SourceSpan
}

export interface PointStep {
  readonly kind: 'point'
  readonly name: string
  readonly source: SourceSpan
}

/** A scope: each side resets the session when it is inside for longer than `ms`. */
export interface WithinStep {
  readonly kind: 'within'
  /** 1 to 2^31 - 1. */
  readonly ms: number
  readonly steps: readonly Step[]
  readonly source: SourceSpan
}
