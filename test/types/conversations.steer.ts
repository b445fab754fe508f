/** Protocols that the type tests misuse: choices, loops, points, hooks, calls, bare labels. */

import { answer, choose, loop, master, offer, on, peer, point, receive, send, steer, txKeepalive } from 'coxswain/steer'

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
