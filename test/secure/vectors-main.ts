/** `npm run vectors -- FILE`: runs a file of Noise vectors under both providers. */

import { readFileSync } from 'node:fs'
import path from 'node:path'

import { runVectors, type VectorReport } from './vector-runner.ts'

/** Prints what failed, what is not for this implementation, and `N passed, M failed` last. Returns the exit code. */
export function run(args: readonly string[], print: (line: string) => void): number {
  const [file] = args
  if (file === undefined || args.length > 1) {
    print('usage: npm run vectors -- FILE')
    return 2
  }
  let report: VectorReport
  try {
    report = runVectors(readFileSync(file, 'utf8'))
  } catch (error) {
    print(`${file}: ${error instanceof Error ? error.message : String(error)}`)
    print('0 passed, 1 failed')
    return 1
  }
  for (const failure of report.failures) print(failure)
  const foreign = [...report.foreign]
  const count = foreign.reduce((sum, [, vectors]) => sum + vectors, 0)
  const reasons = foreign.map(([reason, vectors]) => `${reason}: ${vectors}`).join(', ')
  if (count > 0) print(`${count} not for this implementation (${reasons})`)
  print(`${report.passed} passed, ${report.failures.length} failed`)
  return report.failures.length === 0 ? 0 : 1
}

if (process.argv[1] === import.meta.filename) {
  // npm changes to the package's folder; a relative path is meant from where the command was typed.
  const args = process.argv.slice(2).map((arg) => path.resolve(process.env['INIT_CWD'] ?? '', arg))
  process.exitCode = run(args, (line) => console.log(line))
}
