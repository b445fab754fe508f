/**
 * Models of what is not half-duplex: streams that the receiver may cancel, credit, pings. Each as it is meant to be, and with a
 * mistake that is easily made. After a stream the session goes on with a turn of either side, so that anything that is left
 * over from it is met.
 */

import type { Automaton } from './explore.ts'
import { AutomatonReader } from './automaton-text.ts'

export type Pair = readonly [Automaton, Automaton]

/**
 * What follows a stream: the next step of the session is the sender's, and then the receiver's. The step says how the stream
 * ended, and the other side takes no other word, so that agreement about it is a matter of safety as well.
 */
const SENDER_GOES_ON = ['wasEnded: !ended reply', 'wasCancelled: !stopped reply', 'reply: ?reply over', 'over.']
const RECEIVER_GOES_ON = ['wasEnded: ?ended reply', 'wasCancelled: ?stopped reply', 'reply: !reply over', 'over.']

/**
 * Items, an end by the sender that the receiver acknowledges, and a cancel by the receiver, who then drops items until the
 * sender has heard of it. Where end and cancel cross, the sender takes the cancel for the acknowledgement, the receiver the end
 * for the answer to its cancel, and for both of them the stream was cancelled.
 */
export function stream(): Pair {
  return streamWhere('wasCancelled')
}

/** The mistake: where end and cancel cross, each side believes in its own word. */
export function streamOfTwoOpinions(): Pair {
  return streamWhere('wasEnded')
}

function streamWhere(senderSees: 'wasEnded' | 'wasCancelled'): Pair {
  const reader = new AutomatonReader()
  return [
    reader.read(
      'body: !item body, !end closing, ?cancel stop',
      'stop: !cancelled wasCancelled',
      `closing: ?ack wasEnded, ?cancel ${senderSees}`,
      ...SENDER_GOES_ON,
    ),
    reader.read('body: ?item body, ?end closing, !cancel draining', ...RECEIVER_ENDS, ...RECEIVER_GOES_ON),
  ]
}

const RECEIVER_ENDS = ['closing: !ack wasEnded', 'draining: ?item draining, ?end wasCancelled, ?cancelled wasCancelled']

/** The mistake: nothing acknowledges the end, so that a cancel which crosses it is left over. */
export function streamWithoutAcknowledgement(): Pair {
  const reader = new AutomatonReader()
  return [
    reader.read('body: !item body, !end wasEnded, ?cancel stop', 'stop: !cancelled wasCancelled', ...SENDER_GOES_ON),
    reader.read('body: ?item body, ?end wasEnded, !cancel draining', ...RECEIVER_ENDS, ...RECEIVER_GOES_ON),
  ]
}

/** The mistake: the receiver goes on at once after its cancel, and does not wait until the sender has heard of it. */
export function streamWithoutDraining(): Pair {
  const reader = new AutomatonReader()
  return [
    reader.read(
      'body: !item body, !end closing, ?cancel wasCancelled',
      'closing: ?ack wasEnded, ?cancel wasCancelled',
      ...SENDER_GOES_ON,
    ),
    reader.read('body: ?item body, ?end closing, !cancel wasCancelled', 'closing: !ack wasEnded', ...RECEIVER_GOES_ON),
  ]
}

/**
 * The same stream with credit: the sender has so many items to send, and gets one back for each that was used. Credit may cross
 * the end, and the sender goes on to take it until it has heard the last word of the receiver.
 */
export function streamWithCredit(window: number): Pair {
  return creditStream(window, 'closing: ?credit closing, ?ack wasEnded, ?cancel wasCancelled')
}

/** The mistake: the sender takes no credit any more once it has sent the end. */
export function streamDeafToCredit(window: number): Pair {
  return creditStream(window, 'closing: ?ack wasEnded, ?cancel wasCancelled')
}

function creditStream(window: number, closing: string): Pair {
  const reader = new AutomatonReader()
  const counts = Array.from({ length: window + 1 }, (_, count) => count)
  const sender = counts.map((credit) => {
    const item = credit > 0 ? `!item c${credit - 1}, ` : ''
    const more = credit < window ? `, ?credit c${credit + 1}` : ''
    return `c${credit}: ${item}!end closing, ?cancel stop${more}`
  })
  // The receiver holds what it has not used; an item for which it has no room would be a message it does not expect.
  const receiver = counts.map((unused) => {
    const item = unused < window ? `?item u${unused + 1}, ` : ''
    const use = unused > 0 ? `, !credit u${unused - 1}` : ''
    return `u${unused}: ${item}?end closing, !cancel draining${use}`
  })
  return [
    reader.read(...sender.reverse(), closing, 'stop: !cancelled wasCancelled', ...SENDER_GOES_ON),
    reader.read(...receiver, ...RECEIVER_ENDS, ...RECEIVER_GOES_ON),
  ]
}

/**
 * Pings from both sides at any time, answered by whoever reads, with one outstanding for each side. A side that asks goes on
 * to answer while it waits. Closing is one side's turn; it waits for its own pong first, and still answers.
 */
export function pingsBelow(): Pair {
  const reader = new AutomatonReader()
  const answers = (name: string): string => `?ping ${name}Owes`
  const owes = (name: string): string => `${name}Owes: !pong ${name}`
  return [
    reader.read(
      `idle: !ping asked, !close closing, ${answers('idle')}`,
      `asked: ?pong idle, ${answers('asked')}`,
      `closing: ?closed over, ${answers('closing')}`,
      owes('idle'),
      owes('asked'),
      owes('closing'),
      'over.',
    ),
    reader.read(
      `idle: !ping asked, ?close ready, ${answers('idle')}`,
      `asked: ?pong idle, ?close waiting, ${answers('asked')}`,
      'waiting: ?pong ready',
      'ready: !closed over',
      owes('idle'),
      owes('asked'),
      'over.',
    ),
  ]
}

/** The mistake: pings as messages of the conversation, where a side that has asked expects nothing but the answer. */
export function pingsInBand(): Pair {
  const reader = new AutomatonReader()
  const waits = ['asked: ?pong idle', 'owes: !pong idle', 'over.']
  return [
    reader.read('idle: !ping asked, !close over, ?ping owes', ...waits),
    reader.read('idle: !ping asked, ?close over, ?ping owes', ...waits),
  ]
}
