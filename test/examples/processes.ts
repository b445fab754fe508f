/** Examples as a user runs them: processes of their own, and what they print. */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

export class Program {
  readonly child: ChildProcess
  readonly exit: Promise<number | null>
  output = ''

  /** Starts `examples/FILE` with the arguments; it is killed when the test is over. `env` comes on top of what is there. */
  constructor(
    file: string,
    args: readonly string[],
    stdin: 'ignore' | 'pipe' = 'ignore',
    env: Readonly<Record<string, string>> = {},
  ) {
    const tsx = ['--import', import.meta.resolve('tsx')]
    this.child = spawn(process.execPath, [...tsx, `examples/${file}`, ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: [stdin, 'pipe', 'pipe'],
    })
    this.exit = once(this.child, 'exit').then(([code]) => code as number | null)
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString()
      })
    }
    onTestFinished(() => {
      this.child.kill('SIGKILL')
    })
  }

  /** Waits until the output from `from` on matches; the error shows what was printed instead. */
  async prints(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output.slice(from))
      if (match !== null) return match
      const more = await Promise.race([
        once(this.child.stdout as NodeJS.ReadableStream, 'data'),
        this.exit.then(() => undefined),
      ])
      if (more === undefined && pattern.exec(this.output.slice(from)) === null) {
        throw new Error(`${String(pattern)} was never printed; this was:\n${this.output}`)
      }
    }
  }
}

/** The processes whose command line holds the text. */
export async function runningWith(text: string): Promise<string[]> {
  const { readdir, readFile } = await import('node:fs/promises')
  const found: string[] = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const line = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')
    if (line.includes(text)) found.push(`${entry} ${line.replaceAll('\0', ' ')}`)
  }
  return found
}
