/**
 * What a hostile or broken network does, as data: who it is done to, what, and where. A fault is drawn from a seed or counted
 * through, and can be printed, so that every trial can be repeated.
 */

export type Side = 'initiator' | 'responder'

/** Those of the bytes: `at` counts the bytes of that side. */
export const BYTE_FAULTS = ['fin', 'rst', 'mute', 'vanish', 'flip', 'insert', 'lose'] as const
/** Those of whole units (preamble, handshake messages, records; or hello and frames): `at` counts the units of that side. */
export const UNIT_FAULTS = ['drop', 'duplicate', 'swap', 'replay', 'reflect', 'shorten'] as const
/** Those that change no byte, so that nothing may come of them: cut into single bytes, and held up. */
export const GENTLE_FAULTS = ['slice', 'delay'] as const

export type ByteFault = (typeof BYTE_FAULTS)[number]
export type UnitFault = (typeof UNIT_FAULTS)[number]
export type FaultKind = ByteFault | UnitFault | (typeof GENTLE_FAULTS)[number]

export interface Fault {
  readonly kind: FaultKind
  /** Whose bytes it meets. */
  readonly side: Side
  readonly at: number
  /** For `flip`: 0 to 7. */
  readonly bit?: number
}

export function describeFault({ kind, side, at, bit }: Fault): string {
  return `${kind} at ${at}${bit === undefined ? '' : `.${bit}`} of the ${side}`
}

/** Changes bytes, so that they are somebody else's: a secure link has to notice, a plain one has no way to. */
export function isTampering({ kind }: Fault): boolean {
  return kind === 'flip' || kind === 'insert' || kind === 'lose' || (UNIT_FAULTS as readonly string[]).includes(kind)
}

export function isGentle({ kind }: Fault): boolean {
  return (GENTLE_FAULTS as readonly string[]).includes(kind)
}

export function otherSide(side: Side): Side {
  return side === 'initiator' ? 'responder' : 'initiator'
}
