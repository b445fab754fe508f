/**
 * A conversation on which the two sides of a pair part, as data and as text. Found by `codegen/check`, carried by a diagnostic,
 * drawn by `codegen/draw`: so its form stands here, below all three.
 */

import type { Role, SourceSpan } from '../../src/ir/source.ts'

/**
 * What went wrong; the names are stable.
 *
 * - `unspecified-reception`: the last message of the trace is not expected, or not in this form;
 * - `orphan-message`: one side has ended, and what the other sends stays unread;
 * - `both-send`: both sides may send;
 * - `both-wait`: both sides wait, or the one whose turn it is has nothing to send;
 * - `left-waiting`: one side has ended, and the other waits for it;
 * - `no-end`: from here no end can be reached, and no loop is declared to have none;
 * - `missing-state`: the trace leads to a state that does not exist.
 */
export type CounterexampleKind =
  | 'unspecified-reception'
  | 'orphan-message'
  | 'both-send'
  | 'both-wait'
  | 'left-waiting'
  | 'no-end'
  | 'missing-state'

/** The shortest way to the first thing that is wrong with a pair. */
export interface Counterexample {
  readonly kind: CounterexampleKind
  /** The same in words, lower case, no full stop. */
  readonly problem: string
  readonly trace: readonly TraceStep[]
  /** Where each side stands when it goes wrong: for an unspecified reception, before the last message. */
  readonly standing: Readonly<Record<Role, Standing>>
}

/** One message of the conversation. Automatic ones begin with a colon. */
export interface TraceStep {
  readonly from: Role
  readonly label: string
  /** The whole of a stream, from the message that opens it to its end. */
  readonly stream?: true
  readonly sealed?: true
  /** Where the sender's side declares it. */
  readonly source?: SourceSpan
}

/** What a side may do at a place. */
export interface Standing {
  readonly does: 'send' | 'receive' | 'end' | 'nothing'
  readonly labels: readonly string[]
  readonly source?: SourceSpan
}

const LABELS_SHOWN = 8

/** `sends "ask" or "bye"`: what a side does where it stands. */
export function describeStanding({ does, labels }: Standing): string {
  if (does === 'end') return 'has ended'
  if (does === 'nothing') return 'stands nowhere'
  if (labels.length === 0) return does === 'send' ? 'is to send, and has nothing to' : 'waits, and expects nothing'
  const shown = labels.slice(0, LABELS_SHOWN).map((label) => `"${label}"`)
  const more = labels.length > LABELS_SHOWN ? ` and ${labels.length - LABELS_SHOWN} more` : ''
  return `${does === 'send' ? 'may send' : 'expects'} ${more === '' ? listOf(shown) : shown.join(', ')}${more}`
}

function listOf(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1) ?? ''}`
}

/** `file:line:column`; empty where the place is not known. */
export function placeText(source: SourceSpan | undefined): string {
  return source === undefined ? '' : `${source.file}:${source.line}:${source.column}`
}

/** The label of a step with what tells its form. */
export function stepText({ label, stream, sealed }: TraceStep): string {
  return `${label}${stream === true ? ' (stream)' : ''}${sealed === true ? ' (sealed)' : ''}`
}

/** Longest trace that is shown whole; of a longer one the end is. */
export const TRACE_SHOWN = 60

/**
 * A sequence diagram in text: a line for each message with the place that declares it, a cross where a message is not taken, and
 * below it where each side stands.
 */
export function formatCounterexample({ kind, trace, standing }: Counterexample): string {
  const shown = trace.slice(-TRACE_SHOWN)
  const width = Math.max(12, ...shown.map((step) => stepText(step).length + 5))
  const lines = [`  master${' '.repeat(width - 4)}peer`]
  if (trace.length > shown.length) lines.push(`    ┊${centred(`${trace.length - shown.length} before`, width, ' ')}┊`)
  shown.forEach((step, index) => {
    const isRefused = kind === 'unspecified-reception' && index === shown.length - 1
    lines.push(`    ${arrow(step, width, isRefused)}  ${placeText(step.source)}`.trimEnd())
  })
  for (const role of ['master', 'peer'] as const) {
    const place = placeText(standing[role].source)
    lines.push(`  the ${role} ${describeStanding(standing[role])}${place === '' ? '' : `  ${place}`}`)
  }
  return lines.join('\n')
}

function arrow(step: TraceStep, width: number, isRefused: boolean): string {
  const line = centred(` ${stepText(step)} `, width - 1, '─')
  if (step.from === 'master') return `│${line}${isRefused ? '✗' : '▶'}│`
  return `│${isRefused ? '✗' : '◀'}${line}│`
}

function centred(text: string, width: number, fill: string): string {
  const free = Math.max(0, width - text.length)
  return `${fill.repeat(Math.floor(free / 2))}${text}${fill.repeat(Math.ceil(free / 2))}`
}
