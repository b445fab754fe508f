/** Which blocks of the sources have run, as V8 counts them. */

import { Session, type Profiler } from 'node:inspector'

const SOURCES = new URL('../../src/', import.meta.url).href

export class Coverage {
  readonly #session = new Session()
  readonly #seen = new Set<string>()

  constructor() {
    this.#session.connect()
    this.#post('Profiler.enable')
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Blocks that were seen so far. */
  get blocks(): number {
    return this.#seen.size
  }

  /** The blocks that have run since the last call and were not marked before. */
  fresh(): readonly string[] {
    const { result } = this.#post('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType
    const blocks = new Set<string>()
    for (const { url, functions } of result) {
      if (!url.startsWith(SOURCES)) continue
      const file = url.slice(SOURCES.length)
      for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges)) {
        const block = `${file}:${startOffset}-${endOffset}`
        if (count > 0 && !this.#seen.has(block)) blocks.add(block)
      }
    }
    return [...blocks]
  }

  mark(blocks: readonly string[]): void {
    for (const block of blocks) this.#seen.add(block)
  }

  close(): void {
    this.#session.disconnect()
  }

  /** The profiler answers at once, though through a callback. */
  #post(method: string, parameters: object = {}): unknown {
    let answer: unknown
    this.#session.post(method, parameters, (error, result) => {
      if (error !== null) throw error
      answer = result
    })
    return answer
  }
}
