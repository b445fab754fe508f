/** Runs a program of the tests in a process of its own. */

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { EXEC_ARGV } from './loader.ts'

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

export interface Program {
  /** Resolves with all output so far once it holds the text; rejects when the program ends without it. */
  saw(text: string): Promise<string>
  kill(signal: NodeJS.Signals): void
  readonly ended: Promise<Ended>
}

export function startProgram(name: string, ...args: readonly string[]): Program {
  const path = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, [...EXEC_ARGV, path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  const waiting = new Set<() => void>()
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk)
    for (const look of waiting) look()
  })
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  return {
    saw: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!stdout.includes(text)) return
          waiting.delete(look)
          resolve(stdout)
        }
        waiting.add(look)
        look()
        void ended.then(() => reject(new Error(`it ended without "${text}": ${stdout}${stderr}`)))
      }),
    kill: (signal) => void child.kill(signal),
    ended,
  }
}
