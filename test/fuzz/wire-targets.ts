/** Frames, hellos, handshakes and records, each as the bytes of a stranger or of a peer that lies. */

import { isDeepStrictEqual } from 'node:util'

import { SecureChannel, RECORD_MAX_BYTES } from '../../src/secure/channel.ts'
import { HANDSHAKE_MAX_BYTES } from '../../src/secure/handshake.ts'
import { FrameReader, type FrameSink } from '../../src/wire/frame.ts'
import { decodeHello } from '../../src/wire/hello.ts'
import { createEnds, settle, shake, SETUPS, type Setup } from '../secure/pairs.ts'
import { bytes, frame, HELLO, openFrame } from '../session/raw-peer.ts'
import type { Target } from './target.ts'

const FINGERPRINT = '11'.repeat(32)

/** One frame of each kind. */
export const FRAMES: readonly Buffer[] = [
  openFrame(1, 'peer', 'echo', FINGERPRINT),
  frame(2, 2, FINGERPRINT),
  frame(2, 2, `${FINGERPRINT}01`),
  frame(3, 1, '00 a2616e0164746578746161'),
  frame(4, 1, '05'),
  frame(5, 1, '01'),
  frame(6, 1, '656e6f756768'),
  frame(7, 1, '0140'),
  frame(8, 1, '0761626f7274656477687900'),
  frame(9, 1, '04'),
  frame(0x0a, 1, '0102'),
  frame(0x10, 0),
  frame(0x11, 0),
  frame(0x12, 0),
  frame(0x13, 0),
  frame(0x13, 0, '0761626f72746564776879'),
]

const FRAME_LIMIT = 4096

/** What comes out of the bytes, however they are cut. What the frames mean is for the target `link`. */
function readFrames(chunks: readonly Uint8Array[]): readonly unknown[] {
  const read: unknown[] = []
  const reader = new FrameReader(FRAME_LIMIT)
  const sink: FrameSink = {
    frame: (kind, session, content, start, end) =>
      read.push([kind, session, new Uint8Array(content.subarray(start, end))]),
  }
  for (const chunk of chunks) reader.push(chunk, sink)
  return read
}

const frames: Target = {
  name: 'frames',
  seeds: [...FRAMES, Buffer.concat(FRAMES)],
  allowed: ['channel_corrupt', 'frame_too_large'],
  run: (input) => {
    const whole = readFrames([input])
    const cut = readFrames(Array.from(input, (byte) => Uint8Array.of(byte)))
    if (!isDeepStrictEqual(whole, cut)) throw new Error('byte by byte, other frames come out')
  },
}

const hello: Target = {
  name: 'hello',
  seeds: [bytes(HELLO)],
  allowed: ['handshake_failed'],
  run: (input) => {
    const read = decodeHello(input, true)
    if (read !== undefined && (read.frameMaxBytes < 1024 || !read.initiator)) throw new Error('a hello that is none')
  },
}

/** The flights of a side, which do not fit any other handshake, but are of the right form. */
function flightsOf(setup: Setup): Uint8Array[] {
  const flights: Uint8Array[] = []
  shake(createEnds(setup), (flight) => {
    flights.push(flight.slice())
    return flight
  })
  return flights
}

function createHandshakeTarget(setup: Setup, role: 'initiator' | 'responder'): Target {
  return {
    name: `handshake of the ${role}, ${setup.name}`,
    seeds: flightsOf(setup),
    allowed: ['handshake_failed'],
    run: (input) => {
      const end = createEnds(setup)[role]
      end.start()
      const middle = input.length >> 1
      try {
        for (const chunk of [input.subarray(0, middle), input.subarray(middle)]) {
          if (settle(end, end.read(chunk)).opened !== undefined) throw new Error('it opened')
          if (end.heldBytes > HANDSHAKE_MAX_BYTES) throw new Error(`${end.heldBytes} bytes are held`)
        }
      } finally {
        end.destroy()
      }
    },
  }
}

/** A record of the types that are there, in a channel whose sealing changes nothing: as a peer with the key could send it. */
function record(type: number, padding: number, data: string): Buffer {
  const plain = Buffer.from([type, padding >> 8, padding & 0xff, ...bytes(data), ...Buffer.alloc(padding)])
  return Buffer.concat([Buffer.from([plain.length >> 8, plain.length & 0xff]), plain])
}

const records: Target = {
  name: 'records',
  seeds: [
    record(0, 0, '01020304'),
    record(0, 5, 'ff'),
    record(1, 0, ''),
    Buffer.concat([record(0, 0, '01'), record(1, 2, '')]),
  ],
  allowed: ['channel_corrupt'],
  run: (input) => {
    const channel = new SecureChannel({
      keys: {
        ...{ overheadMaxBytes: 16, remotePayload: new Uint8Array(0), binding: new Uint8Array(32) },
        seal: (plain, out) => {
          out.set(plain)
          return plain.length
        },
        open: (sealed, out) => {
          out.set(sealed)
          return sealed.length
        },
        destroy: () => undefined,
      },
      pad: (length) => length,
      remoteIdentity: undefined,
    })
    let carried = 0
    const sink = { data: (plain: Uint8Array) => void (carried += plain.length), closed: () => undefined }
    for (const chunk of [input.subarray(0, 3), input.subarray(3)]) channel.push(chunk, sink)
    if (carried > input.length) throw new Error(`${carried} bytes came out of ${input.length}`)
    if (channel.heldBytes > RECORD_MAX_BYTES) throw new Error(`${channel.heldBytes} bytes are held`)
  },
}

const NAMED = SETUPS.filter(({ name }) => ['a key', 'XX', 'IK', 'two functions'].includes(name))

export const WIRE_TARGETS: readonly Target[] = [
  frames,
  hello,
  records,
  ...NAMED.flatMap((setup) => [createHandshakeTarget(setup, 'responder'), createHandshakeTarget(setup, 'initiator')]),
]
