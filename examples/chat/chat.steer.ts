import { choose, on, receive, steer, txKeepalive, type List, type Text } from 'coxswain/steer'

type Name = Text<{ max: 40 }>

export interface Guest {
  name: Name
}

export interface Welcome {
  /** Who is there already. */
  present: List<Name, { max: 1000 }>
}

export interface Line {
  from: Name
  text: Text<{ max: 2000 }>
}

/** A guest asks to come in; the room decides. */
export const Enter = steer('enter', receive<Guest>('name'), choose({ welcome: on<Welcome>(), taken: on() }))

/** Whoever has something to say is the peer, guest or room; the keepalive tells that it was shown. */
export const Say = steer('say', receive<Line>('line'), txKeepalive())
