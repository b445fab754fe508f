import { describe, expect, test } from 'vitest'

import {
  pingsBelow,
  pingsInBand,
  stream,
  streamDeafToCredit,
  streamOfTwoOpinions,
  streamWithCredit,
  streamWithoutAcknowledgement,
  streamWithoutDraining,
  type Pair,
} from './combinators.ts'
import { Explorer } from './explore.ts'

const explorer = new Explorer()
const CAPACITIES = [1, 2, 3, 4]

function faultsOf(pair: Pair): readonly string[] {
  return CAPACITIES.map((capacity) => [...explorer.explore(...pair, capacity).faults.keys()].join(' '))
}

describe('with channels of one to four messages', () => {
  test.each([
    ['a stream with its end acknowledged, and a cancel', stream()],
    ['a stream with credit, window 1', streamWithCredit(1)],
    ['a stream with credit, window 3', streamWithCredit(3)],
    ['pings that are answered while one waits', pingsBelow()],
  ])('%s is safe and can end', (_, pair) => {
    expect(faultsOf(pair)).toEqual(['', '', '', ''])
  })

  test.each([
    ['a stream without an acknowledged end', streamWithoutAcknowledgement()],
    ['a stream of which each side believes its own word', streamOfTwoOpinions()],
    ['a stream that is not drained after a cancel', streamWithoutDraining()],
    ['a stream whose sender takes no credit after its end', streamDeafToCredit(2)],
    ['pings in the conversation', pingsInBand()],
  ])('%s is not safe', (_, pair) => {
    for (const faults of faultsOf(pair)) expect(faults).toMatch(/unspecified|orphan|deadlock/)
  })
})
