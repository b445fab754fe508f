/** Noise handshake patterns as data, as § 7 and § 9 of the Noise Protocol Framework, revision 34, write them. */

export type Token = 'e' | 's' | 'ee' | 'es' | 'se' | 'ss' | 'psk'

export interface Pattern {
  /** With its modifiers, as it stands in the protocol name. */
  readonly name: string
  /** Public keys that the sides know of each other before the first message. */
  readonly known: { readonly initiator: readonly ('e' | 's')[]; readonly responder: readonly ('e' | 's')[] }
  readonly messages: readonly (readonly Token[])[]
  /** Who writes the first message. Default the initiator; `responder` in patterns that a fallback turned round. */
  readonly first?: 'responder'
}

const NOTHING = { initiator: [], responder: [] } as const

/** A shared key, and nobody is told apart. */
export const NNpsk0: Pattern = {
  name: 'NNpsk0',
  known: NOTHING,
  messages: [
    ['psk', 'e'],
    ['e', 'ee'],
  ],
}

/** Both identities are sent, encrypted. */
export const XX: Pattern = { name: 'XX', known: NOTHING, messages: [['e'], ['e', 'ee', 's', 'es'], ['s', 'se']] }

/** As XX, for those who hold the shared key. */
export const XXpsk3: Pattern = {
  name: 'XXpsk3',
  known: NOTHING,
  messages: [['e'], ['e', 'ee', 's', 'es'], ['s', 'se', 'psk']],
}

/** Both know the other's identity. */
export const KK: Pattern = {
  name: 'KK',
  known: { initiator: ['s'], responder: ['s'] },
  messages: [
    ['e', 'es', 'ss'],
    ['e', 'ee', 'se'],
  ],
}

/** The side that dials knows whom. */
export const IK: Pattern = {
  name: 'IK',
  known: { initiator: [], responder: ['s'] },
  messages: [
    ['e', 'es', 's', 'ss'],
    ['e', 'ee', 'se'],
  ],
}
