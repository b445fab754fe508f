/** The link under the sessions: pings, the closing, and what becomes of frames that come too late. */

/** What a side remembers of its link. */
export const LINK_VARIABLES = `  bool may_ping, pinged;   /* something moved since the last ping; it has no answer yet */
  bool owe_pong;
  bool said_close, heard_close;
  mtype kind;              /* the frame that is being looked at */
`

/** What may happen on a link. */
export const LINK_STEPS = `  /* the link: one ping at a time, and none without anything new since the last: between two of them time passes */
  :: atomic { PINGS && ON && may_ping && !pinged && nfull(out) -> out!PING, 0, 0; pinged = true; may_ping = false }
  :: atomic { ON && owe_pong && nfull(out) -> out!PONG, 0, 0; owe_pong = false }
  /* it is closed when all is done, or early, or in answer; a session that has heard all it needs comes to its end all the same */
  :: atomic { !said_close && nfull(out) &&
       (heard_close || (CLOSES && may_quit[me]) || (me == OPENER && over && session == SESSIONS)) ->
       out!CLOSE, 0, 0; said_close = true; hang_up(GONE) }
  :: said_close && heard_close -> break
`

export const LINK_INLINES = `inline hang_up(ending) {
  may_ping = false; pinged = false; owe_pong = false;
  if
  :: !over && at == END -> finish(ENDED)
  :: !over && at != END -> finish(ending)
  :: else
  fi
}

/*
 * A frame arrives. One for a session that is over is dropped. That is right where somebody gave up, for credit that is not
 * needed any more, and for the accept of a session whose opener had nothing to wait for. Everything else would be an orphan.
 */
inline frame_in() {
  if
  :: kind == CLOSE -> heard_close = true; hang_up(WAS_CLOSED)
  :: kind != CLOSE && said_close  /* this side does not look any more */
  :: ON && kind == PING -> assert(!owe_pong); owe_pong = true
  :: ON && kind == PONG -> assert(pinged); pinged = false
  :: ON && kind == OPEN ->
     assert(me != OPENER && number == session + 1);  /* numbers rise */
#if SESSIONS > 1
     if
     :: !over -> assert(at == END); finish(ENDED)  /* the program still takes what it holds of the last one */
     :: else
     fi;
#endif
     session = number; begin()
  :: else ->
     assert(number > 0 && number <= session);
     if
     :: number < session || over ->
        assert(kind == CREDIT || kind == ACCEPT || how[2 * number + me] != ENDED ||
               how[2 * number + OTHER] == CANCELLED || how[2 * number + OTHER] == FAILED)
     :: else -> heard()
     fi
  fi;
  kind = 0; number = 0; value = 0
}
`
