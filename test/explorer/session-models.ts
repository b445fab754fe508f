/**
 * Sessions as docs/wire-format.md has them, one after the other on a link: opened, accepted, cancelled or reset by either side at
 * any point, each with a number that is never used again, so that what was on its way is known for what it is. And the window of
 * a run of messages without a turn of the other side.
 */

import type { Pair } from './stream-models.ts'
import { BROKEN, Unfolding, when, type Action } from './unfold.ts'

export type SessionMistake =
  | 'all sessions have one number'
  | 'the other side is not told of a cancel'
  | 'the side that resets goes on listening to the session'
  | 'frames for a session that is over are a fault'

const SESSIONS = 2
/** The opener says `ask` and `more`, the acceptor `reply`; then it is over. */
const OVER = 3

interface Side {
  /** The session that runs, or ran last. */
  readonly session: number
  readonly at: number
  /** The acceptor has to accept first. */
  readonly owes: boolean
  /** Has reset the session, and listens to it all the same. */
  readonly deaf: boolean
  readonly connection: 'open' | 'closing' | 'closed'
}

const IDLE: Side = { session: 0, at: OVER, owes: false, deaf: false, connection: 'open' }

export function sessionPair(mistake?: SessionMistake): Pair {
  const unfolding = new Unfolding()
  return [
    unfolding.side(IDLE, (state) => opener(state, mistake)),
    unfolding.side(IDLE, (state) => acceptor(state, mistake)),
  ]
}

function opener(state: Side, mistake?: SessionMistake): readonly Action<Side>[] | undefined {
  const { session, at, connection } = state
  if (connection === 'closed') return undefined
  const late = droppedBy(state, ['accept', 'reply', 'cancel', 'reset'], mistake)
  if (connection === 'closing') return [['?closed', { ...state, connection: 'closed' }], ...late]
  if (at === OVER) {
    const next: Action<Side> =
      session < SESSIONS
        ? [`!open ${session + 1}`, { ...state, session: session + 1, at: 0, deaf: false }]
        : ['!close', { ...state, connection: 'closing' }]
    return [next, ...late]
  }
  return [
    ...when<Side>(at === 0, `!ask ${session}`, { ...state, at: 1 }),
    ...when<Side>(at === 1, `!more ${session}`, { ...state, at: 2 }),
    ...when<Side>(at === 2, `?reply ${session}`, { ...state, at: OVER }),
    [`?accept ${session}`, state],
    ...endings(state, mistake),
    ...late,
  ]
}

function acceptor(state: Side, mistake?: SessionMistake): readonly Action<Side>[] | undefined {
  const { session, at, owes, connection } = state
  if (connection === 'closed') return undefined
  if (connection === 'closing') return [['!closed', { ...state, connection: 'closed' }]]
  const late = droppedBy(state, ['ask', 'more', 'cancel', 'reset'], mistake)
  if (at === OVER) {
    return [
      ...when<Side>(session < SESSIONS, `?open ${session + 1}`, {
        ...state,
        session: session + 1,
        at: 0,
        owes: true,
        deaf: false,
      }),
      ['?close', { ...state, connection: 'closing' }],
      ...late,
    ]
  }
  return [
    ...when<Side>(owes, `!accept ${session}`, { ...state, owes: false }),
    [`?open ${session + 1}`, BROKEN],
    ...when<Side>(at === 0, `?ask ${session}`, { ...state, at: 1 }),
    ...when<Side>(at === 1, `?more ${session}`, { ...state, at: 2 }),
    ...when<Side>(at === 2 && !owes, `!reply ${session}`, { ...state, at: OVER }),
    ...endings(state, mistake),
    ...late,
  ]
}

/** Either side ends the session, or hears that it is over. A reset may stand in the place of an accept. */
function endings(state: Side, mistake?: SessionMistake): readonly Action<Side>[] {
  const { session, deaf } = state
  const over: Side = { ...state, at: OVER, owes: false }
  const untold = mistake === 'the other side is not told of a cancel'
  const listens = mistake === 'the side that resets goes on listening to the session'
  return [
    // Nothing is said: the frame that goes out belongs to nobody, and is dropped.
    ...when<Side>(!state.owes && !deaf, `!${untold ? 'nothing' : 'cancel'} ${session}`, over),
    ...when<Side>(!deaf, `!reset ${session}`, listens ? { ...state, deaf: true } : over),
    [`?cancel ${session}`, over],
    [`?reset ${session}`, over],
    ...when<Side>(untold, `?nothing ${session}`, state),
  ]
}

/**
 * What may still come of sessions that are over. Where all sessions have one number, a frame of an earlier one is only known for
 * that while none runs; else it is taken for a frame of the one that does, which it is not.
 */
function droppedBy(state: Side, kinds: readonly string[], mistake?: SessionMistake): readonly Action<Side>[] {
  const runs = state.at !== OVER
  const last = runs ? state.session - 1 : state.session
  const isDropped = mistake !== 'frames for a session that is over are a fault'
  const isKnown = isDropped && (mistake !== 'all sessions have one number' || !runs)
  const untold = mistake === 'the other side is not told of a cancel' ? ['nothing'] : []
  return Array.from({ length: Math.max(0, last) }, (_, index) => index + 1).flatMap((session) =>
    [...kinds, ...untold].map((kind) => [`?${kind} ${session}`, isKnown ? state : BROKEN] as const),
  )
}

export type RunMistake =
  | 'the sender counts nothing'
  | 'the receiver gives no credit'
  | 'the sender takes no credit once its run is done'
  | 'the receiver gives credit for nothing'

interface Run {
  readonly at: 'run' | 'turn' | 'over'
  /** Messages since the turn of the other side, without those that were credited. */
  readonly count: number
}

/** The peer says as much as it likes and then that it is done; the master answers. `window` messages may be on their way. */
export function runPair(window: number, mistake?: RunMistake): Pair {
  const unfolding = new Unfolding()
  const half = Math.ceil(window / 2)
  const begun: Run = { at: 'run', count: 0 }
  return [
    unfolding.side<Run>(begun, (state) => {
      const { at, count } = state
      if (at === 'over') return undefined
      const deaf = mistake === 'the sender takes no credit once its run is done' && at === 'turn'
      const credit = when<Run>(count >= half && !deaf, `?credit ${half}`, { ...state, count: count - half })
      if (at === 'turn') return [['?again', begun], ['?enough', { ...state, at: 'over' }], ...credit]
      const may = count < window || mistake === 'the sender counts nothing'
      const said = Math.min(count + 1, window)
      return [
        ...when<Run>(may, '!item', { ...state, count: said }),
        ...when<Run>(may, '!done', { at: 'turn', count: said }),
        ...credit,
      ]
    }),
    unfolding.side<Run>(begun, (state) => {
      const { at, count } = state
      if (at === 'over') return undefined
      if (at === 'turn') {
        return [
          ['!again', begun],
          ['!enough', { ...state, at: 'over' }],
        ]
      }
      const free = mistake === 'the receiver gives credit for nothing'
      const gives = (count >= half && mistake !== 'the receiver gives no credit') || free
      return [
        ...when<Run>(count < window, '?item', { ...state, count: count + 1 }),
        ...when<Run>(count < window, '?done', { at: 'turn', count: 0 }),
        ...when<Run>(gives, `!credit ${half}`, { ...state, count: Math.max(0, count - half) }),
      ]
    }),
  ]
}
