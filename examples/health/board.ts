/** Who is there, as a live table on a terminal and as plain lines elsewhere. */

import type { Status } from './health.gen.ts'

interface Row {
  status: Status
  reports: number
  lastReport: number
  lost: boolean
}

/** A worker that is connected but has said nothing for so long, in ms. */
const SILENT_AFTER_MS = 2500
const REFRESH_MS = 250

export class Board {
  readonly #rows = new Map<string, Row>()
  readonly #live = process.stdout.isTTY
  readonly #colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
  #title = ''
  #drawnLines = 0
  /** From then on workers leave because they are told to. */
  #stopped = false
  #timer: NodeJS.Timeout | undefined

  start(title: string): void {
    this.#title = title
    if (this.#live) this.#timer = setInterval(() => this.#draw(), REFRESH_MS)
    else console.log(title)
  }

  stop(): void {
    clearInterval(this.#timer)
    if (this.#live) this.#draw()
    this.#stopped = true
  }

  report(status: Status): void {
    const row = this.#rows.get(status.service)
    if (row?.lost === true) this.#say(`${status.service} is back`)
    this.#rows.set(status.service, {
      status,
      reports: (row?.reports ?? 0) + 1,
      lastReport: performance.now(),
      lost: false,
    })
    this.#say(describe(status))
  }

  lose(service: string): void {
    const row = this.#rows.get(service)
    if (row === undefined || this.#stopped) return
    row.lost = true
    this.#say(`${service} is lost`)
    if (this.#live) this.#draw()
  }

  hasReported(service: string): boolean {
    return this.#rows.has(service)
  }

  #say(line: string): void {
    if (!this.#live) console.log(line)
  }

  #draw(): void {
    const lines = [this.#title, '', '  worker        state      load   memory   loop delay  reports  last']
    for (const name of [...this.#rows.keys()].sort()) lines.push(this.#row(name, this.#rows.get(name)!))
    const up = this.#drawnLines === 0 ? '' : `\u001b[${this.#drawnLines}A`
    process.stdout.write(`${up}${lines.map((line) => `\u001b[2K${line}\n`).join('')}`)
    this.#drawnLines = lines.length
  }

  #row(name: string, { status, reports, lastReport, lost }: Row): string {
    const ageMs = performance.now() - lastReport
    const state = lost ? 'lost' : ageMs > SILENT_AFTER_MS ? 'silent' : status.status
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
