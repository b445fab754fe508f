/** The histories beside declarations: read, judged, and held against the protocols that the declaration has now. */

import { readFileSync, statSync } from 'node:fs'
import { resolve, sep } from 'node:path'

import type { DeclarationFile } from '../src/ir/declaration.ts'
import type { ProtocolModel } from '../src/ir/model.ts'
import { createDiagnostic, type Diagnostic } from './diagnostics/index.ts'
import type { AcceptedVersions, EmittedFile } from './emit/index.ts'
import type { FileFact } from './read/index.ts'
import {
  acceptedVersions,
  formatHistory,
  historyPathOf,
  readHistory,
  versionOf,
  withVersion,
  type History,
} from './versions/index.ts'

/** What a history says of the declaration beside it. */
export interface FileHistory {
  readonly accepted: AcceptedVersions
  /** The history with the present versions in it, where that was asked for. */
  readonly outputs: readonly EmittedFile[]
  readonly diagnostics: readonly Diagnostic[]
}

/** A file as it was found: `text` is undefined where there is none. */
export interface HistoryText {
  /** As in `SourceSpan`. */
  readonly path: string
  readonly text: string | undefined
  readonly problem: Diagnostic | undefined
  readonly fact: FileFact
}

/** Reads the history of a declaration, if there is one. */
export function readHistoryText(root: string, declaration: string): HistoryText {
  const path = historyPathOf(declaration)
  const place = resolve(root, path)
  const absolute = sep === '/' ? place : place.split(sep).join('/')
  let text: string | undefined
  let problem: Diagnostic | undefined
  try {
    if (statSync(place, { throwIfNoEntry: false }) !== undefined) text = readFileSync(place, 'utf8')
  } catch {
    problem = createDiagnostic('STEER4003', firstCharacter(path), { message: 'the history cannot be read' })
  }
  return { path, text, problem, fact: { question: 'text', path: absolute, answer: text } }
}

/**
 * Compares the versions of a history with the present ones.
 *
 * @param isAccepting the present versions are released: they belong into the history.
 */
export function judgeHistory(
  file: DeclarationFile,
  models: readonly ProtocolModel[],
  found: HistoryText,
  isAccepting: boolean,
): FileHistory {
  const { path, text, problem } = found
  if (problem !== undefined) return { ...NOTHING, diagnostics: [problem] }
  // Most declarations have no history, and then there is no need to know what version of a protocol this is.
  if (text === undefined && !isAccepting) return NOTHING
  const reading = text === undefined ? { history: new Map() as History } : readHistory(text)
  if ('problem' in reading) {
    const source = { file: path, line: reading.line, column: 1, length: 1 }
    return { ...NOTHING, diagnostics: [createDiagnostic('STEER4008', source, { message: reading.problem })] }
  }
  const { history } = reading
  const present = models.map((model) => versionOf(model, file.types))
  const names = new Set(file.protocols.map(({ name }) => name))
  const gone = [...history.keys()].filter((name) => !names.has(name))
  const accepted = new Map(
    present.map((version) => [version.name, acceptedVersions(version, history.get(version.name) ?? [])]),
  )
  const accepting = present.reduce((before, version) => withVersion(before, version), history)
  return {
    accepted,
    outputs: isAccepting && present.length > 0 ? [{ path, text: textOf(accepting, history, text) }] : [],
    diagnostics: gone.map((name) => describeGone(name, path, text ?? '')),
  }
}

/** One that holds all present versions stays as it is, however it is laid out. */
function textOf(accepting: History, history: History, text: string | undefined): string {
  return accepting === history && text !== undefined ? text : formatHistory(accepting)
}

const NOTHING: FileHistory = { accepted: new Map(), outputs: [], diagnostics: [] }

function describeGone(name: string, path: string, text: string): Diagnostic {
  const at = text.indexOf(`${JSON.stringify(name)}:`)
  const line = text.slice(0, Math.max(at, 0)).split('\n').length
  const message = `the history holds versions of "${name}", which is not declared beside it any more`
  return createDiagnostic('STEER4009', { file: path, line, column: 1, length: 1 }, { message })
}

function firstCharacter(file: string): Diagnostic['source'] {
  return { file, line: 1, column: 1, length: 1 }
}
