/** Protocols with streams, scopes of time and sealed payloads, each as small as it can be. */

import {
  choose,
  loop,
  master,
  offer,
  on,
  receive,
  receiveStream,
  send,
  sendStream,
  steer,
  txKeepalive,
  within,
  type Bytes,
  type Int,
  type Sealed,
} from 'coxswain/steer'

/** The peer asks for numbers; the master streams them. */
export const Feed = steer(
  'feed',
  receive<Int>('from'),
  sendStream<Int>('numbers', { window: 8 }),
  receive<Int>('sum'),
  send('thanks'),
)

/** A stream is the first step and the last. */
export const Drop = steer('drop', receiveStream<Int>('numbers', { window: 4 }))

/** Streams in both directions, round by round. */
export const Relay = steer(
  'relay',
  loop((again, leave) => [
    receiveStream<Int>('up', { window: 2 }),
    sendStream<Int>('down', { window: 3 }),
    offer({ more: on(again), enough: on(leave) }),
  ]),
  txKeepalive(),
)

/** After its stream the side that sent it moves again, then the other streams. */
export const Pair = steer(
  'pair',
  sendStream<Int>('ticks', { window: 1 }),
  send<Int>('count'),
  receiveStream<Int>('echo', { window: 65_535 }),
)

/** Bulk: as fast as it goes. */
export const Bulk = steer('bulk', receiveStream<Bytes<{ max: 65_536 }>>('chunks', { window: 64 }), send<Int>('bytes'))

export interface Secret {
  text: string
}

/** Sealed payloads in each place where they can stand. */
export const Vault = steer(
  'vault',
  receive<Sealed<Secret>>('put'),
  choose({ shown: on<Sealed<Secret>>(), hidden: on() }),
  sendStream<Sealed<Int>>('parts', { window: 4 }),
)

/** Each round has half a second, the whole thing two; the master's hook counts. */
export const Timed = steer(
  'timed',
  within(
    2000,
    loop((again, leave) => [
      within(500, receive<Int>('ask'), master('look'), send<Int>('said')),
      offer({ more: on(again), enough: on(leave) }),
    ]),
  ),
  receive('late'),
)
