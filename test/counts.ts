/**
 * A vitest reporter. It writes `N passed, N failed` from the runner's results to the file named by COXSWAIN_COUNTS, says how many
 * tests were skipped for want of what, fails the run under CI when one was, and names the seed of the properties when a run failed.
 */

import { writeFileSync } from 'node:fs'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

export class Counts implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = countTests(modules)
    for (const [note, count] of countNotes(counts.skipped)) console.error(`${String(count)} skipped: ${note}`)
    const failed = counts.failed + unhandled.length + modules.filter(failedToLoad).length
    if (process.env['CI'] !== undefined && counts.skipped.length > 0) {
      process.exitCode = 1
      console.error(`${String(counts.skipped.length)} skipped, which CI does not allow:`)
      for (const test of counts.skipped) console.error(`  ${test.module.relativeModuleId} > ${test.fullName}`)
    }
    const seed = process.env['FAST_CHECK_SEED']
    if (failed > 0 && seed !== undefined) console.error(`properties: FAST_CHECK_SEED=${seed} npm test repeats this run`)
    const file = process.env['COXSWAIN_COUNTS']
    if (file !== undefined) writeFileSync(file, `${formatCounts(counts.passed, failed, counts.skipped.length)}\n`)
  }
}

interface TestCounts {
  passed: number
  failed: number
  readonly skipped: TestCase[]
}

function countTests(modules: readonly TestModule[]): TestCounts {
  const counts: TestCounts = { passed: 0, failed: 0, skipped: [] }
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') counts.passed++
      else if (state === 'failed') counts.failed++
      // Pending is what a run that was stopped early never came to.
      else counts.skipped.push(test)
    }
  }
  return counts
}

/** How many tests were skipped with which reason, where one was given. */
function countNotes(skipped: readonly TestCase[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const test of skipped) {
    const result = test.result()
    const note = result.state === 'skipped' ? result.note : undefined
    if (note !== undefined) counts.set(note, (counts.get(note) ?? 0) + 1)
  }
  return counts
}

/** A file that throws before its tests are known has no failed test, and must count all the same. */
function failedToLoad(module: TestModule): boolean {
  return module.errors().length > 0
}

export function formatCounts(passed: number, failed: number, skipped: number): string {
  const counts = `${String(passed)} passed, ${String(failed)} failed`
  return skipped > 0 ? `${counts}, ${String(skipped)} skipped` : counts
}
