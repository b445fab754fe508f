import { choose, loop, offer, on, receive, send, steer } from 'coxswain/steer'

export interface Price {
  amount: number
  currency: string
}

/** The negotiation of examples/negotiate before a seller could reject: what README.md shows is where the two part. */
export const Negotiate = steer(
  'negotiate',
  send<Price>('ask'),
  loop((again, leave) => [
    offer({
      accept: on(send('confirm'), leave),
      reject: on(leave),
      counter: on<Price>(choose({ accept: on(receive('confirm'), leave), counter: on<Price>(again) })),
    }),
  ]),
)
