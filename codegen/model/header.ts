/** What a model begins with: how it is run, what can be set, and the frames. */

import type { ModelOptions } from './options.ts'

/** What every model begins with. A file without it is not ours to replace. */
export const MODEL_MARK = '/*\n * coxswain model of the protocol '

export function headerText(name: string, { capacity, window }: ModelOptions): string {
  return `${MODEL_MARK}"${name}": what crosses the wire between its two sides, for the model checker SPIN.
 *
 * Safety: nobody is stuck, no assertion below fails.
 *
 *     spin -a FILE && gcc -O2 -DSAFETY -o pan pan.c && ./pan -m1000000
 *
 * Progress: nothing goes round for ever without a message or an item that a program has taken.
 *
 *     spin -a FILE && gcc -O2 -DNP -o pan pan.c && ./pan -l -m1000000
 *
 * Look for "errors: 0", and see that no line says "Search not completed" or "max search depth too small". After an error,
 * \`spin -t -p FILE\` replays the way to it. Each figure below can be set from outside: spin -DCAPACITY=3 -a FILE
 *
 * What is left out: payloads (they move nothing), the bytes that windows count beside messages, go-away (it touches no running
 * session), and time. A deadline of \`within\` that passes is a reset, which may come at any point here.
 */

/* How many frames each direction of the connection holds. */
#ifndef CAPACITY
#define CAPACITY ${capacity}
#endif

/* Windows of streams are cut to this: states multiply with it, and two items can be overtaken by all that more could. */
#ifndef WINDOW_MAX
#define WINDOW_MAX ${window}
#endif

/* Messages that a side sends without a turn of the other, until credit comes back (limits.windowMessages, cut likewise). */
#ifndef RUN_WINDOW
#define RUN_WINDOW 2
#endif

/* Sessions on the link, one after the other, and the side that opens them. */
#ifndef SESSIONS
#define SESSIONS 1
#endif
#ifndef OPENER
#define OPENER PEER
#endif

/* 0 leaves it out: pings; receivers that stop a stream early; cancel and reset of the session; a link that is closed early. */
#ifndef PINGS
#define PINGS 1
#endif
#ifndef STOPS
#define STOPS 1
#endif
#ifndef ABORTS
#define ABORTS 1
#endif
#ifndef CLOSES
#define CLOSES 1
#endif

#define MASTER 0
#define PEER 1
`
}

export function framesText(streams: boolean, valueType: string): string {
  const ofStreams = streams ? ' ITEM, STREAM_END, STREAM_CREDIT,' : ''
  return `/* The kinds of frames. Each has the number of its session (0: the link itself) and one value. */
mtype = { OPEN, ACCEPT, MESSAGE,${ofStreams} CREDIT, CANCEL, RESET, PING, PONG, CLOSE };

/* The connection. Frames of all kinds go through it in order, those of the link among those of the session. */
chan to_master = [CAPACITY] of { mtype, byte, ${valueType} };
chan to_peer = [CAPACITY] of { mtype, byte, ${valueType} };

/* How a session ended for a side. 0: it has not, or was never heard of. */
#define ENDED 1          /* by the protocol */
#define CANCELLED 2      /* this side has cancelled it */
#define WAS_CANCELLED 3  /* the other has */
#define FAILED 4         /* this side has reset it */
#define WAS_RESET 5      /* the other has */
#define GONE 6           /* this side has closed the link under it */
#define WAS_CLOSED 7     /* the other has */

/* What a run of the model remembers beside its two sides, to compare them: no side reads the other's. */
byte how[2 * (SESSIONS + 1)];
${valueType} last_label[2 * (SESSIONS + 1)];${streams ? '\nbyte word;  /* the last word of a receiver on its stream: ENDED or CANCELLED */' : ''}

/*
 * What may happen in this run, chosen at its beginning. A side that may always give up would hide that it is stuck, so there
 * are runs in which nobody gives up, and runs in which only one of the two does.
 */
bool may_quit[2];${streams ? '\nbool may_stop, may_end;' : ''}
`
}
