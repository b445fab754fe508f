/** The first bytes of a link in each direction: 28 of them, fixed. Nothing is negotiated; both sides say what they take in. */

import { SteerError } from '../base/errors.ts'

export const HELLO_BYTES = 28
const WIRE_VERSION = 1
const MAGIC = [0x43, 0x58, 0x53, 0x4e] as const // "CXSN"

/** Which security the bytes after the hello have. */
export const SUITE = { none: 0 } as const

export interface Hello {
  /** The side that dialled. */
  readonly initiator: boolean
  readonly suite: number
  /** Longest frame that the sender of this hello takes in. */
  readonly frameMaxBytes: number
  readonly windowMessages: number
  readonly windowBytes: number
  readonly sessionsMax: number
  /** The sender of this hello closes a link on which pings come faster than one in so many ms. */
  readonly pingFloorMs: number
}

export function encodeHello(hello: Hello): Uint8Array {
  const bytes = new Uint8Array(HELLO_BYTES)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC)
  bytes[4] = WIRE_VERSION
  bytes[5] = hello.suite
  bytes[6] = hello.initiator ? 1 : 2
  bytes[7] = 0
  view.setUint32(8, hello.frameMaxBytes)
  view.setUint32(12, hello.windowMessages)
  view.setUint32(16, hello.windowBytes)
  view.setUint32(20, hello.sessionsMax)
  view.setUint32(24, hello.pingFloorMs)
  return bytes
}

/**
 * Looks at the bytes that have come so far, so that a stranger is told from the first wrong byte on.
 *
 * @param expectInitiator whether the sender should be the side that dialled: a reflected hello is refused.
 * @param suite the security that the hello crosses in.
 * @returns undefined while bytes are missing.
 * @throws SteerError `handshake_failed`
 */
export function decodeHello(
  bytes: Uint8Array,
  expectInitiator: boolean,
  suite: number = SUITE.none,
): Hello | undefined {
  const fixed = [...MAGIC, WIRE_VERSION, suite, expectInitiator ? 1 : 2, 0]
  fixed.forEach((expected, index) => {
    const got = bytes[index]
    if (got !== undefined && got !== expected)
      throw new SteerError('handshake_failed', describeDifference(bytes, index))
  })
  if (bytes.length < HELLO_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const hello = {
    initiator: expectInitiator,
    suite,
    frameMaxBytes: view.getUint32(8),
    windowMessages: view.getUint32(12),
    windowBytes: view.getUint32(16),
    sessionsMax: view.getUint32(20),
    pingFloorMs: view.getUint32(24),
  }
  if (hello.frameMaxBytes < 1024 || hello.windowMessages < 1 || hello.windowBytes < 1024 || hello.sessionsMax < 1) {
    throw new SteerError(
      'handshake_failed',
      'the other side announces limits below the least that the wire format allows',
    )
  }
  return hello
}

function describeDifference(bytes: Uint8Array, index: number): string {
  if (index < MAGIC.length) return 'the other side does not speak this wire format'
  if (index === 4) return `the other side speaks version ${bytes[4]} of the wire format, this one ${WIRE_VERSION}`
  if (index === 5) return `the other side uses security suite ${bytes[5]}, this one another`
  if (index === 6) return 'the other side claims the same end of the connection as this one'
  return 'the other side sets flags that this version does not know'
}
