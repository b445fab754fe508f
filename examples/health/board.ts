/** Who is there, as a live table on a terminal and as plain lines elsewhere. */

import type { Status } from './health.gen.ts'

type Presence = 'here' | 'silent' | 'lost' | 'gone'

interface Row {
  status: Status
  reports: number
  lastReport: number
  presence: Presence
}

/** A worker that is connected but has said nothing for so long, in ms. */
const SILENT_AFTER_MS = 2500
const REFRESH_MS = 250

export class Board {
  readonly #rows = new Map<string, Row>()
  readonly #live = process.stdout.isTTY
  readonly #colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
  #title = ''
  #timer: NodeJS.Timeout | undefined

  start(title: string): void {
    this.#title = title
    console.log(title)
    if (this.#live) {
      process.stdout.write(`\u001b[2J\u001b[${process.stdout.rows};1H`)
      // The whole screen scrolls again, and what comes next is printed at its end.
      process.once('exit', () => process.stdout.write('\u001b7\u001b[r\u001b8'))
    }
    this.#timer = setInterval(() => this.#refresh(), REFRESH_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    if (this.#live) this.#draw()
  }

  report(status: Status): void {
    const row = this.#rows.get(status.service)
    if (row !== undefined && row.presence !== 'here') console.log(`${status.service} is back`)
    const reports = (row?.reports ?? 0) + 1
    this.#rows.set(status.service, { status, reports, lastReport: performance.now(), presence: 'here' })
    if (!this.#live) console.log(describe(status))
  }

  leave(service: string, presence: 'lost' | 'gone'): void {
    const row = this.#rows.get(service)
    if (row === undefined) return
    row.presence = presence
    console.log(`${service} is ${presence}`)
  }

  #refresh(): void {
    for (const [name, row] of this.#rows) {
      if (row.presence !== 'here' || performance.now() - row.lastReport < SILENT_AFTER_MS) continue
      row.presence = 'silent'
      console.log(`${name} is silent`)
    }
    if (this.#live) this.#draw()
  }

  /** The table stands still at the top; whatever any process of the fleet prints scrolls by below. */
  #draw(): void {
    const lines = [this.#title, '', '  worker        state      load   memory   loop delay  reports  last']
    for (const name of [...this.#rows.keys()].sort()) lines.push(this.#row(name, this.#rows.get(name)!))
    lines.push('')
    const table = lines.map((line) => `\u001b[2K${line}\r\n`).join('')
    const below = `\u001b[${lines.length + 1};${process.stdout.rows}r`
    process.stdout.write(`\u001b7\u001b[H${table}${below}\u001b8`)
  }

  #row(name: string, { status, reports, lastReport, presence }: Row): string {
    const ageMs = performance.now() - lastReport
    const state = presence === 'here' ? status.status : presence
    const cells = [
      name.slice(0, 12).padEnd(12),
      this.#paint(state.padEnd(9), state),
      `${(status.load * 100).toFixed(0)} %`.padStart(5),
      `${(status.rssBytes / 2 ** 20).toFixed(0)} MiB`.padStart(8),
      `${status.loopDelayMs.toFixed(1)} ms`.padStart(10),
      String(reports).padStart(7),
      `${(ageMs / 1000).toFixed(1)} s ago`.padStart(10),
    ]
    return `  ${cells.join('  ')}`
  }

  #paint(text: string, state: string): string {
    if (!this.#colour) return text
    const colour = state === 'available' ? 32 : state === 'busy' ? 33 : 31
    return `\u001b[${colour}m${text}\u001b[0m`
  }
}

function describe({ service, status, load, rssBytes, loopDelayMs }: Status): string {
  const memory = `${(rssBytes / 2 ** 20).toFixed(0)} MiB`
  return `${service} ${status}, load ${(load * 100).toFixed(0)} %, memory ${memory}, loop delay ${loopDelayMs.toFixed(1)} ms`
}
