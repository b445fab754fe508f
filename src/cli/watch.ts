/** `coxswain gen --watch`: a first run, and then another whenever something has changed that the last one depended on. */

import { join, sep } from 'node:path'

import { Generator, type GeneratorRun } from '../../codegen/generator.ts'
import { systemClock, type Timer } from '../base/clock.ts'
import type { CommandCall, ExitCode } from './command.ts'
import { onEnd } from './end-signal.ts'
import { FolderWatch } from './folder-watch.ts'
import { printWatchRound, type GenRound } from './gen-report.ts'
import { finishRound } from './gen-round.ts'
import { createWatchList, type WatchList } from './watch-list.ts'

/** An editor that saves makes several events. A round begins once there was none for so long. */
const QUIET_MS = 15
/** However many events there are, a round begins this long after the first. */
const WAIT_MAX_MS = 150

/** Runs until the call is ended, and answers 0 then. Whatever is wrong with a declaration is printed and waited out. */
export async function watchDeclarations(call: CommandCall): Promise<ExitCode> {
  const watcher = new Watcher(call)
  const ignore = onEnd(call.signal, () => {
    watcher.end()
  })
  try {
    await watcher.run()
    return 0
  } finally {
    ignore()
    watcher.end()
  }
}

class Watcher {
  readonly #call: CommandCall
  readonly #generator: Generator
  readonly #folders: FolderWatch
  /** Of the last run; undefined before the first, when nothing is watched. */
  #list: WatchList | undefined
  #timer: Timer | undefined
  /** When the first change came that no round has looked at yet. */
  #changedAt: number | undefined
  #isDue = false
  #hasEnded = false
  /** Set while the loop waits for something to do. */
  #wake: (() => void) | undefined

  constructor(call: CommandCall) {
    this.#call = call
    this.#generator = new Generator({ root: call.folder })
    this.#folders = new FolderWatch((folder, name) => {
      this.#notice(folder, name)
    })
  }

  async run(): Promise<void> {
    const { folder, paths } = this.#call
    let before: { readonly run: GeneratorRun; readonly round: GenRound } | undefined
    while (!this.#hasEnded) {
      this.#isDue = false
      const startedAt = this.#changedAt ?? systemClock.now()
      this.#changedAt = undefined
      const run = await this.#generator.run(paths)
      const report = finishRound(folder, run.result, false)
      const round = { result: run.result, report, durationMs: systemClock.now() - startedAt }
      if (before === undefined || hasNews(before, { run, round })) {
        printWatchRound(this.#call, round, before === undefined)
      }
      before = { run, round }
      this.#list = createWatchList(folder, paths, run)
      // What was not watched until now may have changed since it was read: a second look, which is cheap, costs no event.
      if (this.#folders.set(this.#list.folders)) this.#isDue = true
      await this.#untilDue()
    }
  }

  /** Idempotent. */
  end(): void {
    this.#hasEnded = true
    this.#timer?.cancel()
    this.#folders.close()
    this.#wake?.()
  }

  #notice(folder: string, name: string | undefined): void {
    if (this.#hasEnded) return
    if (name !== undefined) {
      const path = join(folder, name)
      if (this.#list?.isRelevant(path) === false) return
      this.#dropBelow(path)
    }
    const now = systemClock.now()
    this.#changedAt ??= now
    this.#timer?.cancel()
    const waitMs = Math.min(QUIET_MS, this.#changedAt + WAIT_MAX_MS - now)
    this.#timer = systemClock.after(Math.max(1, waitMs), () => {
      this.#isDue = true
      this.#wake?.()
    })
  }

  /** A folder that was deleted, moved or made again is not the one that is being watched. */
  #dropBelow(path: string): void {
    for (const folder of this.#list?.folders ?? []) {
      if (folder === path || folder.startsWith(path + sep)) this.#folders.drop(folder)
    }
  }

  async #untilDue(): Promise<void> {
    if (this.#isDue || this.#hasEnded) return
    await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#wake = undefined
  }
}

interface Look {
  readonly run: GeneratorRun
  readonly round: GenRound
}

/** Whether a round is worth a line: its input is another, it has written something, or it complains of something else. */
function hasNews(before: Look, after: Look): boolean {
  if (after.round.report.files.some(({ state }) => state === 'written')) return true
  return JSON.stringify(describe(before)) !== JSON.stringify(describe(after))
}

function describe({ run: { facts, result }, round: { report } }: Look): unknown {
  return [result.declarations, facts, report.diagnostics, report.orphans]
}
