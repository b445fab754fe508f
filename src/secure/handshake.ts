/**
 * The opening of a secure link, as a machine: bytes in, bytes out, no I/O. On the wire, for every suite:
 *
 * ```
 * initiator  preamble, 8 bytes: magic ‖ u8 version ‖ u8 suite ‖ u8 01 ‖ u8 00, as a hello begins
 * both       messages of the suite by turns, each u16 length ‖ message
 * both       the first record, empty, as soon as a side has its keys
 * ```
 *
 * The prologue that both ends mix in is `coxswain/1` ‖ 00 ‖ preamble ‖ u8 length ‖ suite id ‖ u16 length ‖ the caller's prologue:
 * every byte that crosses in the clear is either in it or in a message that the suite authenticates.
 *
 * A side reports the link when it has opened the other's first record: a first message can be replayed, a record cannot.
 */

import { SteerError } from '../base/errors.ts'
import type { PeerIdentity } from '../base/peer-identity.ts'
import { encodeHello } from '../wire/hello.ts'
import { concat, copyOf, EMPTY, encodeLatin1, equalBytes } from './bytes.ts'
import { SecureChannel } from './channel.ts'
import { describePeer } from './identity.ts'
import { NoiseChannel } from './noise-suite.ts'
import { partsOf, type PreparedSecurity } from './security.ts'
import { PAYLOAD_MAX_BYTES, type SecureRole, type SuiteDriver, type SuiteStep } from './suite.ts'

/** What one side takes in, at most, before the other has proved anything. */
export const HANDSHAKE_MAX_BYTES = 512
export const PREAMBLE_BYTES = 8
const LENGTH_BYTES = 2

export interface HandshakeSettings {
  readonly role: SecureRole
  readonly security: PreparedSecurity
  /** Both ends must give the same. Default none. */
  readonly prologue?: Uint8Array | undefined
  /** Carried to the other side, encrypted: at most 128 bytes. */
  readonly payload: Uint8Array
}

/** What has come of it. Write `send`, then look at the others. */
export interface HandshakeStep {
  readonly send?: Uint8Array | undefined
  /** The caller has to find out whether this peer may come in, and to call `decide`. Until then nothing goes on. */
  readonly authorize?: PeerIdentity | undefined
  readonly opened?: OpenedChannel | undefined
}

export interface OpenedChannel {
  readonly channel: SecureChannel
  readonly remotePayload: Uint8Array
  readonly peer: PeerIdentity | undefined
  /** What came behind the handshake: to be pushed into the channel. A part of what was read, and good only as long. */
  readonly rest: Uint8Array
}

/** `reading` waits for bytes, `deciding` for `decide`. After `open` and `failed` nothing more can be done with it. */
export type HandshakePhase = 'created' | 'reading' | 'deciding' | 'open' | 'failed'

/** @throws SteerError `misuse` */
export function createHandshake(settings: HandshakeSettings): Handshake {
  return new Handshake(settings)
}

export class Handshake {
  readonly #settings: HandshakeSettings
  readonly #driver: SuiteDriver
  readonly #preamble: Uint8Array
  #phase: HandshakePhase = 'created'
  #failure: SteerError | undefined
  /** What of the next unit has come; while deciding, whatever comes. */
  #held: Uint8Array = EMPTY
  #takenBytes = 0
  #preambleDone: boolean
  /** A step that waits for the verdict. */
  #pending: SuiteStep | undefined
  #peer: PeerIdentity | undefined
  #channel: SecureChannel | undefined
  #remotePayload: Uint8Array = EMPTY

