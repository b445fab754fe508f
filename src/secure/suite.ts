/**
 * A secure suite: a handshake and the channel that comes of it. The Noise patterns are suites of our own; a program may bring
 * another. Around each the library puts the same frame: preamble, lengths, the cap before authentication, first records,
 * authenticated end, poisoning.
 */

/**
 * A whole handshake and channel. Everything is synchronous, and buffers are good during the call alone. What breaks this
 * contract ends the link with `misuse`.
 */
export interface SecureSuite {
  /** ASCII, 1 to 64 characters. It is hashed into the prologue, so that both ends must use the same. */
  readonly id: string
  /** Whether it cannot do without `security.key`. Default false. */
  readonly needsKey?: boolean | undefined
  /** Begins one handshake. */
  begin(options: SuiteOptions): SuiteDriver
}

export interface SuiteOptions {
  readonly role: SecureRole
  /** Everything that crosses in the clear, and more; both ends have the same, which the handshake has to make sure of. */
  readonly prologue: Uint8Array
  /** To be carried to the other side, encrypted: at most 128 bytes. */
  readonly payload: Uint8Array
  /** The keys of `security`, 32 bytes each, none where none were given. The first is for sealing. */
  readonly keys: readonly Uint8Array[]
}

/** The side that dialled is the initiator. */
export type SecureRole = 'initiator' | 'responder'

export interface SuiteDriver {
  /**
   * Takes the other side's next message; undefined once, at first, on the side that speaks first. Throws what it refuses, and is
   * not called again then.
   */
  step(message: Uint8Array | undefined): SuiteStep
  /** Forgets keys. Called when the handshake ends early. */
  destroy?(): void
}

export interface SuiteStep {
  /** A message for the other side, 1 to 500 bytes. */
  readonly send?: Uint8Array | undefined
  /** Set once the other side has proved who it is. Nothing of this step leaves before `authorize` has agreed. */
  readonly remoteIdentity?: Uint8Array | undefined
  /** Set when the keys are there. */
  readonly done?: SuiteChannel | undefined
}

export interface SuiteChannel {
  /** Longest that sealing makes a record, at most 1024 bytes. */
  readonly overheadMaxBytes: number
  /** What the other side carried over. */
  readonly remotePayload: Uint8Array
  /** At least 16 bytes that are the same on both ends and in no other connection. */
  readonly binding: Uint8Array
  /** Seals the next record into `out`, which has room for the overhead; returns how many bytes it wrote. */
  seal(plain: Uint8Array, out: Uint8Array): number
  /**
   * Opens the next record into `out`, which is as long as `sealed`; returns how many bytes it wrote, or undefined where the
   * record is not the next one as the other side sealed it.
   */
  open(sealed: Uint8Array, out: Uint8Array): number | undefined
  /** Forgets keys. */
  destroy(): void
}

export const PAYLOAD_MAX_BYTES = 128
export const OVERHEAD_MAX_BYTES = 1024
