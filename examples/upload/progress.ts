/** A bar on a terminal; nothing elsewhere. */

const WIDTH = 30
/** A terminal that is written to more often only flickers, in ms. */
const REFRESH_MS = 50

export class Progress {
  readonly #total: number
  readonly #start = performance.now()
  #drawn = -Infinity

  constructor(total: number) {
    this.#total = total
  }

  show(bytes: number): void {
    const now = performance.now()
    if (!process.stderr.isTTY || (now - this.#drawn < REFRESH_MS && bytes < this.#total)) return
    this.#drawn = now
    const share = this.#total === 0 ? 1 : bytes / this.#total
    const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░')
    const rate = bytes / 1e6 / Math.max((now - this.#start) / 1000, 0.001)
    process.stderr.write(`\r${bar} ${Math.round(share * 100)} %, ${rate.toFixed(0)} MB/s `)
  }

  /** Ends the line of the bar. */
  done(): void {
    if (process.stderr.isTTY && this.#drawn !== -Infinity) process.stderr.write('\n')
  }
}
