/** The opaque types of a declaration. The generator reads the syntax; these exist so that the editor can say what fits where. */

declare const kind: unique symbol

/** One step of a conversation, made by a word such as `send` or `choose`. Opaque. */
export interface Step {
  readonly [kind]: 'step'
}

/** `again` or `leave`, as a loop hands them to its body. Stands last in a list of steps, or nowhere. Opaque. */
export interface Jump {
  readonly [kind]: 'jump'
}

/** A branch of a choice, made by `on`. Opaque. */
export interface Branch {
  readonly [kind]: 'branch'
}

/** A protocol, made by `steer`. Opaque; under `isolatedDeclarations` it is the type to write on the constant. */
export interface Protocol {
  readonly [kind]: 'protocol'
}

/** A list of steps. A jump can only be the last of them. */
export type Steps = readonly [] | readonly [...Step[], Step | Jump]

/** The branches of a choice by their labels, at least one: `[A-Za-z0-9_-]{1,64}`, without the reserved ones. */
export interface Branches {
  readonly [label: string]: Branch
}

/** What `steer` takes between the name and the steps. */
export interface ProtocolOptions {
  /**
   * Decoders of this protocol skip members that they do not know, up to a bound, so that a newer sender may add some. Part
   * of the fingerprint.
   *
   * @defaultValue false
   */
  readonly open?: boolean | undefined
}

/** What `sendStream` and `receiveStream` take after the label. */
export interface StreamOptions {
  /**
   * Most items that the receiver holds unread: an integer literal from 1 to 65 535. What the sender has more waits there. Not
   * part of the fingerprint: the two ends may differ, and each holds at most its own. What is on its way stands before whatever
   * other sessions of the same link send after it: a wide window makes a stream faster, and lets the others wait longer.
   *
   * @defaultValue 16
   */
  readonly window?: number | undefined
}
