/** Streams as wire-format.md has them: credit, an end by the sender, a last word by the receiver. */

export const STREAM_SIDES = `/* Which end of the stream this side is, from the place on at which it comes next. */
#define SENDER ((me == MASTER && MASTER_STREAMS) || (me == PEER && PEER_STREAMS))
#define RECEIVER ((me == PEER && MASTER_STREAMS) || (me == MASTER && PEER_STREAMS))
#define OPEN_OUT (RUNNING && streaming && SENDER && !said_end && nfull(out))
#define OPEN_IN (RUNNING && streaming && RECEIVER && !said_end && !owe_first && nfull(out))
`

export const STREAM_INLINES = `inline say_stream(label) { frame_out(label); last = label; streaming = true }

/* An end has been said or heard. The stream is over once this side has done both, and the receiver's word is its outcome. */
inline settle() {
  if
  :: said_end && heard_end ->
     assert(RECEIVER || what == word);
     streaming = false; said_end = false; heard_end = false; items = 0; eaten = 0; what = 0;
     run_sent = 0; arrived = 0; taken = 0;  /* both directions were heard: a turn */
     go(AFTER_STREAM)
  :: else
  fi
}
inline say_word(ending) {
  out!STREAM_END, session, ending; word = ending; may_ping = true; said_end = true; items = 0; eaten = 0; settle()
}
`

export const STREAM_FRAMES = `  :: kind == ITEM ->
     assert(streaming && RECEIVER && !heard_end);
     assert(credit > 0);  /* the other side had credit for it */
     credit--;
     if
     :: said_end  /* dropped */
     :: else -> items++; assert(items + eaten + credit <= WINDOW)
     fi
  :: kind == STREAM_END ->
     assert(streaming && !heard_end);
     assert(RECEIVER || value == CANCELLED || said_end);
     heard_end = true; what = (SENDER -> value : 0);
     settle()
  :: kind == STREAM_CREDIT ->
     assert(SENDER && !heard_end);
     credit = credit + value;
     assert(credit <= WINDOW)
`

/** What may happen in a stream. */
export const STREAM_STEPS = `  /* the sender of a stream: an item, and the end, where it has no more or has heard a cancel */
  :: atomic { OPEN_OUT && !heard_end && credit > 0 -> out!ITEM, session, 0; credit--; may_ping = true }
  :: atomic { OPEN_OUT && (may_end || heard_end) -> out!STREAM_END, session, 0; may_ping = true; said_end = true; settle() }

  /* its receiver: credit ahead, the program takes an item, credit for what it took, the last word */
  :: atomic { RUNNING && owe_first && nfull(out) ->
       out!STREAM_CREDIT, session, WINDOW - 1; credit = credit + WINDOW - 1; owe_first = false }
  :: items > 0 && held == 0 -> progress_item: atomic { items--; eaten++ }
  :: atomic { OPEN_IN && eaten > 0 && 2 * eaten >= WINDOW ->
       out!STREAM_CREDIT, session, eaten; credit = credit + eaten; eaten = 0 }
  :: atomic { OPEN_IN && held == 0 && heard_end && items == 0 -> say_word(ENDED) }
  :: atomic { STOPS && may_stop && OPEN_IN && held == 0 && (!heard_end || items > 0) -> say_word(CANCELLED) }
`
