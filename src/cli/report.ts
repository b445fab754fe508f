/** How the commands print what was found. */

import { resolve } from 'node:path'

import { formatDiagnostic, type Diagnostic } from '../../codegen/diagnostics/index.ts'
import { readPlainFile } from './plain-file.ts'
import type { Terminal } from './terminal.ts'

/** Prints diagnostics as tsc does, with a code frame each. */
export function printDiagnostics(diagnostics: readonly Diagnostic[], folder: string, terminal: Terminal): void {
  const readLine = createLineReader(folder)
  for (const diagnostic of diagnostics) {
    terminal.err(`${formatDiagnostic(diagnostic, { color: terminal.color, readLine })}\n`)
  }
}

function createLineReader(folder: string): (file: string, line: number) => string | undefined {
  const files = new Map<string, readonly string[]>()
  return (file, line) => {
    let lines = files.get(file)
    if (lines === undefined) {
      lines = readLines(resolve(folder, file))
      files.set(file, lines)
    }
    return lines[line - 1]
  }
}

/** A file that cannot be read has no lines to show; the diagnostic itself says what is wrong with it. */
function readLines(path: string): readonly string[] {
  try {
    // The generator counts columns behind a byte order mark.
    return readPlainFile(path)
      .replace(/^\ufeff/, '')
      .split(/\r\n|\r|\n/)
  } catch {
    return []
  }
}

/** Says that there was nothing to do: a call in the wrong folder would look like one that found all in order. */
export function printWhenNothing(
  declarations: readonly string[],
  { paths, terminal }: { readonly paths: readonly string[]; readonly terminal: Terminal },
): void {
  if (declarations.length > 0) return
  terminal.err(`no *.steer.ts file was found in ${paths.join(', ')}`)
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error')
}

/** `2 errors, 1 warning`; empty for none of either. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length
  const warnings = diagnostics.length - errors
  const parts = [errors > 0 ? countOf(errors, 'error') : '', warnings > 0 ? countOf(warnings, 'warning') : '']
  return parts.filter((part) => part !== '').join(', ')
}

/** `1 file`, `2 files`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `1.5 MiB`, with at most one decimal. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB']
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${Math.round(value * 10) / 10} ${units[unit]}`
}

/** `0.9 s`. */
export function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
