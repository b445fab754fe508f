/** `coxswain diagram`: pictures of protocols. */

import { mkdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import { diagnosticToJson } from '../../codegen/index.ts'
import { SteerError } from '../base/errors.ts'
import type { ProtocolModel } from '../ir/model.ts'
import type { Role } from '../ir/source.ts'
import type { Command, CommandCall, ExitCode } from './command.ts'
import {
  drawDiagnostics,
  drawSequence,
  drawStates,
  findParting,
  type Diagram,
  type DiagramFormat,
} from './diagram-files.ts'
import { nearestName } from './nearest-name.ts'
import { writeOutputs } from './output-files.ts'
import { isMissingFile, readPlainFile, systemCode } from './plain-file.ts'
import { readModels } from './read-models.ts'
import { hasErrors, printDiagnostics } from './report.ts'

/** What every picture says of itself near its beginning. A file without it is not ours to replace. */
const MARK = 'Drawn by coxswain'

export const diagramCommand: Command = {
  help: `coxswain diagram: draws the state machine of each side of a protocol, as Mermaid or as SVG

Usage: coxswain diagram [PATHS...] [--protocol NAME] [--side SIDE] [--format FORMAT] [--out DIR]
       coxswain diagram [PATH] --against OTHER [--protocol NAME] [--format FORMAT] [--out DIR]

PATHS are declaration files, or folders to look through; the default is the folder that you are in.
States have the names that the generated code gives them. A solid box is that side's turn, a dashed one the
other's; a solid arrow is a message that it sends, a dashed one a message that it receives, a thick one a stream.

  --protocol NAME   only this protocol, by its name on the wire or its export
  --side SIDE       master, peer or both; default both
  --format FORMAT   mermaid or svg; default mermaid
  --against OTHER   draws the shortest conversation on which the master here and the peer declared in OTHER part,
                    or the peer here and the master there, with the place of each message
  --out DIR         writes NAME.SIDE.svg or NAME.SIDE.mmd into this folder; default: prints
  --json            prints the result as JSON
  --help            prints this

A pair that is not proved is drawn as the conversation that goes wrong.

Examples:
  coxswain diagram src/shop/order.steer.ts
  coxswain diagram --format svg --out docs/diagrams
  coxswain diagram new/order.steer.ts --against old/order.steer.ts --format svg --out .

Exit code: 0 when all is drawn, 1 when something is wrong with a declaration or a file, or the two sides given
by --against part, 2 for a wrong call.`,
  options: {
    protocol: { type: 'string' },
    side: { type: 'string' },
    format: { type: 'string' },
    against: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean' },
  },
  run: runDiagram,
}

/** What was asked for. */
interface Wanted {
  readonly protocol: string | undefined
  readonly sides: readonly Role[]
  readonly format: DiagramFormat
  readonly against: string | undefined
  readonly out: string | undefined
}

async function runDiagram(call: CommandCall): Promise<ExitCode> {
  const { terminal, folder, paths, flags } = call
  const refuse = (text: string): ExitCode => {
    terminal.err(`coxswain diagram: ${text}\nTry: coxswain diagram --help`)
    return 2
  }
  const wanted = readWanted(call)
  if (typeof wanted === 'string') return refuse(wanted)
  const { against, out, format } = wanted
  const here = await readModels(folder, paths)
  const there = against === undefined ? { models: [], diagnostics: [] } : await readModels(folder, [against])
  const diagnostics = [...here.diagnostics, ...there.diagnostics]
  const isBroken = hasErrors(diagnostics)
  let diagrams: readonly Diagram[]
  if (isBroken) diagrams = drawDiagnostics(diagnostics, format)
  else {
    const chosen = choose(here.models, wanted.protocol)
    if (typeof chosen === 'string') return refuse(chosen)
    diagrams =
      against === undefined
        ? chosen.flatMap((model) => wanted.sides.map((side) => drawStates(model, side, format)))
        : drawPartings(chosen, there.models, format)
  }
  const clash = diagrams.find(({ path }, index) => diagrams.findIndex((other) => other.path === path) !== index)
  if (clash !== undefined && out !== undefined)
    return refuse(`several protocols are called "${clash.protocol}"; draw them one by one`)
  if (format === 'svg' && out === undefined && diagrams.length > 1 && !flags.has('json')) {
    return refuse('prints one SVG at a time; add --out, or --protocol and --side')
  }
  if (!flags.has('json')) printDiagnostics(diagnostics, folder, terminal)
  if (out !== undefined) writeDiagrams(folder, out, diagrams)
  const ok = !isBroken && !(against !== undefined && diagrams.length > 0)
  if (flags.has('json')) terminal.out(JSON.stringify(toJson(ok, diagrams, diagnostics, wanted), null, 2))
  else printDiagrams(call, diagrams, wanted, isBroken)
  return ok ? 0 : 1
}

/** The options, or what is wrong with them. */
function readWanted({ values, paths }: CommandCall): Wanted | string {
  const { protocol, side = 'both', format = 'mermaid', against, out } = values
  const sides = sidesOf(side)
  if (sides === undefined) return '--side is master, peer or both'
  if (format !== 'mermaid' && format !== 'svg') return '--format is mermaid or svg'
  if (against !== undefined && paths.length > 1) return '--against compares with one path'
  if (against !== undefined && values['side'] !== undefined) return '--against and --side exclude each other'
  return { protocol: textOf(protocol), sides, format, against: textOf(against), out: textOf(out) }
}

function sidesOf(side: CommandCall['values'][string]): readonly Role[] | undefined {
  if (side === 'both') return ['master', 'peer']
  if (side === 'master') return ['master']
  return side === 'peer' ? ['peer'] : undefined
}

function textOf(value: CommandCall['values'][string]): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The protocols that are meant, or why there is none. */
function choose(models: readonly ProtocolModel[], name: string | undefined): readonly ProtocolModel[] | string {
  if (models.length === 0) return 'there is no protocol here'
  if (name === undefined) return models
  const found = models.filter(({ declaration }) => declaration.name === name || declaration.exportName === name)
  if (found.length > 0) return found
  const names = models.map(({ declaration }) => declaration.name)
  const nearest = nearestName(name, names)
  const advice = nearest === undefined ? `there are: ${names.join(', ')}` : `did you mean ${nearest}?`
  return `there is no protocol "${name}"; ${advice}`
}

/** By name: each protocol here with the one there that has its name. */
function drawPartings(
  here: readonly ProtocolModel[],
  there: readonly ProtocolModel[],
  format: DiagramFormat,
): readonly Diagram[] {
  return here.flatMap((ours) => {
    const { name } = ours.declaration
    const theirs = there.find(({ declaration }) => declaration.name === name)
    if (theirs === undefined) throw new SteerError('misuse', `the other path declares no protocol "${name}"`)
    const found = findParting(ours, theirs) ?? findParting(theirs, ours)
    return found === undefined ? [] : [drawSequence(name, found, format)]
  })
}

/** @throws SteerError `misuse` where something else is in the way, or the system refuses. */
function writeDiagrams(folder: string, out: string, diagrams: readonly Diagram[]): void {
  const target = resolve(folder, out)
  const refuse = (path: string, why: string, cause?: unknown): SteerError => {
    return new SteerError('misuse', `${path} ${why}; nothing was written`, { cause })
  }
  try {
    makeFolder(target)
  } catch (error) {
    throw refuse(out, `cannot be made a folder: ${systemCode(error)}`, error)
  }
  const inTheWay = diagrams.find(({ path }) => isForeign(join(target, path)))
  if (inTheWay !== undefined) throw refuse(join(out, inTheWay.path), 'is there already and is no picture of ours')
  const failure = writeOutputs(target, diagrams)
  if (failure === undefined) return
  throw refuse(join(out, failure.path), `cannot be written: ${systemCode(failure.error)}`, failure.error)
}

/** From the first that is missing downwards. What Node calls recursive never returns where the system makes no folders, as in /proc. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return
  const above = dirname(path)
  if (above !== path) makeFolder(above)
  mkdirSync(path)
}

function isForeign(path: string): boolean {
  try {
    return !readPlainFile(path).slice(0, 400).includes(MARK)
  } catch (error) {
    return !isMissingFile(error)
  }
}

function printDiagrams(
  { terminal }: CommandCall,
  diagrams: readonly Diagram[],
  wanted: Wanted,
  isBroken: boolean,
): void {
  const { out, against } = wanted
  if (out !== undefined) for (const { path } of diagrams) terminal.out(`written   ${join(out, path)}`)
  else if (diagrams.length > 0) terminal.out(diagrams.map(({ text }) => text.trimEnd()).join('\n\n'))
  if (against !== undefined && diagrams.length === 0 && !isBroken) terminal.out('the two sides never part')
}

function toJson(
  ok: boolean,
  diagrams: readonly Diagram[],
  diagnostics: Parameters<typeof printDiagnostics>[0],
  { format, out }: Wanted,
): unknown {
  const list = diagrams.map(({ protocol, declaration, shows, path, text }) => {
    const where = declaration === undefined ? {} : { declaration }
    return { protocol, ...where, shows, format, ...(out === undefined ? { text } : { file: join(out, path) }) }
  })
  return { ok, diagrams: list, diagnostics: diagnostics.map(diagnosticToJson) }
}
