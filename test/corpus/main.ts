/** `npm run corpus -- DIR`: one line for each protocol file below a folder. */

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { ENDINGS, judge } from './judge.ts'

const UNREADABLE = 1
const MISUSED = 2

/** Prints name, verdict, code, position and reason with tabs between them. Returns the exit code. */
export function run(args: readonly string[], print: (line: string) => void, complain: (line: string) => void): number {
  const [folder] = args
  if (folder === undefined || args.length > 1) {
    complain('usage: npm run corpus -- DIR')
    return MISUSED
  }
  let names: readonly string[]
  try {
    names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && ENDINGS.some((ending) => entry.name.endsWith(ending)))
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
      .sort((left, right) => (left < right ? -1 : 1))
  } catch (error) {
    complain(`cannot read ${folder}: ${String(error)}`)
    return UNREADABLE
  }
  let exit = 0
  for (const name of names) {
    try {
      print(lineFor(name, readFileSync(path.join(folder, name), 'utf8')))
    } catch (error) {
      complain(`cannot read ${name}: ${String(error)}`)
      exit = UNREADABLE
    }
  }
  return exit
}

/** A file that was accepted has no code, no position and no reason. */
export function lineFor(name: string, text: string): string {
  const found = judge(text, name)
  if (found.verdict === 'ok') return [name, 'ok', '', '', ''].join('\t')
  const { verdict, code, at, reason } = found
  return [name, verdict, code, `${at.line}:${at.column}`, reason.replace(/\s+/g, ' ')].join('\t')
}

if (process.argv[1] === import.meta.filename) {
  // npm changes to the package's folder; a relative path is meant from where the command was typed.
  const args = process.argv.slice(2).map((arg) => path.resolve(process.env['INIT_CWD'] ?? '', arg))
  process.exitCode = run(
    args,
    (line) => console.log(line),
    (line) => console.error(line),
  )
}
