import { choose, loop, offer, on, receive, send, steer } from 'coxswain/steer'

/** What is asked or offered. */
export interface Price {
  amount: number
  currency: string
}

/** A seller and a buyer go back and forth until one of them accepts or rejects. */
export const Negotiate = steer(
  'negotiate',
  send<Price>('ask'),
  loop((again, leave) => [
    offer({
      accept: on(send('confirm'), leave),
      reject: on(leave),
      counter: on<Price>(
        choose({
          accept: on(receive('confirm'), leave),
          reject: on(leave),
          counter: on<Price>(again),
        }),
      ),
    }),
  ]),
)
