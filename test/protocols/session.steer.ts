/** Protocols that the session tests talk: small, and together every word. */

import {
  answer,
  both,
  call,
  choose,
  flip,
  forever,
  include,
  loop,
  master,
  offer,
  on,
  peer,
  point,
  receive,
  rxHandshake,
  send,
  steer,
  txHandshake,
  txKeepalive,
} from 'coxswain/steer'

export interface Item {
  n: number
  text: string
}

/** The peer asks, the master replies. */
export const Echo = steer('echo', answer<Item, Item>('ask'))

/** The peer sends as many items as it likes. */
export const Pump = steer(
  'pump',
  loop((again, leave) => [offer({ item: on<Item>(again), done: on(leave) })]),
  txKeepalive(),
)

/** A job that the master stores before the peer learns that it is handled. */
export const Job = steer(
  'job',
  rxHandshake(),
  receive<Item>('job'),
  master('store'),
  txKeepalive(),
  peer('stored'),
  both('audit'),
  send('receipt'),
)

/** The master drives a loop through choices of both sides. */
export const Menu = steer(
  'menu',
  txHandshake(),
  loop((again, leave) => [
    point('ready'),
    choose({
      order: on<Item>(offer({ served: on<Item>(again), sold_out: on(again) })),
      talk: on(send<Item>('joke'), receive('laugh'), again),
      leave: on(leave),
    }),
  ]),
  send('goodbye'),
)

/** Never ends by itself. */
export const Ticker = steer(
  'ticker',
  forever((again) => [call<Item, Item>('tick'), again]),
)

/** Echo twice, the second time with the sides exchanged. */
export const Mirror = steer('mirror', include(Echo), flip(Echo))

/** The peer plays balls that the master plays back, as long as it likes. */
export const Rally = steer(
  'rally',
  loop((again, leave) => [offer({ ball: on<Item>(send<Item>('back'), again), stop: on(leave) })]),
)
