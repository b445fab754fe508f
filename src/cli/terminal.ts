/** Where a command prints. */

export interface Terminal {
  /** Results. */
  out(text: string): void
  /** Complaints. */
  err(text: string): void
  /** Whether complaints are coloured. */
  readonly color: boolean
  /** Whether results are. Default: not. */
  readonly outColor?: boolean
}

/** The part of `process` that printing needs. */
export interface Streams {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean | undefined }
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean | undefined }
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Colours only on a terminal that knows them, and never against NO_COLOR (https://no-color.org). */
export function createTerminal({ stdout, stderr, env }: Streams): Terminal {
  const isUnwanted = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb'
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    color: stderr.isTTY === true && !isUnwanted,
    outColor: stdout.isTTY === true && !isUnwanted,
  }
}
