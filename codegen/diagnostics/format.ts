/** A diagnostic as text in the manner of `tsc --pretty`, and as JSON. Pure: the source line is asked for, colour is said. */

import type { SourceSpan } from '../../src/ir/source.ts'
import type { Counterexample } from './counterexample.ts'
import type { Diagnostic } from './diagnostic.ts'

export interface FormatOptions {
  /** ANSI colours, for terminals. */
  readonly color: boolean
  /** The line of a file, counted from 1, without its line break; undefined where there is none. */
  readonly readLine: (file: string, line: number) => string | undefined
}

/** What `--json` prints for one diagnostic. The members are those of `Diagnostic`, in one fixed order. */
export interface DiagnosticJson {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly file: string
  readonly line: number
  readonly column: number
  readonly length: number
  readonly message: string
  readonly hint?: string
  readonly related?: readonly {
    readonly file: string
    readonly line: number
    readonly column: number
    readonly length: number
    readonly message: string
  }[]
  readonly counterexample?: Counterexample
}

// A line of a minified file would fill the terminal: of longer lines the neighbourhood of the column is shown.
const FRAME_MAX_COLUMNS = 160
const COLUMNS_BEFORE = 40

const RED = '\u001b[91m'
const YELLOW = '\u001b[93m'
const CYAN = '\u001b[96m'
const GREY = '\u001b[90m'
const INVERSE = '\u001b[7m'
const RESET = '\u001b[0m'

/** The place, the code and the message; the line with tildes under the span; the hint; the related places with theirs. */
export function formatDiagnostic(diagnostic: Diagnostic, options: FormatOptions): string {
  const { severity, code, source, hint, related = [] } = diagnostic
  const color = severity === 'error' ? RED : YELLOW
  const paint = (text: string, ansi: string): string => (options.color ? `${ansi}${text}${RESET}` : text)
  const head = `${formatPlace(source, paint)} - ${paint(severity, color)} ${paint(`${code}:`, GREY)} ${printable(diagnostic.message, true)}`
  const blocks = [head, ...formatFrame(source, options, paint, color, '')]
  if (hint !== undefined) blocks.push(`  ${paint('hint:', CYAN)} ${printable(hint, true)}`)
  for (const place of related) {
    blocks.push(`  ${formatPlace(place.source, paint)} ${printable(place.message, true)}`)
    blocks.push(...formatFrame(place.source, options, paint, CYAN, '    '))
  }
  return `${blocks.join('\n\n')}\n`
}

/** A diagnostic as plain data, for `--json`. */
export function diagnosticToJson(diagnostic: Diagnostic): DiagnosticJson {
  const { code, severity, source, message, hint, related, counterexample } = diagnostic
  return {
    code,
    severity,
    file: source.file,
    line: source.line,
    column: source.column,
    length: source.length,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(related === undefined
      ? {}
      : { related: related.map((place) => ({ ...place.source, message: place.message })) }),
    ...(counterexample === undefined ? {} : { counterexample }),
  }
}

type Paint = (text: string, ansi: string) => string

function formatPlace(source: SourceSpan, paint: Paint): string {
  const line = paint(String(source.line), YELLOW)
  const column = paint(String(source.column), YELLOW)
  return `${paint(printable(source.file, false), CYAN)}:${line}:${column}`
}

/** One block with the line and its tildes, or none where the line cannot be read. */
function formatFrame(source: SourceSpan, options: FormatOptions, paint: Paint, ansi: string, indent: string): string[] {
  const text = options.readLine(source.file, source.line)
  if (text === undefined) return []
  const { shown, before } = cutLine(text, source.column - 1)
  const gutter = String(source.line)
  const length = Math.max(1, Math.min(source.length, shown.length - before))
  const marks = ' '.repeat(before) + paint('~'.repeat(length), ansi)
  return [
    `${indent}${paint(gutter, INVERSE)} ${printable(shown, false)}\n${indent}${paint(' '.repeat(gutter.length), INVERSE)} ${marks}`,
  ]
}

function cutLine(text: string, offset: number): { shown: string; before: number } {
  const start = text.length > FRAME_MAX_COLUMNS ? Math.max(0, offset - COLUMNS_BEFORE) : 0
  return { shown: text.slice(start, start + FRAME_MAX_COLUMNS).trimEnd(), before: offset - start }
}

/**
 * Source text and names go to a terminal: what a terminal would obey is shown as a mark of the same width, a tab as a space.
 * Messages may have several lines.
 */
function printable(text: string, manyLines: boolean): string {
  const flat = text.replaceAll('\t', ' ')
  // Control characters in a pattern are suspicious elsewhere; here they are the point.
  // oxlint-disable-next-line no-control-regex
  return flat.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (character) =>
    manyLines && character === '\n' ? character : '\ufffd',
  )
}
