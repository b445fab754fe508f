/** `coxswain gen --watch` in this process: its lines as they come, and an end. */

import { run } from '../../src/cli/run.ts'

export interface Watching {
  /** The next line of a round, as it was printed. */
  round(): Promise<string>
  /** Everything that was complained about so far; empty again from now on. */
  takeComplaints(): string
  /** Ends it, and gives its exit code. */
  end(): Promise<number>
}

export function watch(folder: string, ...args: string[]): Watching {
  const lines: string[] = []
  const complaints: string[] = []
  const waiting: ((line: string) => void)[] = []
  const terminal = {
    out: (text: string): void => {
      const line = text.split('\n').at(-1) ?? ''
      if (!line.startsWith('watching') && !line.startsWith('{')) return
      const next = waiting.shift()
      if (next === undefined) lines.push(line)
      else next(line)
    },
    err: (text: string) => void complaints.push(text),
    color: false,
  }
  const controller = new AbortController()
  const running = run(['gen', '--watch', ...args], terminal, folder, controller.signal)
  return {
    round: () => {
      const line = lines.shift()
      if (line !== undefined) return Promise.resolve(line)
      const ended = running.then((code): never => {
        throw new Error(`ended with ${code}:\n${complaints.join('\n')}`)
      })
      return Promise.race([new Promise<string>((resolve) => waiting.push(resolve)), ended])
    },
    takeComplaints: () => complaints.splice(0).join('\n'),
    end: () => {
      controller.abort()
      return running
    },
  }
}

/** A line without its time, which is another each time. */
export function withoutTime(line: string): string {
  return line.replace(/ \(\d+ ms\)$/, '')
}
