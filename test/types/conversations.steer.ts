/** Protocols that the type tests misuse: choices, loops, points, hooks, calls, bare labels, streams, ciphers. */

import {
  answer,
  choose,
  loop,
  master,
  offer,
  on,
  peer,
  point,
  receive,
  receiveStream,
  send,
  sendStream,
  steer,
  txKeepalive,
  within,
  type Sealed,
} from 'coxswain/steer'

export interface Reply {
  text: string
}

export interface Meta {
  name: string
  size: number
}

/** Mail, without the stream of its body. */
export const Smtp = steer(
  'smtp',
  send<Reply>('220'),
  loop((again, quit) => [
    point('ready'),
    offer({
      EHLO: on<{ domain: string }>(send<Reply>('250'), again),
      MAIL: on<{ from: string }>(
        choose({
          '501': on<Reply>(again),
          '250': on<Reply>(
            loop((more) => [
              point('recipients'),
              offer({
                RCPT: on<{ to: string }>(choose({ '250': on<Reply>(more), '550': on<Reply>(more) })),
                DATA: on(send<Reply>('354'), receive<string>('body'), send<Reply>('250'), again),
              }),
            ]),
          ),
        }),
      ),
      QUIT: on(send<Reply>('221'), quit),
    }),
  ]),
)

/** A file is offered, and taken in one piece or refused. */
export const Upload = steer(
  'upload',
  receive<Meta>('meta'),
  choose({
    refuse: on<{ reason: string }>(),
    accept: on(
      receive<Uint8Array>('content'),
      master('store'),
      choose({ stored: on<{ bytes: number }>(), corrupt: on() }),
    ),
  }),
)

/** Items one after another; each is handled before the next. */
export const Pump = steer(
  'pump',
  offer({ item: on<Meta>(txKeepalive(), send('seen'), receive('next')), none: on() }),
  peer('finished'),
  answer<number, boolean>('check'),
)

/** One side speaks, the other listens. */
export const Log = steer('log', receive<Meta>('first'), receive('mark'), receive<Meta>('last'))

/** Streams behind which each side moves in turn, and one with which the session ends. */
export const Relay = steer(
  'relay',
  receiveStream<Meta>('files'),
  send<Reply>('taken'),
  sendStream<string>('lines', { window: 4 }),
  send('done'),
  receiveStream<Uint8Array>('rest'),
)

/** A topic is asked for at the start, behind a stream, and behind a message. */
export const Feed = steer(
  'feed',
  loop((again, leave) => [
    receive<string>('topic'),
    choose({ found: on(sendStream<number>('figures'), again), unknown: on(again), bye: on(leave) }),
  ]),
)

/** What is sealed needs ciphers, of both sides. */
export const Vault = steer(
  'vault',
  within(60_000, receive<Sealed<string>>('pin')),
  master('audit'),
  choose({ 'open-it': on<Sealed<Meta>>(sendStream<Sealed<Uint8Array>>('gold')), refuse: on() }),
)
