/**
 * What is not half-duplex underneath, each in a small protocol that needs it, and with mistakes that are easily made. A mistake
 * is an edit of the model, so that all the rest of it stays as it is written for everybody.
 */

import type { Step } from '../../src/ir/declaration.ts'
import { choose, keepalive, loop, offer, on, receive, send } from '../ir/declare.ts'
import type { Settings } from './spin.ts'

export interface Combinator {
  readonly name: string
  readonly steps: readonly Step[]
  /** What the model is cut down to, so that one thing is looked at and the states stay few. */
  readonly settings: Settings
  readonly mistakes: readonly Mistake[]
}

export interface Mistake {
  readonly name: string
  readonly edits: readonly Edit[]
  /** What SPIN has to call it. */
  readonly found: 'assertion violated' | 'invalid end state' | 'non-progress cycle'
  readonly settings?: Settings
}

type Edit = readonly [from: string, to: string]

/** @throws Error where what is to be edited is not there: then the mistake would not be made. */
export function makeMistake(model: string, edits: readonly Edit[]): string {
  return edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the model has no "${from}"`)
    return text.replaceAll(from, to)
  }, model)
}

const NOTHING_ELSE = { PINGS: 0, STOPS: 0, ABORTS: 0, CLOSES: 0 } as const

export function streamOf(from: 'master' | 'peer', label: string, window: number): Step {
  const step = from === 'master' ? send(label) : receive(label)
  if (step.kind !== 'message') throw new Error('a stream is a message')
  return { ...step, stream: { window } }
}

/** What follows a stream is a turn of either side, so that anything that is left over from it is met. */
function streaming(): Step[] {
  return [send('ask'), streamOf('peer', 'chunks', 16), choose({ stored: on(receive('bye')), corrupt: on() })]
}

/** The peer sends as much as it likes, and is done when it says so. */
function pump(): Step[] {
  return [loop((again, leave) => [offer({ item: on(again), done: on(leave) })])]
}

const WORD_IS_AWAITED = ':: said_end && heard_end ->'
const CREDIT_GOES_BACK = 'OPEN_IN && eaten > 0 && 2 * eaten >= WINDOW ->'
const RUN_CREDIT_GOES_BACK = 'taken > 0 && 2 * taken >= RUN_WINDOW &&'
const CANCEL_IS_TOLD = 'out!CANCEL, session, 0; finish(CANCELLED)'
const LATE_IS_DROPPED = ':: number < session || over ->'

export const COMBINATORS: readonly Combinator[] = [
  {
    name: 'a stream with credit, an end and a cancel',
    steps: streaming(),
    settings: { ...NOTHING_ELSE, STOPS: 1 },
    mistakes: [
      {
        name: "the sender goes on after its end, and does not wait for the receiver's word",
        edits: [
          [WORD_IS_AWAITED, ':: said_end && (heard_end || SENDER) ->'],
          ['assert(RECEIVER || what == word);', ''],
        ],
        found: 'assertion violated',
      },
      {
        name: 'the receiver goes on after its cancel, and does not wait until the sender has heard of it',
        edits: [[WORD_IS_AWAITED, ':: said_end && (heard_end || (RECEIVER && word == CANCELLED)) ->']],
        found: 'assertion violated',
      },
      {
        name: 'a sender whose end crosses a cancel believes in its own word',
        edits: [['what = (SENDER -> value : 0)', 'what = (SENDER -> (said_end -> ENDED : value) : 0)']],
        found: 'assertion violated',
      },
      {
        name: 'the sender waits for no credit',
        edits: [['&& credit > 0 -> out!ITEM, session, 0; credit--;', '-> out!ITEM, session, 0;']],
        found: 'assertion violated',
      },
      {
        name: 'the sender takes no credit once it has said its end',
        edits: [['assert(SENDER && !heard_end)', 'assert(SENDER && !said_end)']],
        found: 'assertion violated',
      },
      {
        name: "credit waits for the receiver's own turn",
        edits: [[CREDIT_GOES_BACK, 'OPEN_IN && !streaming && eaten > 0 ->']],
        found: 'invalid end state',
      },
      {
        name: 'credit is given for nothing',
        edits: [[CREDIT_GOES_BACK, 'OPEN_IN ->']],
        found: 'non-progress cycle',
      },
    ],
  },
  {
    name: 'streams of both sides, one after the other, with automatic steps between',
    steps: [
      loop((again, leave) => [
        offer({
          more: on(keepalive('peer'), streamOf('peer', 'up', 2), streamOf('master', 'down', 3), again),
          stop: on(leave),
        }),
      ]),
    ],
    settings: { ...NOTHING_ELSE, STOPS: 1 },
    mistakes: [
      {
        name: 'credit that is left of one stream is taken for the next',
        edits: [['credit = (SENDER || RECEIVER -> 1 : 0);', 'credit = (SENDER -> credit + 1 : (RECEIVER -> 1 : 0));']],
        found: 'assertion violated',
        settings: { WINDOW_MAX: 3 },
      },
    ],
  },
  {
    name: 'the window of a run',
    steps: [...pump(), keepalive('master')],
    settings: NOTHING_ELSE,
    mistakes: [
      {
        name: 'the sender counts nothing',
        edits: [[' && run_sent < RUN_WINDOW', '']],
        found: 'assertion violated',
      },
      {
        name: 'credit comes back only for more than a window',
        edits: [[RUN_CREDIT_GOES_BACK, 'taken > RUN_WINDOW &&']],
        found: 'invalid end state',
      },
      {
        name: 'credit is given for nothing',
        edits: [[RUN_CREDIT_GOES_BACK, '']],
        found: 'non-progress cycle',
      },
    ],
  },
  {
    name: 'the cancel of a session',
    steps: streaming(),
    settings: { ...NOTHING_ELSE, ABORTS: 1 },
    mistakes: [
      {
        name: 'the other side is not told',
        edits: [[CANCEL_IS_TOLD, 'finish(CANCELLED)']],
        found: 'assertion violated',
      },
      {
        name: 'frames that were on their way are taken for a fault',
        edits: [[LATE_IS_DROPPED, `${LATE_IS_DROPPED} assert(false);`]],
        found: 'assertion violated',
      },
    ],
  },
  {
    name: 'the reset of a session',
    steps: pump(),
    settings: { ...NOTHING_ELSE, ABORTS: 1 },
    mistakes: [
      {
        name: 'the other side goes on',
        edits: [[':: kind == RESET -> finish(WAS_RESET)', ':: kind == RESET']],
        found: 'assertion violated',
      },
      {
        name: 'the side that resets goes on listening to the session',
        edits: [['out!RESET, session, 0; finish(FAILED)', 'out!RESET, session, 0']],
        found: 'assertion violated',
      },
    ],
  },
  {
    name: 'pings of both sides',
    steps: [receive('ask'), send('reply')],
    settings: { ...NOTHING_ELSE, PINGS: 1 },
    mistakes: [
      {
        name: 'pings stand in the conversation, where a side that has asked does nothing until it is answered',
        edits: [
          ['#define RUNNING (ON &&', '#define RUNNING (ON && !pinged &&'],
          ['ON && owe_pong && nfull(out)', 'ON && owe_pong && !pinged && nfull(out)'],
        ],
        found: 'invalid end state',
      },
      {
        name: 'an answer lets the next ping go at once',
        edits: [['assert(pinged); pinged = false', 'assert(pinged); pinged = false; may_ping = true']],
        found: 'non-progress cycle',
      },
    ],
  },
  {
    name: 'a close against data in flight',
    steps: pump(),
    settings: { ...NOTHING_ELSE, CLOSES: 1 },
    mistakes: [
      {
        name: 'a session that has heard all it needs is thrown away with the link',
        edits: [
          [
            ':: !over && at == END -> finish(ENDED)\n  :: !over && at != END -> finish(ending)',
            ':: !over -> finish(ending)',
          ],
        ],
        found: 'assertion violated',
      },
      {
        name: 'a close is not answered',
        edits: [['(heard_close || (CLOSES && may_quit[me])', '((CLOSES && may_quit[me])']],
        found: 'invalid end state',
      },
    ],
  },
  {
    name: 'the numbers of sessions',
    steps: [receive('ask'), receive('more'), send('reply')],
    settings: { ...NOTHING_ELSE, ABORTS: 1, SESSIONS: 2 },
    mistakes: [
      {
        name: 'all sessions of a link have one number',
        edits: [
          [', session, ', ', 1, '],
          ['number == session + 1);  /* numbers rise */', 'number == 1);'],
          ['session = number; begin()', 'session++; begin()'],
          [LATE_IS_DROPPED, ':: over ->'],
        ],
        found: 'assertion violated',
      },
    ],
  },
]
