import { choose, loop, offer, on, point, receiveStream, send, steer, type Bytes, type Text } from 'coxswain/steer'

/** What the server says beside its code. */
export interface Reply {
  text: Text<{ max: 512 }>
}

export interface Greeting {
  domain: Text<{ max: 255 }>
}

/** An address as in RFC 5321, § 4.5.3.1.3. */
export interface Sender {
  from: Text<{ max: 254 }>
}

export interface Recipient {
  to: Text<{ max: 254 }>
}

/** A piece of a message, headers and all, as it will be stored. */
export type Piece = Bytes<{ max: 65_536 }>

/** The conversation of RFC 5321 in little: the server is the master, and its codes are the labels. */
export const Smtp = steer(
  'smtp',
  send<Reply>('220'),
  loop((again, quit) => [
    point('ready'),
    offer({
      EHLO: on<Greeting>(send<Reply>('250'), again),
      MAIL: on<Sender>(
        choose({
          '501': on<Reply>(again),
          '250': on<Reply>(
            loop((more) => [
              point('recipients'),
              offer({
                RCPT: on<Recipient>(choose({ '250': on<Reply>(more), '550': on<Reply>(more) })),
                DATA: on(
                  choose({
                    '503': on<Reply>(more),
                    '354': on<Reply>(
                      receiveStream<Piece>('body', { window: 16 }),
                      choose({ '250': on<Reply>(again), '451': on<Reply>(again), '552': on<Reply>(again) }),
                    ),
                  }),
                ),
              }),
            ]),
          ),
        }),
      ),
      QUIT: on(send<Reply>('221'), quit),
    }),
  ]),
)
