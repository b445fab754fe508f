/** `coxswain model`: writes a protocol as Promela, for the model checker SPIN. */

import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { MODEL_LIMITS, MODEL_MARK, writePromela } from '../../codegen/model/index.ts'
import { SteerError } from '../base/errors.ts'
import type { ProtocolModel } from '../ir/model.ts'
import type { Command, CommandCall, ExitCode } from './command.ts'
import { nearestName } from './nearest-name.ts'
import { isMissingFile, readPlainFile, systemCode } from './plain-file.ts'
import { readModels } from './read-models.ts'
import { hasErrors, printDiagnostics } from './report.ts'

const { capacity, window } = MODEL_LIMITS

export const modelCommand: Command = {
  help: `coxswain model: writes what crosses the wire between the two sides of a protocol as Promela, the language of
the model checker SPIN: streams, credit, cancel, reset, ping and close expanded

Usage: coxswain model [FILE] [--protocol NAME] [--capacity N] [--window N] [--out FILE]

FILE is a declaration file, or a folder to look through; the default is the folder that you are in.
The beginning of the model says how SPIN is run on it.

  --protocol NAME  which protocol, by its name on the wire or its export; needed where there are several
  --capacity N     how many frames each direction of the connection holds, ${capacity.least} to ${capacity.most}; default ${capacity.usual}
  --window N       what windows of streams are cut to, ${window.least} to ${window.most}, since states multiply with them; default ${window.usual}
  --out FILE       writes to this file, and replaces no other file than a model; default: prints
  --help           prints this

Examples:
  coxswain model src/upload.steer.ts --out upload.pml
  coxswain model --protocol upload --capacity 3 > upload.pml

Exit code: 0 when the model was written, 1 when something is wrong with a declaration or a file, 2 for a wrong call.`,
  options: {
    protocol: { type: 'string' },
    capacity: { type: 'string' },
    window: { type: 'string' },
    out: { type: 'string' },
  },
  run: runModel,
}

async function runModel({ terminal, folder, paths, values }: CommandCall): Promise<ExitCode> {
  const refuse = (text: string): ExitCode => {
    terminal.err(`coxswain model: ${text}\nTry: coxswain model --help`)
    return 2
  }
  const options = { capacity: numberOf(values['capacity'], capacity), window: numberOf(values['window'], window) }
  for (const [name, value] of Object.entries(options)) {
    const { least, most } = MODEL_LIMITS[name as keyof typeof options]
    if (value === undefined) return refuse(`--${name} takes a whole number from ${least} to ${most}`)
  }
  const { models, diagnostics } = await readModels(folder, paths)
  printDiagnostics(diagnostics, folder, terminal)
  if (hasErrors(diagnostics)) return 1
  const { protocol, out } = values
  const chosen = choose(models, typeof protocol === 'string' ? protocol : undefined)
  if (typeof chosen === 'string') return refuse(chosen)
  const text = writePromela(chosen, { capacity: options.capacity!, window: options.window! })
  if (typeof out === 'string') writeModel(resolve(folder, out), out, text)
  else terminal.out(text.trimEnd())
  return 0
}

/** Undefined for what is no number within the bounds. */
function numberOf(
  value: CommandCall['values'][string],
  { least, most, usual }: { readonly least: number; readonly most: number; readonly usual: number },
): number | undefined {
  if (value === undefined) return usual
  const number = typeof value === 'string' && /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN
  return number >= least && number <= most ? number : undefined
}

/** The protocol that is meant, or why it is not clear. */
function choose(models: readonly ProtocolModel[], wanted: string | undefined): ProtocolModel | string {
  const names = models.map(({ declaration }) => declaration.name)
  if (wanted === undefined) {
    if (models.length > 1) return `there are several protocols, so --protocol has to name one: ${names.join(', ')}`
    return models[0] ?? 'there is no protocol here'
  }
  const found = models.filter(({ declaration }) => declaration.name === wanted || declaration.exportName === wanted)
  if (found.length > 1) return `several protocols are called "${wanted}"; name the file as well`
  const nearest = nearestName(wanted, names)
  const advice = nearest === undefined ? `there are: ${names.join(', ')}` : `did you mean ${nearest}?`
  return found[0] ?? `there is no protocol "${wanted}"; ${advice}`
}

/** @throws SteerError `misuse` where something else is in the way, or the system refuses. */
function writeModel(path: string, name: string, text: string): void {
  try {
    if (!(readExisting(path) ?? MODEL_MARK).startsWith(MODEL_MARK)) {
      throw new SteerError('misuse', `${name} is there already and is no model; move it, or choose another name`)
    }
    writeFileSync(path, text)
  } catch (error) {
    if (SteerError.is(error)) throw error
    throw new SteerError('misuse', `${name} cannot be written: ${systemCode(error)}`, { cause: error })
  }
}

function readExisting(path: string): string | undefined {
  try {
    return readPlainFile(path)
  } catch (error) {
    if (isMissingFile(error)) return undefined
    throw error
  }
}
