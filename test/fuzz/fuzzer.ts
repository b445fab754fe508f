/** The loop: inputs made of inputs, those that reach new blocks are kept, and what ends badly is made as short as it goes. */

import { createRandom, type Random } from '../../src/base/random.ts'
import type { Coverage } from './coverage.ts'
import { mutate } from './mutate.ts'
import { probe, type Target } from './target.ts'

export interface Defect {
  readonly target: string
  readonly input: Uint8Array
  readonly what: string
}

/** Taking the coverage costs as much as many runs, so that it is taken once for so many. */
const BATCH = 256

export class Fuzzer {
  readonly target: Target
  readonly defects: Defect[] = []
  runs = 0
  readonly #random: Random
  readonly #coverage: Coverage | undefined
  readonly #corpus: Uint8Array[] = []

  /** @param coverage absent: the corpus is the seeds. */
  constructor(target: Target, seed: number, coverage?: Coverage) {
    this.target = target
    this.#random = createRandom(seed)
    this.#coverage = coverage
  }

  get kept(): number {
    return this.#corpus.length
  }

  /** Runs the seeds as they are. */
  async begin(): Promise<void> {
    for (const seed of this.target.seeds) {
      this.#corpus.push(seed)
      await this.#try(seed)
    }
    this.#coverage?.mark(this.#coverage.fresh())
  }

  /** One batch. */
  async step(count: number = BATCH): Promise<void> {
    const inputs = Array.from({ length: count }, () => this.#make())
    for (const input of inputs) await this.#try(input)
    const coverage = this.#coverage
    if (coverage === undefined || coverage.fresh().length === 0) return
    await this.#keep(inputs, coverage)
  }

  /** Keeps those that reach something new, by halves: most of a batch reaches nothing, and is asked together. */
  async #keep(inputs: readonly Uint8Array[], coverage: Coverage): Promise<void> {
    for (const input of inputs) await this.#try(input)
    const fresh = coverage.fresh()
    if (fresh.length === 0) return
    if (inputs.length === 1) {
      coverage.mark(fresh)
      this.#corpus.push(...inputs)
      return
    }
    const middle = inputs.length >> 1
    await this.#keep(inputs.slice(0, middle), coverage)
    await this.#keep(inputs.slice(middle), coverage)
  }

  #make(): Uint8Array {
    const random = this.#random
    // What was found last leads further most often.
    const recent = this.#corpus.slice(-16)
    const from = random.chance(0.5) ? random.pick(recent) : random.pick(this.#corpus)
    return mutate(from, random.pick(this.#corpus), random)
  }

  async #try(input: Uint8Array): Promise<void> {
    this.runs++
    const what = await probe(this.target, input)
    if (what === undefined) return
    const shortest = await this.#shorten(input)
    const isKnown = this.defects.some((defect) => defect.what.split('\n')[0] === what.split('\n')[0])
    if (!isKnown) this.defects.push({ target: this.target.name, input: shortest, what })
  }

  /** Leaves out what can be left out with the input still ending badly. */
  async #shorten(input: Uint8Array): Promise<Uint8Array> {
    let shortest = input
    for (let length = input.length >> 1; length > 0; length >>= 1) {
      for (let start = 0; start + length <= shortest.length;) {
        const shorter = Buffer.concat([shortest.subarray(0, start), shortest.subarray(start + length)])
        if ((await probe(this.target, shorter)) === undefined) start += length
        else shortest = shorter
      }
    }
    return shortest
  }
}
