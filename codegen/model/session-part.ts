/** The session as wire-format.md has it: opening, turns, the window of a run, the ways to end. */

import type { ProtocolPart } from './protocol-part.ts'
import { STREAM_FRAMES, STREAM_INLINES, STREAM_SIDES } from './stream-part.ts'

/** Conditions, and what a side does when it says or hears something. */
export function sessionText(part: ProtocolPart, streams: boolean): string {
  const when = (text: string): string => (streams ? text : '')
  return `#define OTHER (1 - me)
#define HOW(side) how[2 * session + side]
#define STANDS(place, side) (at == place && me == side)
/* The link is open. A session runs on it, and what has to come first has been sent. */
#define ON (!said_close && !heard_close)
#define RUNNING (ON && !over && !owe_accept)
/* A turn: the program has taken all that came before, and the other side has room for a message more. */
#define MAY_SAY(place, side) \\
  (STANDS(place, side) && RUNNING${when(' && !streaming')} && held == 0 && run_sent < RUN_WINDOW && nfull(out))
${when(STREAM_SIDES)}
/* Nothing is kept of a session that is over, so that frames for it find nothing but its number. */
inline forget() {
  over = true; at = START; last = 0; accepted = false; owe_accept = false;
  run_sent = 0; arrived = 0; held = 0; taken = 0${when(`;
  streaming = false; credit = 0; items = 0; eaten = 0; owe_first = false; said_end = false; heard_end = false`)}
}

/*
 * The session is over for this side. Nobody hears of an ending that the other side did not choose; a side that came to the end
 * of the protocol is not alone there, unless the other gave up before it knew; and both came to the same end.
 */
inline finish(ending) {
  HOW(me) = ending;
  last_label[2 * session + me] = last;
  assert(HOW(me) != WAS_CANCELLED || HOW(OTHER) == CANCELLED);
  assert(HOW(me) != WAS_RESET || HOW(OTHER) == FAILED);
  assert(HOW(me) != WAS_CLOSED || HOW(OTHER) == GONE || HOW(OTHER) == 0);
  assert(HOW(me) != ENDED || (HOW(OTHER) != WAS_CANCELLED && HOW(OTHER) != WAS_RESET && HOW(OTHER) != WAS_CLOSED));
  assert(HOW(me) != ENDED || HOW(OTHER) != ENDED || last_label[2 * session + OTHER] == last);
  forget()
}

/* The order of all frames has come to a place. */
inline go(place) {
  at = place${when(`;
  /* Where a stream comes next, its sender has one item for granted, and its receiver gives the rest of the window at once. */
  credit = (SENDER || RECEIVER -> 1 : 0);
  owe_first = (RECEIVER && WINDOW > 1)`)}
}

inline begin() { over = false; accepted = (me != OPENER); owe_accept = (me != OPENER); go(START) }

/* A message of this side proves that it has taken everything in: what it owes credit for is settled. */
inline frame_out(label) { out!MESSAGE, session, label; run_sent++; arrived = 0; taken = 0; may_ping = true }
inline say(label, place) { frame_out(label); last = label; go(place) }
inline say_automatic(label, place) { frame_out(label); at = place }
${when(STREAM_INLINES)}
/* A message arrives. What is not listed for the place is an unspecified reception: no run may get there. */
inline heard_message(label) {
  if
${part.arrivals()}  :: else -> assert(false)
  fi
}

/* A frame of the running session arrives. */
inline heard() {
  may_ping = true;
  if
  :: kind == ACCEPT -> assert(me == OPENER && !accepted); accepted = true
  :: kind == MESSAGE ->
     assert(accepted${when(' && !streaming')});
     assert(arrived < RUN_WINDOW);  /* the other side had credit for it */
     arrived++; held++; run_sent = 0;
     heard_message(value)
  :: kind == CREDIT -> assert(value <= run_sent); run_sent = run_sent - value
  :: kind == CANCEL -> finish(WAS_CANCELLED)
  :: kind == RESET -> finish(WAS_RESET)
${when(STREAM_FRAMES)}  fi
}
`
}

/** What a side remembers of its session. */
export function sessionVariables({ placeType, valueType }: ProtocolPart, streams: boolean): string {
  const ofStreams = `
  bool streaming;          /* a stream is open; the place tells who sends it */
  byte credit;             /* the sender: items that it may send; the receiver: items that may come */
  byte items, eaten;       /* the receiver: held; taken by its program and not credited again */
  byte what;               /* the receiver's word on the stream, as heard */
  bool owe_first;          /* the receiver owes the credit that it gives ahead */
  bool said_end, heard_end;`
  return `  byte session;            /* its number; the last one's where none runs */
  bool over = true;
  ${placeType} at = START;${' '.repeat(placeType === 'byte' ? 9 : 8)}/* where the order of all frames stands, this side's and the other's */
  ${valueType} last;${' '.repeat(valueType === 'byte' ? 15 : 14)}/* the last message of a program's */
  bool accepted;           /* the other side has accepted it, or need not */
  bool owe_accept;
  byte run_sent;           /* said since the other's turn, without the credit that came back */
  byte arrived, held;      /* heard since this side's turn and not credited; of these, not taken by the program yet */
  byte taken;              /* taken and not credited yet */${streams ? ofStreams : ''}
`
}

/** What may happen in a session beside the moves of its protocol. */
export function sessionSteps(streams: boolean): string {
  const inStream = streams ? ' && !said_end' : ''
  return `  /* the program takes a message; credit goes back when half a window has gathered */
  :: held > 0 -> progress_message: atomic { held--; taken++ }
  :: atomic { RUNNING${inStream} && taken > 0 && 2 * taken >= RUN_WINDOW && nfull(out) ->
       out!CREDIT, session, taken; arrived = arrived - taken; taken = 0 }

  /* the session: opened, accepted, at its end, cancelled, reset (also instead of being accepted) */
  :: atomic { me == OPENER && ON && over && session < SESSIONS && nfull(out) ->
       session++; out!OPEN, session, 0; begin() }
  :: atomic { ON && owe_accept && nfull(out) -> out!ACCEPT, session, 0; owe_accept = false }
  :: atomic { !over && at == END && held == 0 -> finish(ENDED) }
  :: atomic { ABORTS && may_quit[me] && RUNNING && nfull(out) -> out!CANCEL, session, 0; finish(CANCELLED) }
  :: atomic { ABORTS && may_quit[me] && ON && !over && nfull(out) -> out!RESET, session, 0; finish(FAILED) }
`
}
