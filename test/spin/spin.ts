/** Runs the model checker SPIN, and reads its verdicts. */

import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestContext } from 'vitest'

const execute = promisify(execFile)

/** Said of each test that is skipped; the run ends with it, and with how many there were. */
export const SPIN_MISSING = 'SPIN is not installed (Debian: apt-get install spin gcc libc6-dev)'

const HAS_SPIN = ['spin', 'gcc'].every((name) => spawnSync(name, ['--version']).error === undefined)

/** Skips a test where SPIN is missing. On a build machine a skip fails the run. */
export function needSpin({ skip }: TestContext): void {
  skip(!HAS_SPIN, SPIN_MISSING)
}

/** `safety`: assertions, and nobody stuck. `progress`: nothing goes round for ever without a message that is taken. */
export type Question = 'safety' | 'progress'

export interface Verdict {
  readonly errors: number
  /** What SPIN calls the error: `assertion violated`, `invalid end state`, `non-progress cycle`. */
  readonly found: string | undefined
  readonly states: number
  /** Statements that no run came to, as `line text`. Of safety alone, and only where nothing was found. */
  readonly unreached: readonly string[]
}

/** What all runs of this file came to. */
export const totals = { models: 0, states: 0 }

/**
 * Asks SPIN. Two at a time: each takes a processor. A small model spends its time in the compiler, a large one in the search.
 *
 * @throws Error where there is no verdict: the model does not compile, or the search was cut short without an error.
 */
export function ask(
  model: string,
  question: Question,
  settings: Settings = {},
  size: 'small' | 'large' = 'small',
): Promise<Verdict> {
  return inTurn(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coxswain-spin-'))
    try {
      await writeFile(join(folder, 'model.pml'), model)
      const defines = Object.entries(settings).map(([name, value]) => `-D${name}=${value}`)
      await execute('spin', [...defines, '-a', 'model.pml'], { cwd: folder })
      const flags = question === 'safety' ? ['-DSAFETY'] : ['-DNP', '-DNOFAIR']
      await execute('gcc', ['-w', size === 'small' ? '-O0' : '-O1', ...flags, '-o', 'pan', 'pan.c'], { cwd: folder })
      const options = ['-w20', '-m500000', ...(question === 'safety' ? [] : ['-l', '-n'])]
      const { stdout } = await execute('./pan', options, { cwd: folder, maxBuffer: 1 << 24 })
      const verdict = readVerdict(stdout, question)
      totals.models++
      totals.states += verdict.states
      return verdict
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}

export type Settings = Readonly<Record<string, number | string>>

/** Reads what the verifier prints. */
export function readVerdict(output: string, question: Question): Verdict {
  const errors = Number(/errors: (\d+)/.exec(output)?.[1] ?? Number.NaN)
  const states = Number(/(\d+(?:\.\d+)?(?:e\+\d+)?) states, stored/.exec(output)?.[1] ?? Number.NaN)
  const searched = question === 'safety' ? 'invalid end states\t+' : 'non-progress cycles \t+'
  if (!(errors >= 0) || !(states > 0) || !output.includes(searched)) throw new Error(`no verdict:\n${output}`)
  const found = /^pan:\d*:? ?(assertion violated|invalid end state|non-progress cycle)/m.exec(output)?.[1]
  const isShort = output.includes('Search not completed') || /max search depth|out of memory|truncated/i.test(output)
  if (isShort && errors === 0) throw new Error(`the search was cut short:\n${output}`)
  if (errors > 0 !== (found !== undefined)) throw new Error(`an error of another kind:\n${output}`)
  return { errors, found, states, unreached: errors > 0 ? [] : readUnreached(output) }
}

function readUnreached(output: string): string[] {
  const side = /unreached in proctype Side\n((?:\t.*\n)*)/.exec(output)?.[1] ?? ''
  return [...side.matchAll(/^\t[^:]*:(\d+), state \d+, "(.*)"$/gm)].map(([, line, text]) => `${line} ${text}`)
}

const AT_ONCE = 2
let running = 0
const waiting: (() => void)[] = []

async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  else running++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next === undefined) running--
    else next()
  }
}
