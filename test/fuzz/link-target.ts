/** A whole link that listens, and what anybody, or a peer that lies, may say to it. */

import { setImmediate } from 'node:timers/promises'

import { SteerError } from 'coxswain'

import { createLink, prepareLink } from '../../src/session/link-settings.ts'
import type { Transport, TransportSink } from '../../src/wire/transport.ts'
import { Ledger, serveTalk, SMALL } from '../chaos/talk.ts'
import { Echo, Pump } from '../protocols/session.gen.ts'
import { Relay } from '../protocols/stream.gen.ts'
import { bytes, frame, HELLO, openFrame } from '../session/raw-peer.ts'
import type { Target } from './target.ts'
import { FRAMES } from './wire-targets.ts'

const ITEM = 'a2 616e 00 64 74657874 6161'
const hello = bytes(HELLO)
const open = (session: number, name: string, fingerprint: string): Buffer =>
  openFrame(session, 'peer', name, fingerprint)

const CONVERSATIONS = [
  [open(1, 'echo', Echo.fingerprint), frame(3, 1, `00 ${ITEM}`), frame(0x13, 0)],
  [open(1, 'pump', Pump.fingerprint), frame(3, 1, `01 ${ITEM}`), frame(3, 1, `01 ${ITEM}`), frame(3, 1, '00')],
  [open(1, 'relay', Relay.fingerprint), frame(4, 1, '00'), frame(5, 1, ''), frame(9, 1, '08'), frame(6, 1)],
  [open(3, 'echo', '11'.repeat(32)), frame(0x0a, 3, '0102'), frame(8, 3, '0761626f72746564')],
  [frame(0x10, 0), frame(0x12, 0), open(1, 'echo', Echo.fingerprint), frame(6, 1, '6e6f')],
]

/** A transport whose other end is the fuzzer. */
class Wire implements Transport {
  readonly remoteAddress = undefined
  readonly pendingBytes = 0
  sink!: TransportSink
  writtenBytes = 0
  #closed = false

  start(sink: TransportSink): void {
    this.sink = sink
  }

  write(written: Uint8Array): boolean {
    this.writtenBytes += written.length
    return true
  }

  end(): void {
    this.destroy()
  }

  destroy(): void {
    if (this.#closed) return
    this.#closed = true
    queueMicrotask(() => {
      this.sink.transportClosed(undefined)
    })
  }
}

async function run(input: Uint8Array): Promise<void> {
  const wire = new Wire()
  const ledger = new Ledger(SMALL)
  const prepared = await prepareLink({ security: 'none', serve: serveTalk(ledger) }, 'responder')
  const core = createLink(wire, prepared)
  core.start()
  const middle = input.length >> 1
  wire.sink.data(hello)
  for (const chunk of [input.subarray(0, middle), input.subarray(middle)]) {
    // The chunk is the transport's again after the call.
    const lent = new Uint8Array(chunk)
    wire.sink.data(lent)
    lent.fill(0xee)
  }
  for (let round = 0; round < 3; round++) await setImmediate()
  // A frame of the input may be answered by a few of this side, never by many times as much.
  if (wire.writtenBytes > 4096 + input.length * 64) throw new Error(`${wire.writtenBytes} bytes for ${input.length}`)
  wire.sink.ended()
  const { error } = await core.closed
  if (ledger.served > ledger.ended) throw new Error('a session was served and did not end')
  const strange = ledger.farErrors.find((code) => !SESSION_ENDS.has(code))
  if (strange !== undefined) throw new Error(`a session ended with ${strange}`)
  if (error !== undefined && !SteerError.is(error)) throw error
  if (SteerError.is(error) && !error.rawMessage.startsWith('the other side reports')) throw error
}

/** The other side may also report any code of the list, for a session as for the link. */
const SESSION_ENDS: ReadonlySet<string> = new Set([
  'aborted',
  'channel_corrupt',
  'deadline_exceeded',
  'dependency',
  'frame_too_large',
  'handshake_failed',
  'invalid_payload',
  'protocol_mismatch',
  'resource_exhausted',
  'slow_peer',
  'too_many_pings',
  'truncated',
  'unavailable',
  'unexpected_message',
])

export const LINK_TARGET: Target = {
  name: 'link',
  seeds: [...CONVERSATIONS.map((frames) => Buffer.concat(frames)), Buffer.concat(CONVERSATIONS.flat()), ...FRAMES],
  allowed: ['truncated', 'channel_corrupt', 'frame_too_large', 'too_many_pings'],
  run,
}
