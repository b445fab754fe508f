/**
 * The body of an encoder while it is written. It gathers constant bytes into runs, and knows how much of the slack that
 * every primitive leaves behind itself they have used up.
 */

import { putCalls } from './constant-run.ts'
import { comment, type KernelNames } from './source-parts.ts'

// What the kernel promises behind each primitive (`SLACK_BYTES`), less the widest word that a run may write past its end.
const SLACK_BYTES = 64 - 16

export class Body {
  readonly lines: string[] = []
  private readonly kernel: KernelNames
  private indent = '  '
  private slackBytes = 0
  private run: number[] = []
  private notes: string[] = []

  constructor(kernel: KernelNames) {
    this.kernel = kernel
  }

  /** Bytes that are always the same here. `note` says what they are. */
  constant(bytes: Uint8Array, note?: string): void {
    this.run.push(...bytes)
    if (note !== undefined) this.notes.push(note)
  }

  /** A call that leaves the full slack behind itself. */
  primitive(line: string): void {
    this.line(line)
    this.slackBytes = SLACK_BYTES
  }

  /** Any other statement. */
  line(text: string): void {
    this.flush()
    this.lines.push(this.indent + text)
    this.slackBytes = 0
  }

  /** A statement that writes nothing. */
  quiet(text: string): void {
    this.flush()
    this.lines.push(this.indent + text)
  }

  /** `head {`, what `write` adds, `}`. Behind it nothing is known of the slack. */
  block(head: string, write: () => void): void {
    this.quiet(head === '' ? '{' : `${head} {`)
    this.nested(write)
    this.lines.push(`${this.indent}}`)
  }

  /** The same without braces of its own, one step further in. */
  nested(write: () => void): void {
    this.flush()
    const { indent } = this
    this.indent = `${indent}  `
    this.slackBytes = 0
    write()
    this.flush()
    this.indent = indent
    this.slackBytes = 0
  }

  /** Writes out the pending run. */
  flush(): void {
    if (this.run.length === 0) return
    const bytes = Uint8Array.from(this.run)
    const note = this.notes.length === 0 ? '' : ` ${comment(this.notes.join(' '))}`
    this.run = []
    this.notes = []
    if (bytes.length > this.slackBytes) {
      // `ensure` leaves the slack behind the bytes that it is asked for.
      this.lines.push(`${this.indent}output.ensure(${bytes.length})`)
      this.slackBytes = SLACK_BYTES + bytes.length
    }
    this.slackBytes -= bytes.length
    const calls = putCalls(bytes, this.kernel)
    calls.forEach((call, index) => this.lines.push(this.indent + call + (index === calls.length - 1 ? note : '')))
  }
}
