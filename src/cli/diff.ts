/** `coxswain diff`: what two versions of a program's protocols mean for whoever deploys them. */

import { diagnosticToJson } from '../../codegen/index.ts'
import { findChanges, type Change } from '../../codegen/versions/index.ts'
import { SteerError } from '../base/errors.ts'
import type { Command, CommandCall, ExitCode } from './command.ts'
import { changeToJson, printChanges, verdictOf, type JudgedChange } from './diff-report.ts'
import { describeSide, parseSides, readSide, type DiffSide, type ReadSide } from './diff-sides.ts'
import { hasErrors, printDiagnostics } from './report.ts'

/** What `--allow` takes, and what each lets pass. */
const ALLOWED = {
  'peers-first': ['deploy peers first'],
  'masters-first': ['deploy masters first'],
  order: ['deploy peers first', 'deploy masters first'],
  breaking: ['deploy peers first', 'deploy masters first', 'breaking'],
} as const

export const diffCommand: Command = {
  help: `coxswain diff: compares two versions of protocols, and says in which order they can be deployed

Usage: coxswain diff OLD NEW [--allow WHAT]... [--json]
       coxswain diff REV [REV] [PATHS...] [--allow WHAT]... [--json]

OLD and NEW are each a declaration file, a folder to look through, or one of these in a revision of git:
REV:PATH, from the top of the repository; REV:./PATH, from the folder that you are in. With REV alone the
PATHS of that revision are compared with those of the second, or with the files as they are now; the
default is the folder that you are in. Protocols are matched by their name on the wire.

While a new version is rolled out, new masters meet old peers, old masters new peers, or both. What each of
these pairs would say to each other is explored whole. The verdict is one of:

  identical              one fingerprint; nothing that crosses the wire has changed
  compatible, any order  all pairs talk to each other to the end
  deploy peers first     old masters and new peers do, new masters and old peers do not
  deploy masters first   new masters and old peers do, old masters and new peers do not
  breaking               neither pair does; or the protocol has gone, or has another name

With each pair that does not, the shortest way to where the two part. Fitting pairs only open sessions when
one of the two was generated beside a history that holds the other: coxswain gen --accept

  --allow WHAT  exits with 0 for these as well: peers-first, masters-first, order (both of them), breaking
                (everything); may come again
  --json        prints the result as JSON
  --help        prints this

Examples:
  coxswain diff HEAD                                       what is not committed yet
  coxswain diff origin/main src                            in continuous integration
  coxswain diff v1.4 v1.5 --allow order                    between two releases
  coxswain diff HEAD~1:shop/order.steer.ts shop/order.steer.ts
  coxswain diff old/order.steer.ts new/order.steer.ts

Exit code: 0 when every protocol is identical, compatible in any order, new, or allowed; 1 when one is not;
2 for a wrong call, and when either side cannot be read or holds a declaration with errors.`,
  options: { json: { type: 'boolean' }, allow: { type: 'string', multiple: true } },
  run: runDiff,
}

async function runDiff(call: CommandCall): Promise<ExitCode> {
  const { terminal, folder, flags, values } = call
  const wrong = unknownAllowance(values['allow'])
  if (wrong !== undefined) {
    return refuse(call, `--allow takes ${Object.keys(ALLOWED).join(', ')}, not ${wrong}`)
  }
  const opened: ReadSide[] = []
  try {
    const sides = parseSides(folder, call.paths)
    for (const side of sides) opened.push(await readSide(folder, side))
    const broken = opened.findIndex(({ diagnostics }) => hasErrors(diagnostics))
    if (broken >= 0) return complain(call, sides[broken]!, opened[broken]!)
    const [older, newer] = opened
    const nowhere = older!.missing.find((path) => newer!.missing.includes(path))
    if (nowhere !== undefined) return refuse(call, `there is no ${nowhere} on either side`)
    const changes = judge(findChanges(older!.versions, newer!.versions), values['allow'])
    const ok = changes.every(({ isAllowed }) => isAllowed)
    const [before, after] = sides.map((side) => describeSide(side, folder))
    if (flags.has('json')) {
      terminal.out(JSON.stringify({ ok, old: before, new: after, protocols: changes.map(changeToJson) }, null, 2))
    } else if (changes.length === 0) terminal.out(`no protocols in ${before} or ${after}`)
    else printChanges(changes, terminal)
    return ok ? 0 : 1
  } catch (error) {
    if (SteerError.is(error) && EXPECTED.has(error.code)) return refuse(call, error.rawMessage, error.code)
    throw error
  } finally {
    for (const side of opened) side.close()
  }
}

/** What is wrong with the call, or with this computer, and not with the generator. */
const EXPECTED: ReadonlySet<string> = new Set(['misuse', 'dependency'])

function refuse({ terminal, flags }: CommandCall, message: string, code = 'misuse'): ExitCode {
  if (flags.has('json')) terminal.out(JSON.stringify({ ok: false, error: { code, message } }, null, 2))
  else terminal.err(`coxswain diff: ${message}\nTry: coxswain diff --help`)
  return 2
}

/** A side with errors has no versions to speak of. */
function complain({ terminal, folder, flags }: CommandCall, side: DiffSide, read: ReadSide): ExitCode {
  const name = describeSide(side, folder)
  const errors = read.diagnostics.filter(({ severity }) => severity === 'error')
  if (flags.has('json')) {
    terminal.out(JSON.stringify({ ok: false, side: name, diagnostics: errors.map(diagnosticToJson) }, null, 2))
    return 2
  }
  printDiagnostics(errors, read.root, terminal)
  terminal.err(`coxswain diff: nothing can be compared while declarations are wrong in ${name}`)
  return 2
}

type Allowances = CommandCall['values'][string]

function unknownAllowance(given: Allowances): string | undefined {
  return listOf(given).find((name) => !Object.hasOwn(ALLOWED, name))
}

function judge(changes: readonly Change[], given: Allowances): JudgedChange[] {
  const allowed = new Set<string>(['identical', 'compatible, any order'])
  for (const name of listOf(given)) for (const verdict of ALLOWED[name as keyof typeof ALLOWED]) allowed.add(verdict)
  return changes.map((change) => {
    const verdict = verdictOf(change)
    return { change, isAllowed: verdict === undefined || allowed.has(verdict) }
  })
}

function listOf(given: Allowances): string[] {
  return Array.isArray(given) ? given.map(String) : []
}
