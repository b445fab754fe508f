/**
 * What goes on under all sessions, as docs/wire-format.md has it: pings of both sides at any time, at most one unanswered of
 * each, and a close that either side may begin while data is on its way, and that the other answers with its own.
 */

import type { Pair } from './stream-models.ts'
import { Unfolding, when, type Action } from './unfold.ts'

export type LinkMistake =
  | 'a side that has pinged does nothing until it is answered'
  | 'a side that has closed does not wait for the close of the other'
  | 'a close is not answered'
  | 'data behind the own close is a fault'

interface Side {
  readonly pinged: boolean
  readonly owes: boolean
  readonly saidClose: boolean
  readonly heardClose: boolean
}

const OPEN: Side = { pinged: false, owes: false, saidClose: false, heardClose: false }

export function linkPair(mistake?: LinkMistake): Pair {
  const unfolding = new Unfolding()
  return [
    unfolding.side(OPEN, (state) => actions(state, mistake)),
    unfolding.side(OPEN, (state) => actions(state, mistake)),
  ]
}

function actions(state: Side, mistake?: LinkMistake): readonly Action<Side>[] | undefined {
  const { pinged, owes, saidClose, heardClose } = state
  const leaves = mistake === 'a side that has closed does not wait for the close of the other'
  if (saidClose && (heardClose || leaves)) return undefined
  const closed: Side = { ...OPEN, saidClose: true, heardClose }
  if (heardClose) return mistake === 'a close is not answered' ? [] : [['!close', closed]]
  const heard: Side = { ...OPEN, saidClose, heardClose: true }
  if (saidClose) {
    const dropped = mistake === 'data behind the own close is a fault' ? ['ping', 'pong'] : ['data', 'ping', 'pong']
    return [['?close', heard], ...dropped.map((kind) => [`?${kind}`, state] as const)]
  }
  const inBand = mistake === 'a side that has pinged does nothing until it is answered'
  if (inBand && pinged) return [['?pong', { ...state, pinged: false }]]
  return [
    ['!data', state],
    ['?data', state],
    ['!close', closed],
    ['?close', heard],
    ...when<Side>(!pinged, '!ping', { ...state, pinged: true }),
    ...when<Side>(pinged, '?pong', { ...state, pinged: false }),
    ...when<Side>(!owes, '?ping', { ...state, owes: true }),
    ...when<Side>(owes, '!pong', { ...state, owes: false }),
  ]
}
