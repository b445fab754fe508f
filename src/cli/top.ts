/** `coxswain top`: a running reactor, again and again, on the whole terminal. */

import { systemClock, type Timer } from '../base/clock.ts'
import { createDeferred } from '../base/deferred.ts'
import { SteerError } from '../base/errors.ts'
import { lookAt, type ReactorLooker } from '../services/control/look.ts'
import type { Command, CommandCall, ExitCode } from './command.ts'
import { onEnd } from './end-signal.ts'
import { socketPath } from './ps.ts'
import { reactorPage } from './reactor-table.ts'
import { Screen, type ScreenStreams } from './screen.ts'

const EVERY_MS = 500

export const topCommand: Command = {
  help: `coxswain top: shows a running reactor, and goes on showing it

Usage: coxswain top SOCKET

Shows what coxswain ps shows, twice a second, until q or Ctrl-C, which leave the terminal as it was. A reactor that
goes away is waited for.

  --help  prints this

Exit code: 0 when it was left, 2 for a wrong call or without a terminal.`,
  options: {},
  run: (call) => runTop(call, process),
}

async function runTop(call: CommandCall, streams: ScreenStreams): Promise<ExitCode> {
  const path = socketPath(call, 'top')
  if (path === undefined) return 2
  if (!streams.stdout.isTTY || !streams.stdin.isTTY) {
    call.terminal.err('coxswain top: it needs a terminal; coxswain ps prints once')
    return 2
  }
  const left = createDeferred<undefined>()
  const screen = new Screen(streams, () => left.resolve(undefined))
  const forget = onEnd(call.signal, () => left.resolve(undefined))
  const view = new TopView(path, screen, call.terminal.outColor === true)
  try {
    view.start()
    await left.promise
    return 0
  } finally {
    forget()
    screen.close()
    await view.close()
  }
}

class TopView {
  readonly #path: string
  readonly #screen: Screen
  readonly #color: boolean
  #looker: ReactorLooker | undefined
  #timer: Timer | undefined
  #closed = false

  constructor(path: string, screen: Screen, color: boolean) {
    this.#path = path
    this.#screen = screen
    this.#color = color
  }

  start(): void {
    void this.#turn()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.cancel()
    await this.#looker?.close()
  }

  async #turn(): Promise<void> {
    const lines = await this.#look()
    if (this.#closed) return
    this.#screen.draw([...lines, '', 'q leaves'])
    this.#timer = systemClock.after(EVERY_MS, () => this.start())
  }

  async #look(): Promise<string[]> {
    try {
      this.#looker ??= await lookAt(this.#path)
      return reactorPage(await this.#looker.look(), this.#color)
    } catch (error) {
      const looker = this.#looker
      this.#looker = undefined
      await looker?.close()
      return [`nobody answers on ${this.#path}: ${SteerError.from(error).rawMessage}`]
    }
  }
}
