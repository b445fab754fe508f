/** `npm run corpus -- DIR`: one line for each protocol file below a folder. */

import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { ENDINGS, judge } from './judge.ts'
import { BOUNDS } from './verdict.ts'

const UNREADABLE = 1
const MISUSED = 2
/** Most bytes of UTF-8 for a UTF-16 unit. */
const BYTES_PER_UNIT = 3

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
      print(lineFor(name, readText(path.join(folder, name))))
    } catch (error) {
      complain(`cannot read ${name}: ${String(error)}`)
      exit = UNREADABLE
    }
  }
  return exit
}

/** The text of a file. One that is larger than any that is judged is not read, and something too large stands for it. */
function readText(file: string): string {
  const stat = statSync(file)
  // Reading from a pipe would wait for whoever writes into it.
  if (!stat.isFile()) throw new Error('it is no file')
  if (stat.size > BOUNDS.text * BYTES_PER_UNIT) return ' '.repeat(BOUNDS.text + 1)
  return readFileSync(file, 'utf8')
}

/** A file that was accepted has no code, no position and no reason. */
export function lineFor(name: string, text: string): string {
  const found = judge(text, name)
  // What ends a column or a line in the name of a file would look like another verdict.
  const shown = name.replace(/\p{Cc}/gu, '?')
  if (found.verdict === 'ok') return [shown, 'ok', '', '', ''].join('\t')
  const { verdict, code, at, reason } = found
  return [shown, verdict, code, `${at.line}:${at.column}`, reason.replace(/\s+/g, ' ')].join('\t')
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
