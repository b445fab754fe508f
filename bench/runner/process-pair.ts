/** A process of a bench, asked over its channel for one thing at a time, and kept to one core where the system can do that. */

import { fork, spawnSync, type ChildProcess } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Answer, Question } from './side.ts'

const EXTENSION = extname(import.meta.url)
const SIDE = fileURLToPath(new URL(`./side${EXTENSION}`, import.meta.url))
/** Nothing that a side is asked for takes as long. */
const ANSWER_MAX_MS = 120_000
const END_MAX_MS = 5000

export class Side {
  readonly #child: ChildProcess
  readonly #name: string
  #fail: ((error: Error) => void) | undefined
  #take: ((answer: Answer) => void) | undefined
  #stopped = false

  /** @param core that the process is kept to; undefined for none. */
  constructor(name: string, core: number | undefined, execArgv: readonly string[] = []) {
    this.#name = name
    const args = [...process.execArgv, ...execArgv]
    this.#child = fork(SIDE, [], { execArgv: args, serialization: 'advanced' })
    if (core !== undefined) pin(this.#child.pid!, core)
    this.#child.on('message', (answer) => {
      this.#take?.(answer as Answer)
    })
    this.#child.on('exit', (code, signal) => {
      if (!this.#stopped) this.#fail?.(new Error(`${this.#name} ended by itself (${signal ?? `code ${code ?? '?'}`})`))
    })
  }

  /** Resolves to what the side answers; rejects with what it threw. */
  ask<Value>(question: Question): Promise<Value> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#fail?.(new Error(`${this.#name} gave no answer to "${question.ask}" within ${ANSWER_MAX_MS / 1000} s`))
      }, ANSWER_MAX_MS)
      this.#fail = (error) => {
        clearTimeout(timer)
        reject(error)
      }
      this.#take = (answer) => {
        clearTimeout(timer)
        if ('error' in answer) reject(new Error(`${this.#name}: ${answer.error}`))
        else resolve(answer.value as Value)
      }
      this.#child.send(question)
    })
  }

  /** Ends the process as it would end by itself, so that it can write its profile. */
  stop(): Promise<void> {
    this.#stopped = true
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MAX_MS)
      this.#child.once('exit', () => {
        clearTimeout(timer)
        resolve()
      })
      this.#child.disconnect()
    })
  }
}

/** True where processes can be kept to a core. */
export const canPin: boolean = spawnSync('taskset', ['-p', String(process.pid)]).status === 0

/** All threads of the process, those that it will start included. */
function pin(pid: number, core: number): void {
  if (canPin) spawnSync('taskset', ['-a', '-c', '-p', String(core), String(pid)])
}
