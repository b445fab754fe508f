/** One conversation, laid down before it takes place: who says what, and what each side will have seen. */

import { isDeepStrictEqual } from 'node:util'
import type { Random } from '../../src/base/random.ts'
import type { ProtocolModel } from '../../src/ir/model.ts'
import type { Role } from '../../src/ir/source.ts'
import { interpret, type MessageEvent, type TraceEvent } from './interpreter.ts'
import { payloadKindOf } from './payload-palette.ts'
import { drawStream, type StreamScript } from './stream-script.ts'

/** What one side notes: a message that it was about to send, one that arrived, a hook. */
export interface LogEntry {
  readonly what: 'send' | 'receive' | 'hook'
  readonly name: string
  readonly value?: unknown
}

export interface Saying extends MessageEvent {
  /** Undefined for a stream. */
  readonly value: unknown
  readonly streamScript: StreamScript | undefined
}

export type ScriptEvent = Exclude<TraceEvent, MessageEvent> | Saying

export interface Script {
  readonly events: readonly ScriptEvent[]
  readonly messages: readonly Saying[]
  /** False: whoever has the next turn cancels. */
  readonly ended: boolean
  /** Undefined where it does not end. */
  readonly outcome: string | undefined
}

/** Draws a conversation that the declaration allows. */
export function drawScript(model: ProtocolModel, random: Random, messagesMax: number): Script {
  const trace = interpret(model.declaration, (_, labels) => random.integer(0, labels.length - 1), messagesMax)
  const events = trace.events.map((event): ScriptEvent => {
    if (event.kind !== 'message') return event
    const { payload, stream } = event
    const drawPayload = (): unknown => (payload === undefined ? undefined : payloadKindOf(payload).draw(random))
    if (stream === undefined) return { ...event, value: drawPayload(), streamScript: undefined }
    return { ...event, value: undefined, streamScript: drawStream(stream.window, drawPayload, random) }
  })
  const messages = events.filter((event): event is Saying => event.kind === 'message')
  return {
    events,
    messages,
    ended: trace.ended,
    outcome: trace.ended ? outcomeOf(model, messages) : undefined,
  }
}

/** The rule of names for outcomes, from the documentation: the label, the side and the label, the path. */
function outcomeOf(model: ProtocolModel, messages: readonly Saying[]): string {
  const last = messages.at(-1)
  if (last === undefined) throw new Error('a conversation has a message')
  const path = ['start', ...last.branches, last.label].join('.')
  const names = [...model.outcomes.names].filter(([move]) => move.path.join('.') === path).map(([, name]) => name)
  const allowed = [last.label, `${last.from}.${last.label}`, path]
  const fitting = names.filter((name) => allowed.includes(name))
  // Two endings of one path differ in their sender, whom the name then tells.
  const exact = fitting.find((name) => name === `${last.from}.${last.label}`) ?? fitting[0]
  if (exact === undefined) throw new Error(`no outcome is called ${allowed.join(' or ')}`)
  return exact
}

/**
 * What a side notes of the whole conversation. It notes a message of its own when it decides on it, so before the hooks that
 * run between the decision and the sending. A state of the direct form at the end is seen after the hooks behind it have run.
 */
export function expectedLog(script: Script, role: Role, form: 'direct' | 'other'): LogEntry[] {
  const log: LogEntry[] = []
  let hooks: LogEntry[] = []
  for (const event of script.events) {
    if (event.kind === 'hook' && event.side === role) hooks.push({ what: 'hook', name: event.name })
    if (event.kind !== 'message') continue
    const isMine = event.from === role
    const entry: LogEntry = { what: isMine ? 'send' : 'receive', name: event.label, value: event.value }
    log.push(...(isMine ? [entry, ...hooks] : [...hooks, entry]))
    hooks = []
  }
  const last = log.at(-1)
  if (form === 'direct' && script.ended && last?.what === 'receive') return [...log.slice(0, -1), ...hooks, last]
  return [...log, ...hooks]
}

/** The first difference, as text; undefined where `log` begins as `expected` does, or is equal to it. */
export function differenceOf(
  log: readonly LogEntry[],
  expected: readonly LogEntry[],
  how: 'prefix' | 'equal',
): string | undefined {
  const index = log.findIndex((entry, at) => !isDeepStrictEqual(entry, normal(expected[at])))
  if (index >= 0) return `entry ${index}: expected ${show(expected[index])}, got ${show(log[index])}`
  if (how === 'prefix' || log.length === expected.length) return undefined
  return `only ${log.length} of ${expected.length} entries; next would be ${show(expected[log.length])}`
}

function normal(entry: LogEntry | undefined): LogEntry | undefined {
  return entry?.what === 'hook' ? { what: 'hook', name: entry.name } : entry
}

export function show(entry: LogEntry | undefined): string {
  if (entry === undefined) return 'nothing'
  const value = entry.value === undefined ? '' : ` ${JSON.stringify(entry.value, replacer).slice(0, 60)}`
  return `${entry.what} ${entry.name}${value}`
}

function replacer(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? `<${value.length} bytes>` : value
}
