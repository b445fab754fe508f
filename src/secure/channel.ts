/**
 * Records over a suite's channel: `u16 length ‖ sealed`, and inside `u8 type ‖ u16 padding ‖ data ‖ zeros`. What is done and
 * checked here holds for every suite.
 */

import { SteerError } from '../base/errors.ts'
import { encodeLatin1, decodeLatin1 } from './bytes.ts'
import type { SuiteChannel } from './suite.ts'

const RECORD = { data: 0, close: 1 } as const

/** Of the sealed bytes, without the two of the length. No more than this is ever held before it is authenticated. */
export const RECORD_MAX_BYTES = 65_535
const LENGTH_BYTES = 2
const HEADER_BYTES = 3

/** Takes what records carry. The bytes are only good during the call. */
export interface RecordSink {
  /** At least one byte. */
  data(plain: Uint8Array): void
  /** The other side has said its last. Nothing comes any more. */
  closed(): void
}

export interface ChannelOptions {
  readonly keys: SuiteChannel
  /** The length that a record of that length is filled up to. */
  readonly pad: (length: number) => number
  /** The public key that the other side has proved to hold; undefined where the suite knows no identities. */
  readonly remoteIdentity: Uint8Array | undefined
}

/**
 * One end of a secure connection. `seal` turns plaintext into records, `push` turns arriving bytes into plaintext. After the
 * first failure of either kind nothing goes in or out any more: each call throws what the first one threw.
 */
export class SecureChannel {
  readonly remoteIdentity: Uint8Array | undefined
  readonly #keys: SuiteChannel
  readonly #pad: (length: number) => number
  /** As Latin-1, which takes a fifth of what an array of so few bytes does. */
  readonly #binding: string
  /** Most plaintext in one record, header included. */
  readonly #plainMaxBytes: number
  /** What has come of a record whose end has not; grows with the bytes that arrive, or is the one that all channels share. */
  #tail: Uint8Array = NONE
  #tailLength = 0
  #recordLength = 0
  #lengthBytesSeen = 0
  #closeSent = false
  #closeReceived = false
  #failure: SteerError | undefined
  #destroyed = false

  constructor(options: ChannelOptions) {
    this.#keys = options.keys
    this.#pad = options.pad
    this.#binding = decodeLatin1(options.keys.binding)
    this.remoteIdentity = options.remoteIdentity
    this.#plainMaxBytes = RECORD_MAX_BYTES - options.keys.overheadMaxBytes
  }

