/** What the benches say: each protocol as a user would write it. */

import {
  choose,
  loop,
  offer,
  on,
  receive,
  send,
  sendStream,
  steer,
  txKeepalive,
  type Bytes,
  type Int,
} from 'coxswain/steer'

/** A small object of about a hundred bytes. */
export interface Reading {
  sequence: Int
  service: string
  zone: string
  status: 'available' | 'busy'
  load: number
  memory: Int
  delay: number
}

/** The peer asks for so many readings; the master sends them as messages. */
export const Feed = steer(
  'feed',
  receive<Int>('ask'),
  loop((again, leave) => [choose({ item: on<Reading>(again), done: on(leave) })]),
)

/** The same as a stream. */
export const Flow = steer('flow', receive<Int>('ask'), sendStream<Reading>('items', { window: 1024 }))

/** Turn by turn, as long as the peer likes. */
export const Turns = steer(
  'turns',
  loop((again, leave) => [offer({ ask: on<Reading>(send<Reading>('said'), again), leave: on(leave) })]),
  txKeepalive(),
)

/** A question and its answer: what other libraries have as a call. */
export const Call = steer('call', receive<Reading>('ask'), send<Reading>('said'))

/** The peer asks for so many chunks. */
export const Chunks = steer('chunks', receive<Int>('ask'), sendStream<Bytes<{ max: 65_536 }>>('chunks', { window: 64 }))
