/**
 * Streams as docs/wire-format.md has them: items with credit, of which the first needs none, one end of each side, and the
 * receiver's as the outcome for both. Each mistake is one that is easily made.
 *
 * Behind a stream its sender goes on by saying what the stream came to, and the receiver takes no other word, so that agreement is
 * a matter of safety as well. Then the receiver has a turn, and the sender ends the session or begins another round.
 */

import type { Automaton } from './explore.ts'
import { BROKEN, Unfolding, when, type Action } from './unfold.ts'

export type Pair = readonly [Automaton, Automaton]

export type StreamMistake =
  | 'the sender does not wait for the word of the receiver'
  | 'the receiver does not wait for the end after its cancel'
  | 'a sender whose end crosses a cancel believes in its own word'
  | 'the sender takes no credit after its end'
  | 'the sender needs no credit'
  | 'the sender keeps credit for its next stream'
  | 'the receiver gives credit for nothing'
  | 'the receiver gives credit after its word'

type Word = 'ended' | 'cancelled'

interface Sender {
  readonly at: 'stream' | 'says' | 'waits' | 'chooses' | 'over'
  readonly credit: number
  readonly saidEnd: boolean
  readonly heard: Word | ''
}

interface Receiver {
  readonly at: 'stream' | 'hears' | 'replies' | 'waits' | 'over'
  /** Has to give all of the window but the first item. */
  readonly owes: boolean
  /** Items that may still come. */
  readonly granted: number
  /** Items that lie here. What the program takes is credited in the same step, half a window at a time. */
  readonly held: number
  readonly heardEnd: boolean
  readonly word: Word | ''
}

export function streamPair(window: number, mistake?: StreamMistake): Pair {
  const unfolding = new Unfolding()
  return [
    unfolding.side(SENDING, (state) => senderActions(state, window, mistake)),
    unfolding.side(receiving(window), (state) => receiverActions(state, window, mistake)),
  ]
}

const SENDING: Sender = { at: 'stream', credit: 1, saidEnd: false, heard: '' }

function receiving(window: number): Receiver {
  return { at: 'stream', owes: window > 1, granted: 1, held: 0, heardEnd: false, word: '' }
}

function senderActions(state: Sender, window: number, mistake?: StreamMistake): readonly Action<Sender>[] | undefined {
  const again: Sender = {
    ...SENDING,
    credit: mistake === 'the sender keeps credit for its next stream' ? Math.min(state.credit + 1, window) : 1,
  }
  switch (state.at) {
    case 'over':
      return undefined
    case 'says':
      return [[state.heard === 'ended' ? '!ended it is' : '!cancelled it is', { ...state, at: 'waits', heard: '' }]]
    case 'waits':
      return [['?reply', { ...state, at: 'chooses' }]]
    case 'chooses':
      return [
        ['!again', again],
        ['!enough', { ...state, at: 'over' }],
      ]
    case 'stream':
      return inStream(state, window, mistake)
  }
}

function inStream(state: Sender, window: number, mistake?: StreamMistake): readonly Action<Sender>[] {
  const { credit, saidEnd, heard } = state
  const over = (word: Word): Sender => ({ ...state, at: 'says', saidEnd: false, heard: word })
  if (heard !== '') return [['!end', over(heard)]]
  if (saidEnd) {
    const crossed = mistake === 'a sender whose end crosses a cancel believes in its own word' ? 'ended' : 'cancelled'
    return [
      ...(mistake === 'the sender takes no credit after its end' ? [] : credits(window, () => state)),
      ['?ended', over('ended')],
      ['?cancelled', over(crossed)],
    ]
  }
  const unpaid = mistake === 'the sender needs no credit'
  const hasty = mistake === 'the sender does not wait for the word of the receiver'
  return [
    ...when<Sender>(credit > 0 || unpaid, '!item', { ...state, credit: Math.max(0, credit - 1) }),
    ['!end', hasty ? over('ended') : { ...state, saidEnd: true }],
    ['?cancelled', { ...state, heard: 'cancelled' }],
    ...credits(window, (items) => (credit + items <= window ? { ...state, credit: credit + items } : BROKEN)),
  ]
}

/** Credit of one item and more. */
function credits(window: number, next: (items: number) => Sender | typeof BROKEN): Action<Sender>[] {
  return Array.from({ length: window }, (_, index) => [`?credit ${index + 1}`, next(index + 1)] as const)
}

function receiverActions(
  state: Receiver,
  window: number,
  mistake?: StreamMistake,
): readonly Action<Receiver>[] | undefined {
  switch (state.at) {
    case 'over':
      return undefined
    case 'hears':
      return [[state.word === 'ended' ? '?ended it is' : '?cancelled it is', { ...receiving(window), at: 'replies' }]]
    case 'replies':
      return [['!reply', { ...state, at: 'waits' }]]
    case 'waits':
      return [
        ['?again', receiving(window)],
        ['?enough', { ...state, at: 'over' }],
      ]
    case 'stream':
      return outOfStream(state, window, mistake)
  }
}

function outOfStream(state: Receiver, window: number, mistake?: StreamMistake): readonly Action<Receiver>[] {
  const { owes, granted, held, heardEnd, word } = state
  const over = (how: Word): Receiver => ({ ...state, at: 'hears', owes: false, granted: 0, held: 0, word: how })
  // What is owed ahead goes first: it stands behind the frame that led here.
  if (owes) {
    const ahead: Receiver = { ...state, owes: false, granted: granted + window - 1 }
    const arrivals = outOfStream({ ...state, owes: false }, window, mistake).filter(([frame]) => frame.startsWith('?'))
    const owing = arrivals.map(([frame, next]) => [frame, next === BROKEN ? BROKEN : { ...next, owes }] as const)
    return [[`!credit ${window - 1}`, ahead], ...owing]
  }
  const hasty = mistake === 'the receiver does not wait for the end after its cancel'
  const cancelled: Receiver = heardEnd || hasty ? over('cancelled') : { ...state, held: 0, word: 'cancelled' }
  const half = Math.ceil(window / 2)
  const late = mistake === 'the receiver gives credit after its word' && word !== '' && granted + half <= window
  const isOpen = word === '' && !heardEnd
  const takes = isOpen && held >= half
  const gives = mistake === 'the receiver gives credit for nothing' && isOpen && granted + held <= window
  return [
    [
      '?item',
      granted === 0 || heardEnd ? BROKEN : { ...state, granted: granted - 1, held: word === '' ? held + 1 : 0 },
    ],
    ...when<Receiver>(!heardEnd, '?end', word === '' ? { ...state, heardEnd: true } : over(word)),
    ...when<Receiver>(takes, `!credit ${half}`, { ...state, held: held - half, granted: granted + half }),
    ...when<Receiver>(gives, '!credit 1', { ...state, granted: granted + 1 }),
    ...when<Receiver>(late, `!credit ${half}`, { ...state, granted: granted + half }),
    ...when<Receiver>(heardEnd && word === '', '!ended', over('ended')),
    ...when<Receiver>(word === '', '!cancelled', cancelled),
  ]
}
