/**
 * The checker's product against the explorer, over every pair of machines with two moving states, one end and two labels. The
 * product looks at one message at a time and knows no channels; the explorer looks at every filling of channels up to four.
 */

import { describe, expect, test } from 'vitest'

import { exploreProduct } from '../../codegen/check/product.ts'
import type { SideMachine } from '../../codegen/check/side-machine.ts'
import { allMachines, allMovingStates, asAutomaton, asSideMachine } from './all-machines.ts'
import { Explorer, isSafe } from './explore.ts'

const CAPACITIES = [1, 2, 3, 4] as const

/** How many pairs fell where; a representative counts for all that it stands for. */
interface Tally {
  pairs: number
  accepted: number
  acceptedEndless: number
  rejected: number
  unsafe: number
  cannotEnd: number
  bothMaySend: number
  readonly wrong: string[]
}

/** Takes every pair whose first machine is in this part. */
function compare(part: number, parts: number): Tally {
  const machines = allMachines().map((machine) => {
    return { automaton: asAutomaton(machine), side: asSideMachine(machine), standsFor: machine.standsFor }
  })
  const explorer = new Explorer()
  const tally: Tally = {
    pairs: 0,
    accepted: 0,
    acceptedEndless: 0,
    rejected: 0,
    unsafe: 0,
    cannotEnd: 0,
    bothMaySend: 0,
    wrong: [],
  }
  machines.forEach((first, number) => {
    if (number % parts !== part) return
    machines.forEach((second, other) => {
      const weight = first.standsFor * second.standsFor
      const accepted = exploreProduct(first.side, second.side) === undefined
      const ends = exploreProduct(mustEnd(first.side), mustEnd(second.side)) === undefined
      const seen = CAPACITIES.map((capacity) => explorer.explore(first.automaton, second.automaton, capacity))
      const unsafe = seen.some((found) => !isSafe(found))
      const endless = seen.filter(({ faults }) => faults.has('endless')).length
      const bothMaySend = seen.some((found) => found.bothMaySend !== undefined)
      tally.pairs += weight
      if (accepted) {
        tally.accepted += weight
        if (endless > 0) tally.acceptedEndless += weight
        // What is half-duplex gains nothing from room: whether it can end is the same at each capacity.
        if (unsafe || bothMaySend || ![0, CAPACITIES.length].includes(endless)) {
          tally.wrong.push(`accepted ${number} ${other}`)
        }
        // Fair termination, asked for: exactly what can come to an end from wherever it gets to.
        if (ends !== (endless === 0)) tally.wrong.push(`ends ${number} ${other}`)
        return
      }
      tally.rejected += weight
      if (unsafe) tally.unsafe += weight
      else if (endless > 0) tally.cannotEnd += weight
      else if (bothMaySend) tally.bothMaySend += weight
      else tally.wrong.push(`rejected ${number} ${other}`)
    })
  })
  return tally
}

/** The machine without a loop that may have no end. */
function mustEnd(side: SideMachine): SideMachine {
  return { ...side, forever: new Set() }
}

describe('every pair of machines with two moving states, one end and two labels', { timeout: 120_000 }, () => {
  test('is 810,000 pairs, each of which has its representative', () => {
    expect(allMovingStates()).toHaveLength(30)
    const machines = allMachines()
    expect(machines).toHaveLength(436)
    expect(machines.reduce((sum, { standsFor }) => sum + standsFor, 0)).toBe(30 ** 2)
    expect(new Set(machines.map((machine) => JSON.stringify(asAutomaton(machine)))).size).toBe(436)
  })

  test('is safe at each capacity where the product accepts it, and else unsafe, without an end or full-duplex', () => {
    const { wrong, ...counts } = compare(0, 1)
    console.log(
      `pairs: ${counts.pairs}; accepted: ${counts.accepted}, of which ${counts.acceptedEndless} have no end; ` +
        `rejected: ${counts.rejected}, of which ${counts.unsafe} are unsafe, ${counts.cannotEnd} more cannot end ` +
        `and ${counts.bothMaySend} more let both sides send`,
    )
    expect(wrong).toEqual([])
    expect(counts.pairs).toBe(810_000)
    expect(counts.accepted + counts.rejected).toBe(counts.pairs)
    expect(counts.unsafe + counts.cannotEnd + counts.bothMaySend).toBe(counts.rejected)
    // Each of the cases occurs, so that none of the lines above holds for want of a pair.
    expect(Math.min(counts.accepted - counts.acceptedEndless, counts.acceptedEndless, counts.unsafe)).toBeGreaterThan(0)
    expect(counts.bothMaySend).toBeGreaterThan(0)
  })
})
