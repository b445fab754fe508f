/** A Scribble or nuScr module as data. What lies outside the two-role subset is kept as a remark on the protocol it is in. */

import type { Finding, Position } from './verdict.ts'

export interface Name extends Position {
  readonly text: string
}

export interface Module {
  /** `a.b.C`; undefined where there is none, which only nuScr allows. */
  readonly name: string | undefined
  /** Read by nuScr alone: no module declaration, or a header of one word. Its rules differ from Scribble's in a few places. */
  readonly nuscr: boolean
  readonly imports: readonly Import[]
  readonly types: readonly Name[]
  readonly signatures: readonly Name[]
  readonly protocols: readonly Protocol[]
  /** What keeps the whole file from a verdict, whatever its protocols are. */
  readonly remarks: readonly Finding[]
}

export interface Import extends Position {
  readonly module: string
  readonly alias: string | undefined
}

export interface Protocol {
  readonly name: Name
  /** `aux`: only there to be called. */
  readonly auxiliary: boolean
  readonly parameters: readonly Parameter[]
  readonly roles: readonly Name[]
  readonly body: Block
  readonly remarks: readonly Finding[]
}

export interface Parameter {
  readonly kind: 'type' | 'signature'
  readonly name: Name
}

export type Block = readonly Interaction[]

export type Interaction =
  | { readonly kind: 'message'; readonly message: Message; readonly from: Name; readonly to: Name }
  | { readonly kind: 'choice'; readonly at: Name; readonly branches: readonly Block[]; readonly place: Position }
  | { readonly kind: 'recursion'; readonly name: Name; readonly body: Block }
  | { readonly kind: 'continue'; readonly name: Name }
  | {
      readonly kind: 'do'
      readonly protocol: Name
      readonly parameters: readonly Message[]
      readonly roles: readonly Name[]
    }

/** `label(payloads)`, or without brackets the name of a declared signature, a parameter, or in nuScr just the label. */
export interface Message extends Position {
  readonly label: string
  /** Undefined without brackets. */
  readonly payloads: readonly Name[] | undefined
}
