/** One conversation of a run: who opened it, what was to be said, and how it ended on either side. */

import type { End } from 'coxswain/testing'
import type { Role } from '../../src/ir/source.ts'
import type { Form, Player } from './player.ts'
import type { AnyResult } from './proved-protocol.ts'
import { show, type LogEntry, type Saying, type Script } from './script.ts'
import { createNotes, type StreamNotes } from './stream-script.ts'

export interface Conversation {
  readonly number: number
  /** Index of its protocol in the run. */
  readonly protocol: number
  readonly opener: End
  readonly openerRole: Role
  readonly form: Form
  readonly opensAtMs: number
  readonly script: Script
  /** What the two programs note of each stream of the script. */
  readonly streams: ReadonlyMap<Saying, StreamNotes>
  /** Aborts the signal that the opener was given. */
  readonly abort: AbortController
  /** Set when the links are open. */
  players?: { readonly opener: Player; readonly server: Player }
  /** Number of its session; set when it is opened. */
  session?: number
  openerEnd?: Ending
  serverEnd?: Ending
  /** How often `onSessionEnd` was called. */
  serverEnds: number
}

/** How one side's session ended. */
export type Ending = { readonly result: AnyResult } | { readonly error: unknown }

export function createStreams({ messages }: Script): ReadonlyMap<Saying, StreamNotes> {
  const streams = messages.filter(({ streamScript }) => streamScript !== undefined)
  return new Map(streams.map((saying) => [saying, createNotes()]))
}

export function describeConversation(conversation: Conversation): string {
  const { number, protocol, opener, openerRole, form, opensAtMs, script, players, openerEnd, serverEnd } = conversation
  return [
    `conversation ${number}: p${protocol}, opened by ${opener} as ${openerRole} in the form ${form} at ${opensAtMs} ms`,
    `  script: ${describeScript(script)}`,
    ...[...conversation.streams].map((stream) => `  ${describeStream(...stream)}`),
    `  opener: ${describeLog(players?.opener.log)} → ${describeEnding(openerEnd)}`,
    `  server: ${describeLog(players?.server.log)} → ${describeEnding(serverEnd)}`,
  ].join('\n')
}

function describeScript(script: Script): string {
  const events = script.events.map((event) => {
    if (event.kind === 'message') return `${event.from}.${event.label}`
    return event.kind === 'hook' ? `(${event.side} ${event.name})` : `[${event.from} ${event.signal}]`
  })
  return `${events.join(' ')} → ${script.outcome ?? 'cancel'}`
}

function describeStream({ from, label, streamScript }: Saying, { source, reader, mostHeld }: StreamNotes): string {
  const { items, takes, window, source: sourceForm, reader: readerForm } = streamScript!
  const planned = `${items.length} items from ${sourceForm}, ${takes ?? 'all'} to be taken by ${readerForm}, window ${window}`
  const given = `${source.given} given (${source.closings} closings) → ${source.outcome}`
  return `${from}.${label}: ${planned}; ${given}; ${reader.taken.length} taken, ${mostHeld} held → ${reader.outcome}`
}

function describeLog(log: readonly LogEntry[] | undefined): string {
  return log === undefined ? 'nothing' : log.map(show).join(', ')
}

export function describeEnding(ending: Ending | undefined): string {
  if (ending === undefined) return 'no end'
  return 'result' in ending ? ending.result.outcome : String(ending.error)
}
