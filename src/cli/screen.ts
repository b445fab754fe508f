/** A terminal that is drawn on as a whole, and given back as it was. */

/** The part of `process` that a screen needs. */
export interface ScreenStreams {
  readonly stdin: Pick<NodeJS.ReadStream, 'isTTY' | 'isRaw' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>
  readonly stdout: Pick<NodeJS.WriteStream, 'isTTY' | 'rows' | 'columns' | 'write' | 'on' | 'off'>
}

/** The other screen of the terminal, so that what was there comes back; and no cursor. */
const ENTER = '\u001b[?1049h\u001b[?25l'
const LEAVE = '\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const CLEAR_LINE = '\u001b[K'
const CLEAR_BELOW = '\u001b[J'
/** q, Q, Ctrl-C and Ctrl-D: in raw mode the terminal makes no signals of them. */
const LEAVING: readonly string[] = ['q', 'Q', '\u0003', '\u0004']

export class Screen {
  readonly #streams: ScreenStreams
  readonly #wasRaw: boolean
  readonly #onKeys: (keys: Buffer | string) => void
  readonly #onResize = (): void => this.#redraw()
  #lines: readonly string[] = []
  #closed = false

  /** @param onLeave called when somebody wants to leave. */
  constructor(streams: ScreenStreams, onLeave: () => void) {
    this.#streams = streams
    const { stdin, stdout } = streams
    this.#wasRaw = stdin.isRaw
    this.#onKeys = (keys) => {
      if (LEAVING.some((key) => String(keys).includes(key))) onLeave()
    }
    stdout.write(ENTER)
    stdin.setRawMode(true)
    stdin.on('data', this.#onKeys)
    stdin.resume()
    stdout.on('resize', this.#onResize)
  }

  draw(lines: readonly string[]): void {
    if (this.#closed) return
    this.#lines = lines
    this.#redraw()
  }

  /** Gives the terminal back. Idempotent. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    const { stdin, stdout } = this.#streams
    stdout.off('resize', this.#onResize)
    stdin.off('data', this.#onKeys)
    stdin.setRawMode(this.#wasRaw)
    stdin.pause()
    stdout.write(LEAVE)
  }

  #redraw(): void {
    const { stdout } = this.#streams
    // Some terminals say that they have no size.
    const rows = stdout.rows > 0 ? stdout.rows : 24
    const columns = stdout.columns > 0 ? stdout.columns : 80
    const page = this.#lines.slice(0, rows).map((line) => `${cut(line, columns)}${CLEAR_LINE}`)
    stdout.write(`${HOME}${page.join('\r\n')}${CLEAR_BELOW}`)
  }
}

/** A line that is longer than the terminal is wide would push the rest down. Colours take no room. */
function cut(line: string, columns: number): string {
  // oxlint-disable-next-line no-control-regex -- an escape is a control character
  const parts = line.split(/(\u001b\[\d+m)/)
  let room = columns
  return parts
    .map((part, index) => {
      if (index % 2 === 1) return part
      const text = part.slice(0, room)
      room -= text.length
      return text
    })
    .join('')
}
