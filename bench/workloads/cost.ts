/** CPU per message, both sides together, as work grows: over the number of sessions, and over the length of one. */

import type { Bench } from '../runner/bench.ts'
import { Pair, type Contest } from '../runner/contest.ts'
import type { Figures, Series } from '../runner/series.ts'
import type { Settings } from '../runner/settings.ts'
import { sumOfAnswers, sumOfReadings } from './reading.ts'

const SESSIONS = [1, 100, 1000, 10_000]
/** Messages of one session. A reading takes some 115 bytes with its frame: 10 kB, 1 MB, 100 MB, 1 GB. */
const LENGTHS = [90, 9000, 900_000, 9_000_000]
const QUICK_LENGTHS = [90, 9000, 400_000]
/** A short session is measured by many of them. */
const LEAST_MESSAGES = 100_000

export const COST: Bench = {
  name: 'cost',
  isSlow: true,
  about: 'CPU per message as work grows; growth is the worst step up from any smaller size',
  run: async (settings) => [...(await bySessions(settings)), ...(await byLength(settings))],
}

async function bySessions(settings: Settings): Promise<Series[]> {
  const pairs = SESSIONS.map((sessions) => new Pair(contestOf(sessions), { name: 'coxswain', peer: 'coxswain' }))
  return measure(pairs, SESSIONS, settings, {
    name: 'by sessions',
    unit: 'sessions',
    round: (pair) => pair.round(),
  })
}

function contestOf(sessions: number): Contest {
  return { name: 'cost', about: '', workload: 'turns', sessions, contestants: [], cores: 'apart', sumOf: sumOfAnswers }
}

async function byLength(settings: Settings): Promise<Series[]> {
  const lengths = settings.isQuick ? QUICK_LENGTHS : LENGTHS
  const contest: Contest = {
    name: 'cost',
    about: '',
    workload: 'stream',
    contestants: [],
    cores: 'apart',
    sumOf: sumOfReadings,
  }
  const pairs = lengths.map(() => new Pair(contest, { name: 'coxswain', peer: 'coxswain' }))
  return measure(pairs, lengths, settings, {
    name: 'by bytes',
    unit: 'messages',
    round: (pair, length) => pair.rounds(length, Math.max(1, Math.round(LEAST_MESSAGES / length))),
  })
}

async function measure(
  pairs: readonly Pair[],
  sizes: readonly number[],
  settings: Settings,
  by: { readonly name: string; readonly unit: string; readonly round: (pair: Pair, size: number) => Promise<Figures> },
): Promise<Series[]> {
  const costs: number[][] = sizes.map(() => [])
  try {
    for (const pair of pairs) {
      await pair.start()
      await pair.warmUp(settings)
    }
    for (let round = 0; round < settings.rounds; round++) {
      for (const [index, pair] of pairs.entries()) {
        const { cpu } = await by.round(pair, sizes[index]!)
        costs[index]!.push(cpu!)
      }
    }
  } finally {
    for (const pair of pairs) await pair.stop()
  }
  const growths = Array.from({ length: settings.rounds }, (_, round) => growthOf(costs.map((cost) => cost[round]!)))
  return [
    ...sizes.map((size, index) => ({
      bench: 'cost',
      contestant: `${size.toLocaleString('en-US')} ${by.unit}`,
      rounds: costs[index]!.map((cpu) => ({ cpu })),
    })),
    { bench: 'cost', contestant: by.name, rounds: growths.map((growth) => ({ growth })) },
  ]
}

/** How much more the dearest size costs than the cheapest of the smaller ones. Below 1 where larger is cheaper throughout. */
export function growthOf(costs: readonly number[]): number {
  let growth = 0
  for (let size = 1; size < costs.length; size++) {
    growth = Math.max(growth, costs[size]! / Math.min(...costs.slice(0, size)))
  }
  return growth
}
