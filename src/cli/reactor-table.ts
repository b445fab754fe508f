/** A reactor as a page of text: its services, and the sessions on their links. */

import type { ServiceRow, SessionRow, Snapshot } from '../services/control/control.gen.ts'

interface Column<Row> {
  readonly title: string
  readonly right?: boolean
  readonly cell: (row: Row) => string
}

const SERVICES: readonly Column<ServiceRow>[] = [
  { title: 'SERVICE', cell: ({ name }) => name },
  { title: 'STATE', cell: ({ state, zombie }) => (zombie ? `${state}, zombie` : state) },
  { title: 'READY', cell: ({ ready }) => (ready ? 'yes' : 'no') },
  { title: 'CYCLE', right: true, cell: ({ cycle }) => String(cycle) },
  {
    title: 'FAILED',
    right: true,
    cell: ({ failed, failures }) => (failures === 0 ? `${failed}` : `${failed} (${failures})`),
  },
  { title: 'NEXT', right: true, cell: ({ nextRestartInMs }) => duration(nextRestartInMs) },
  { title: 'RUNS FOR', right: true, cell: ({ uptimeMs }) => duration(uptimeMs) },
  { title: 'WHERE', cell: ({ isolate, incarnation }) => (incarnation > 1 ? `${isolate} ${incarnation}` : isolate) },
  { title: 'LAST', cell: ({ lastOutcome = '-' }) => lastOutcome },
]

const SESSIONS: readonly Column<SessionRow>[] = [
  { title: 'SESSION', cell: ({ link, session }) => `${link}/${session}` },
  { title: 'SERVICE', cell: ({ service }) => service },
  { title: 'WITH', cell: ({ remote = '-' }) => remote },
  { title: 'PROTOCOL', cell: ({ protocol, role }) => `${protocol} as ${role}` },
  { title: 'AFTER', cell: ({ after = 'the start' }) => after },
  { title: 'WAITS FOR', cell: waitsFor },
]

/** @param color whether states are painted. */
export function reactorPage(snapshot: Snapshot, color: boolean): string[] {
  const { reactor, pid, uptimeMs, services, links, sessions, sessionsLeftOut } = snapshot
  const lines = [`${clean(reactor)}, process ${pid}, up ${duration(uptimeMs)}`, '']
  lines.push(...table(SERVICES, services, ({ state }) => (color ? stateColor(state) : undefined)))
  lines.push('', `${count(sessions.length + sessionsLeftOut, 'session')} on ${count(links, 'link')}`)
  if (sessions.length > 0) lines.push('', ...table(SESSIONS, sessions, () => undefined))
  if (sessionsLeftOut > 0) lines.push(`and ${sessionsLeftOut} more`)
  return lines
}

/** Who waits for whom, in words of this side. */
function waitsFor({ role, waitsFor: turn }: SessionRow): string {
  if (turn === undefined) return '-'
  return turn === role ? `the ${role}, here` : `the ${turn}, there`
}

function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  color: (row: Row) => number | undefined,
): string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => clean(cell(row))))
  const widths = columns.map(({ title }, index) => Math.max(title.length, ...cells.map((row) => row[index]!.length)))
  const line = (texts: readonly string[]): string =>
    columns
      .map(({ right }, index) =>
        right === true ? texts[index]!.padStart(widths[index]!) : texts[index]!.padEnd(widths[index]!),
      )
      .join('  ')
      .trimEnd()
  return [
    line(columns.map(({ title }) => title)),
    ...cells.map((texts, index) => paint(line(texts), color(rows[index]!))),
  ]
}

/** Nothing that another process says may move the cursor. */
function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '?')
}

function paint(text: string, color: number | undefined): string {
  return color === undefined ? text : `\u001b[${color}m${text}\u001b[0m`
}

function stateColor(state: string): number | undefined {
  if (state === 'aborted' || state === 'unstopped') return 31
  return state === 'backoff' || state === 'paused' || state === 'aborting' ? 33 : undefined
}

/** `850 ms`, `4.2 s`, `3:07`, `2:03:07`; `-` for none. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return '-'
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = Math.floor(ms / 1000)
  if (seconds < 60) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`
  const two = (value: number): string => String(value).padStart(2, '0')
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return hours === 0 ? `${minutes}:${two(rest)}` : `${hours}:${two(minutes)}:${two(rest)}`
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
