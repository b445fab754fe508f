/** What a run was asked for. */

import { parseArgs } from 'node:util'

export interface Settings {
  readonly isQuick: boolean
  /** Rounds of each bench. */
  readonly rounds: number
  /** How long one contestant takes in one round, about, in ms. */
  readonly roundMs: number
  /** Benches by name; empty for all. */
  readonly only: readonly string[]
  /** Contestants by name; empty for all. */
  readonly contestants: readonly string[]
  readonly json: string | undefined
  /** A file for the tables. */
  readonly markdown: string | undefined
  /** A file of an earlier run, in place of measuring. */
  readonly from: string | undefined
  /** A folder for the CPU profiles of the contests. */
  readonly profile: string | undefined
  readonly guard: boolean
  readonly baseline: boolean
  readonly help: boolean
}

export const HELP = `npm run bench -- [options]

  --quick             shorter rounds, at most two minutes in all
  --only NAME         this bench alone; may be given again
  --contestant NAME   this contestant alone; may be given again
  --rounds N          rounds of each bench (default 7, quick 3)
  --json FILE         writes everything that was measured
  --markdown FILE     writes the tables and the bars as Markdown
  --from FILE         measures nothing, and takes what --json wrote in an earlier run
  --profile DIR       writes a CPU profile of each process of the contests, and prints who has the time
  --guard             compares the ratios with bench/baseline.json, exits with 1 for a fall beyond the noise
  --baseline          writes bench/baseline.json
  --help              this text

The run exits with 0 where nothing was wrong, whatever bars fall short; with 1 for a wrong answer, for a run that is void, and
for what --guard finds; with 2 for wrong usage.`

/** @throws Error for what makes no sense. */
export function readSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      contestant: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      json: { type: 'string' },
      markdown: { type: 'string' },
      from: { type: 'string' },
      profile: { type: 'string' },
      guard: { type: 'boolean', default: false },
      baseline: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const rounds = values.rounds === undefined ? (values.quick ? 3 : 7) : Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number, at least 1')
  return {
    isQuick: values.quick,
    rounds,
    roundMs: values.quick ? 120 : 1000,
    only: values.only,
    contestants: values.contestant,
    json: values.json,
    markdown: values.markdown,
    from: values.from,
    profile: values.profile,
    guard: values.guard,
    baseline: values.baseline,
    help: values.help,
  }
}
