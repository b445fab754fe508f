import { afterAll, describe, expect, test } from 'vitest'

import { Explorer } from './explore.ts'
import { linkPair, type LinkMistake } from './link-models.ts'
import { runPair, sessionPair, type RunMistake, type SessionMistake } from './session-models.ts'
import { streamPair, type Pair, type StreamMistake } from './stream-models.ts'

const explorer = new Explorer()
const CAPACITIES = [1, 2, 3, 4]
const totals = { models: 0, mistakes: 0, configurations: 0 }

/** By capacity, the kinds of faults. */
function faultsOf(pair: Pair): readonly string[] {
  return CAPACITIES.map((capacity) => {
    const { faults, configurations } = explorer.explore(...pair, capacity)
    totals.configurations += configurations
    return [...faults.keys()].join(' ')
  })
}

afterAll(() => {
  const { models, mistakes, configurations } = totals
  console.log(
    `combinators: ${models} models and ${mistakes} mistakes at capacities 1 to 4, ${configurations} configurations`,
  )
})

describe('with channels of one to four frames', () => {
  test.each([
    ['a stream of window 1', streamPair(1)],
    ['a stream of window 2', streamPair(2)],
    ['a stream of window 3', streamPair(3)],
    ['a stream of window 5', streamPair(5)],
    ['the window of a run, 1', runPair(1)],
    ['the window of a run, 2', runPair(2)],
    ['the window of a run, 5', runPair(5)],
    ['sessions that anybody ends', sessionPair()],
    ['pings and closes of both sides', linkPair()],
  ])('%s: safe, and can end from everywhere', (_, pair) => {
    totals.models++
    expect(faultsOf(pair)).toEqual(['', '', '', ''])
  })

  const inStream = (window: number, mistake: StreamMistake) =>
    [`a stream: ${mistake}`, streamPair(window, mistake)] as const
  const inRun = (mistake: RunMistake) => [`a run: ${mistake}`, runPair(2, mistake)] as const
  const inSession = (mistake: SessionMistake) => [`a session: ${mistake}`, sessionPair(mistake)] as const
  const inLink = (mistake: LinkMistake) => [`a link: ${mistake}`, linkPair(mistake)] as const

  test.each([
    inStream(2, 'the sender does not wait for the word of the receiver'),
    inStream(2, 'the receiver does not wait for the end after its cancel'),
    inStream(2, 'a sender whose end crosses a cancel believes in its own word'),
    inStream(2, 'the sender takes no credit after its end'),
    inStream(2, 'the sender needs no credit'),
    inStream(3, 'the sender keeps credit for its next stream'),
    inStream(2, 'the receiver gives credit for nothing'),
    inStream(2, 'the receiver gives credit after its word'),
    inRun('the sender counts nothing'),
    inRun('the receiver gives no credit'),
    inRun('the sender takes no credit once its run is done'),
    inRun('the receiver gives credit for nothing'),
    inSession('all sessions have one number'),
    inSession('the other side is not told of a cancel'),
    inSession('the side that resets goes on listening to the session'),
    inSession('frames for a session that is over are a fault'),
    inLink('a side that has pinged does nothing until it is answered'),
    inLink('a side that has closed does not wait for the close of the other'),
    inLink('a close is not answered'),
    inLink('data behind the own close is a fault'),
  ])('the mistake is found at each capacity in %s', (_, pair) => {
    totals.mistakes++
    for (const faults of faultsOf(pair)) expect(faults).toMatch(/unspecified|orphan|deadlock|blocked/)
  })
})