  /** The same bytes on both ends, and in no other connection: for programs that bind something of their own to it. */
  get binding(): Uint8Array {
    return encodeLatin1(this.#binding)
  }

  /** True once the other side's closing record has been opened: a transport that ends now was not cut. */
  get closeReceived(): boolean {
    return this.#closeReceived
  }

  /** What the first failure was. */
  get failure(): SteerError | undefined {
    // An error costs more than the rest of an end, and hardly any channel is used after it.
    if (this.#destroyed) this.#failure ??= new SteerError('misuse', 'the secure channel was destroyed')
    return this.#failure
  }

  /** Unauthenticated bytes that are held; never more than `RECORD_MAX_BYTES`. */
  get heldBytes(): number {
    return this.#tailLength
  }

  // ---- out

  /** Most plaintext that one record carries. */
  get dataMaxBytes(): number {
    return this.#plainMaxBytes - HEADER_BYTES
  }

  /** Room that `seal` needs at most for so many bytes. */
  sealedMaxBytes(plainBytes: number): number {
    const dataMax = this.dataMaxBytes
    const full = Math.floor(plainBytes / dataMax)
    const recordOverhead = LENGTH_BYTES + this.#keys.overheadMaxBytes
    const rest = plainBytes - full * dataMax
    return full * (recordOverhead + this.#plainMaxBytes) + recordOverhead + this.#padded(HEADER_BYTES + rest)
  }

  /**
   * Seals the plaintext into as few records as it takes, from `offset` of `out` on. Returns where they end.
   *
   * @throws SteerError `misuse` where `out` is too short or after `sealClose`, `resource_exhausted` when the keys are used up.
   */
  seal(plain: Uint8Array, out: Uint8Array, offset = 0): number {
    const room = this.sealedMaxBytes(plain.length)
    if (out.length - offset < room) {
      throw new SteerError(
        'misuse',
        `${plain.length} bytes need ${room} bytes of room, there are ${out.length - offset}`,
      )
    }
    const dataMax = this.dataMaxBytes
    let end = offset
    for (let start = 0; start < plain.length; start += dataMax) {
      end = this.#sealRecord(RECORD.data, plain.subarray(start, start + dataMax), out, end)
    }
    return end
  }

  /** The last record: tells the other side that nothing was cut off. Returns where it ends. Throws as `seal`. */
  sealClose(out: Uint8Array, offset = 0): number {
    const end = this.#sealRecord(RECORD.close, NONE, out, offset)
    this.#closeSent = true
    return end
  }

  /** The first record of each side, which is empty and never padded: it proves that this side has the keys, now. */
  sealConfirmation(): Uint8Array {
    const plain = Uint8Array.of(RECORD.data, 0, 0)
    const record = new Uint8Array(LENGTH_BYTES + plain.length + this.#keys.overheadMaxBytes)
    const length = this.#sealInto(plain, record, 0)
    return record.subarray(0, length)
  }

  #sealRecord(type: number, data: Uint8Array, out: Uint8Array, offset: number): number {
    if (this.#closeSent) throw new SteerError('misuse', 'nothing can be sent after the closing record')
    const unpadded = HEADER_BYTES + data.length
    const length = this.#padded(unpadded)
    const padding = length - unpadded
    this.#assertRoom(length, out, offset)
    // Put together where it will stand sealed: one piece of memory less goes through the processor's cache.
    const plain = out.subarray(offset + LENGTH_BYTES, offset + LENGTH_BYTES + length)
    plain[0] = type
    plain[1] = padding >>> 8
    plain[2] = padding
    plain.set(data, HEADER_BYTES)
    plain.fill(0, unpadded)
    return this.#sealInto(plain, out, offset)
  }

  /** @param plain for which there is room; it may stand in `out`. */
  #sealInto(plain: Uint8Array, out: Uint8Array, offset: number): number {
    this.#assertUsable()
    const start = offset + LENGTH_BYTES
    let length: number
    try {
      length = this.#keys.seal(plain, out.subarray(start, start + plain.length + this.#keys.overheadMaxBytes))
    } catch (error) {
      throw this.#poison(SteerError.from(error))
    }
    out[offset] = length >>> 8
    out[offset + 1] = length
    return start + length
  }

  #assertRoom(plainBytes: number, out: Uint8Array, offset: number): void {
    const room = LENGTH_BYTES + plainBytes + this.#keys.overheadMaxBytes
    if (out.length - offset < room) {
      throw new SteerError('misuse', `a record needs ${room} bytes of room, there are ${out.length - offset}`)
    }
  }

  #padded(length: number): number {
    return Math.min(Math.max(length, this.#pad(length)), this.#plainMaxBytes)
  }

  // ---- in

  /**
   * Opens all records that are complete, in order. The sink may destroy the channel; nothing comes out then, also of this chunk.
   *
   * @throws SteerError `channel_corrupt` at the first byte that cannot be the other side's, and what the sink throws.
   */
  push(chunk: Uint8Array, sink: RecordSink): void {
    let offset = 0
    while (offset < chunk.length) {
      this.#assertUsable()
      if (this.#closeReceived) throw this.#corrupt('bytes arrived after the closing record')
      if (this.#lengthBytesSeen < LENGTH_BYTES) {
        this.#takeLengthByte(chunk[offset++]!)
        continue
      }
      const missing = this.#recordLength - this.#tailLength
      if (chunk.length - offset < missing) {
        this.#keep(chunk.subarray(offset))
        return
      }
      const piece = chunk.subarray(offset, offset + missing)
      offset += missing
      this.#openRecord(this.#completed(piece), sink)
      if (this.#destroyed) return
    }
  }

  /** The transport has ended. @throws SteerError `truncated` unless the closing record came before. */
  end(): void {
    if (this.#closeReceived) return
    throw new SteerError('truncated', 'the connection ended without the closing record')
  }

  /** Takes the other side's first record, without its length. @throws SteerError `channel_corrupt` */
  openConfirmation(sealed: Uint8Array): void {
    this.#assertUsable()
    const scratch = takeScratch()
    try {
      const data = this.#openInto(sealed, scratch)
      if (scratch[0] !== RECORD.data || data.length > 0) throw this.#corrupt('the first record is not empty')
    } finally {
      giveScratch(scratch)
    }
  }

  /** Forgets the keys. Idempotent. */
  destroy(): void {
    if (this.#destroyed) return
    this.#destroyed = true
    this.#releaseTail()
    this.#keys.destroy()
  }

  #takeLengthByte(byte: number): void {
    this.#recordLength = (this.#recordLength << 8) | byte
    if (++this.#lengthBytesSeen < LENGTH_BYTES) return
    if (this.#recordLength < HEADER_BYTES) throw this.#corrupt(`a record cannot be ${this.#recordLength} bytes long`)
  }

  #keep(piece: Uint8Array): void {
    const length = this.#tailLength + piece.length
    if (length > this.#tail.length) {
      const grown = takeTail() ?? new Uint8Array(Math.min(2 * length, this.#recordLength))
      grown.set(this.#tail.subarray(0, this.#tailLength))
      this.#tail = grown
    }
    this.#tail.set(piece, this.#tailLength)
    this.#tailLength = length
  }

  /** What was in it stays readable until the next record of any channel begins to be kept. */
  #releaseTail(): void {
    giveTail(this.#tail)
    this.#tail = NONE
    this.#tailLength = 0
  }

  /** The whole record, whose last piece this is. Good until it has been opened. */
  #completed(piece: Uint8Array): Uint8Array {
    let record = piece
    if (this.#tailLength > 0) {
      this.#keep(piece)
      record = this.#tail.subarray(0, this.#recordLength)
      this.#releaseTail()
    }
    this.#recordLength = 0
    this.#lengthBytesSeen = 0
    return record
  }

  #openRecord(sealed: Uint8Array, sink: RecordSink): void {
    const scratch = takeScratch()
    try {
      const data = this.#openInto(sealed, scratch)
      const type = scratch[0]
      if (type === RECORD.close) {
        if (data.length > 0) throw this.#corrupt('a closing record carries data')
        this.#closeReceived = true
        sink.closed()
      } else if (type !== RECORD.data) throw this.#corrupt(`there is no record of type ${type ?? '?'}`)
      else if (data.length === 0) throw this.#corrupt('a record is empty')
      else sink.data(data)
    } finally {
      giveScratch(scratch)
    }
  }

  /** Opens into `scratch`; returns the part that is data. */
  #openInto(sealed: Uint8Array, scratch: Uint8Array): Uint8Array {
    let length: number | undefined
    try {
      length = this.#keys.open(sealed, scratch)
    } catch (error) {
      throw this.#poison(SteerError.from(error))
    }
    if (length === undefined) throw this.#corrupt('a record does not open')
    if (length < HEADER_BYTES) throw this.#corrupt('a record has no header')
    const padding = (scratch[1]! << 8) | scratch[2]!
    const end = length - padding
    if (end < HEADER_BYTES) throw this.#corrupt('a record has more padding than bytes')
    for (let index = end; index < length; index++) if (scratch[index] !== 0) throw this.#corrupt('padding is not zero')
    return scratch.subarray(HEADER_BYTES, end)
  }

  // ---- failing

  #assertUsable(): void {
    const { failure } = this
    if (failure !== undefined) throw failure
  }

  #corrupt(text: string): SteerError {
    return this.#poison(new SteerError('channel_corrupt', text))
  }

  /** Returns the error, to be thrown. */
  #poison(error: SteerError): SteerError {
    this.#failure ??= error
    this.destroy()
    return error
  }
}

const NONE = new Uint8Array(0)

/**
 * One buffer is lent to the channel that first has to keep a part of a record, until that record is whole: with a single busy
 * link, all records come together in memory that the processor has in its cache. Nobody waits for it.
 */
let sharedTail: Uint8Array | undefined
let isTailLent = false

/** Undefined while another channel has it. */
function takeTail(): Uint8Array | undefined {
  if (isTailLent) return undefined
  isTailLent = true
  sharedTail ??= new Uint8Array(RECORD_MAX_BYTES)
  return sharedTail
}

function giveTail(tail: Uint8Array): void {
  if (tail === sharedTail) isTailLent = false
}

/** One buffer serves all channels, since nothing of it is held between calls; a call inside a call of a sink gets its own. */
let spare: Uint8Array | undefined

function takeScratch(): Uint8Array {
  const scratch = spare ?? new Uint8Array(RECORD_MAX_BYTES)
  spare = undefined
  return scratch
}

function giveScratch(scratch: Uint8Array): void {
  spare = scratch
}