  constructor(settings: HandshakeSettings) {
    const { role, security, payload, prologue = EMPTY } = settings
    if (role !== security.role) throw new SteerError('misuse', `this security was prepared for the ${security.role}`)
    if (payload.length > PAYLOAD_MAX_BYTES) {
      throw new SteerError('misuse', `a handshake carries ${PAYLOAD_MAX_BYTES} bytes at most, not ${payload.length}`)
    }
    const { suite, keys } = partsOf(security)
    this.#settings = settings
    this.#preamble = encodePreamble(security.suiteNumber)
    this.#preambleDone = role === 'initiator'
    const whole = createPrologue(this.#preamble, suite.id, prologue)
    this.#driver = suite.begin({ role, prologue: whole, payload: copyOf(payload), keys })
  }

  get phase(): HandshakePhase {
    return this.#phase
  }

  /** Unauthenticated bytes that are held; never more than `HANDSHAKE_MAX_BYTES`. */
  get heldBytes(): number {
    return this.#held.length
  }

  /** What the initiator writes first; undefined for the responder, which stays silent. Once. @throws SteerError `misuse` */
  start(): Uint8Array | undefined {
    this.#assertPhase('created')
    return this.#guarded(() => {
      this.#phase = 'reading'
      if (this.#settings.role === 'responder') return undefined
      const { send } = this.#driver.step(undefined)
      if (send === undefined) throw new SteerError('misuse', 'the suite of the initiator has to begin')
      return concat(this.#preamble, frame(send))
    })
  }

  /**
   * Takes bytes of the other side, also while `authorize` is being asked.
   *
   * @throws SteerError `handshake_failed`: drop the connection, without a byte. Every later call throws the same.
   */
  read(chunk: Uint8Array): HandshakeStep {
    if (this.#phase !== 'deciding') this.#assertPhase('reading')
    return this.#guarded(() => {
      if (this.#phase === 'reading') return this.#advance(chunk)
      this.#hold(chunk)
      return {}
    })
  }

  /** The verdict on the peer of `authorize`. @throws SteerError `handshake_failed` where it is not `true`, as `read`. */
  decide(allowed: boolean): HandshakeStep {
    this.#assertPhase('deciding')
    return this.#guarded(() => {
      if ((allowed as unknown) !== true) throw new SteerError('handshake_failed', 'authorize refused the other side')
      this.#phase = 'reading'
      const pending = this.#pending!
      const backlog = this.#held
      this.#pending = undefined
      this.#held = EMPTY
      this.#takenBytes -= backlog.length
      const send = this.#proceed(pending)
      const step = this.#advance(backlog)
      return { ...step, send: join(send, step.send) }
    })
  }

  /** Forgets keys, for a connection that ended. Idempotent; an opened channel lives on. */
  destroy(): void {
    if (this.#phase !== 'open') this.#fail(new SteerError('handshake_failed', 'the handshake was given up'))
  }

  /** Goes through the units of the chunk: preamble, messages, the first record. */
  #advance(chunk: Uint8Array): HandshakeStep {
    const sends: Uint8Array[] = []
    let offset = 0
    for (;;) {
      const unitBytes = this.#unitBytes()
      const wanted = Math.min(unitBytes - this.#held.length, chunk.length - offset)
      this.#hold(chunk.subarray(offset, offset + wanted))
      offset += wanted
      if (!this.#preambleDone) this.#checkPreamble()
      if (this.#held.length < unitBytes) return { send: join(...sends) }
      if (this.#unitBytes() > unitBytes) continue
      const unit = this.#held
      this.#held = EMPTY
      const rest = chunk.subarray(offset)
      const step = this.#takeUnit(unit, rest)
      if (step.send !== undefined) sends.push(step.send)
      if (step.authorize !== undefined) this.#hold(rest)
      if (step.authorize !== undefined || step.opened !== undefined) return { ...step, send: join(...sends) }
    }
  }

  #takeUnit(unit: Uint8Array, rest: Uint8Array): HandshakeStep {
    if (!this.#preambleDone) {
      this.#preambleDone = true
      return {}
    }
    const body = unit.subarray(LENGTH_BYTES)
    if (this.#channel === undefined) return this.#takeMessage(this.#driver.step(body))
    this.#channel.openConfirmation(body)
    this.#phase = 'open'
    return {
      opened: { channel: this.#channel, remotePayload: this.#remotePayload, peer: this.#peer, rest },
    }
  }

  #takeMessage(step: SuiteStep): HandshakeStep {
    const { remoteIdentity } = step
    if (remoteIdentity === undefined) return { send: this.#proceed(step) }
    const { security } = this.#settings
    const { remoteIdentity: expected } = partsOf(security)
    if (expected !== undefined && !equalBytes(remoteIdentity, expected)) {
      throw new SteerError('handshake_failed', 'the other side is not the one of security.remoteIdentity')
    }
    this.#peer = describePeer(remoteIdentity)
    if (security.authorize === undefined) return { send: this.#proceed(step) }
    this.#phase = 'deciding'
    this.#pending = step
    return { authorize: this.#peer }
  }

  /** Returns what leaves now: the suite's message, and the first record once the keys are there. */
  #proceed({ send, done }: SuiteStep): Uint8Array | undefined {
    const message = send === undefined ? undefined : frame(send)
    if (done === undefined) return message
    const { security } = this.#settings
    const { remoteIdentity: expected, pad } = partsOf(security)
    this.#channel = new SecureChannel({ keys: done, pad, remoteIdentity: this.#peer?.publicKey })
    if (this.#peer === undefined && (expected !== undefined || security.authorize !== undefined)) {
      throw new SteerError('handshake_failed', 'the other side has not said who it is')
    }
    this.#remotePayload = done.remotePayload
    if (done instanceof NoiseChannel) done.forgetHandshake()
    return join(message, this.#channel.sealConfirmation())
  }

  /** How long the unit is that comes next, as far as its bytes tell. */
  #unitBytes(): number {
    if (!this.#preambleDone) return PREAMBLE_BYTES
    if (this.#held.length < LENGTH_BYTES) return LENGTH_BYTES
    const length = (this.#held[0]! << 8) | this.#held[1]!
    if (length === 0) throw new SteerError('handshake_failed', 'a handshake message is empty')
    if (this.#takenBytes - this.#held.length + LENGTH_BYTES + length > HANDSHAKE_MAX_BYTES) {
      const text = `the other side speaks something else: ${length} bytes are too many for a handshake message`
      throw new SteerError('handshake_failed', text)
    }
    return LENGTH_BYTES + length
  }

  #hold(bytes: Uint8Array): void {
    this.#takenBytes += bytes.length
    if (this.#takenBytes > HANDSHAKE_MAX_BYTES) throw tooMuch()
    if (bytes.length > 0) this.#held = concat(this.#held, bytes)
  }

  /** A stranger is told from the first wrong byte on. */
  #checkPreamble(): void {
    if (equalBytes(this.#held, this.#preamble.subarray(0, this.#held.length))) return
    throw new SteerError('handshake_failed', 'the other side does not open a link of this version and security')
  }

  /** A call out of order is the caller's mistake, and ends nothing. */
  #assertPhase(phase: HandshakePhase): void {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#phase !== phase) throw new SteerError('misuse', `the handshake is "${this.#phase}", not "${phase}"`)
  }

  #guarded<Result>(run: () => Result): Result {
    try {
      return run()
    } catch (error) {
      throw this.#fail(SteerError.from(error))
    }
  }

  /** Whatever the other side did wrong before the link was open is one thing to the caller. */
  #fail(error: SteerError): SteerError {
    this.#failure ??=
      error.code === 'channel_corrupt'
        ? new SteerError('handshake_failed', `the first record: ${error.rawMessage}`, { cause: error })
        : error
    this.#phase = 'failed'
    this.#held = EMPTY
    this.#pending = undefined
    this.#driver.destroy?.()
    this.#channel?.destroy()
    return this.#failure
  }
}

/** The first eight bytes of a hello that names the suite. */
function encodePreamble(suite: number): Uint8Array {
  const nothing = { frameMaxBytes: 0, windowMessages: 0, windowBytes: 0, sessionsMax: 0, pingFloorMs: 0 }
  return encodeHello({ initiator: true, suite, ...nothing }).slice(0, PREAMBLE_BYTES)
}

function createPrologue(preamble: Uint8Array, suiteId: string, extra: Uint8Array): Uint8Array {
  const id = encodeLatin1(suiteId)
  const extraLength = Uint8Array.of(extra.length >>> 8, extra.length)
  return concat(encodeLatin1('coxswain/1\0'), preamble, Uint8Array.of(id.length), id, extraLength, extra)
}

function frame(message: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(message.length >>> 8, message.length), message)
}

function join(...parts: readonly (Uint8Array | undefined)[]): Uint8Array | undefined {
  const present = parts.filter((part) => part !== undefined)
  return present.length === 0 ? undefined : concat(...present)
}

function tooMuch(): SteerError {
  return new SteerError('handshake_failed', `more than ${HANDSHAKE_MAX_BYTES} bytes came before the link was open`)
}
