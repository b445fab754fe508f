/** What an isolate can do to itself, each once: `metadata.does` says what. */

import type { AtomicU32, Service } from '../../../src/reactor/index.ts'

interface Metadata {
  readonly does: string
  readonly mains?: AtomicU32
}

class Odd extends TypeError {
  readonly code = 'ODD'
}

function exhaust(): void {
  const kept: unknown[] = []
  for (;;) kept.push(new Array(100_000).fill({}))
}

const DEEDS: Readonly<Record<string, () => void>> = {
  throw: () => {
    throw new Odd('odd', { cause: new Error('below') })
  },
  float: () => void Promise.reject(new Odd('odd')),
  exit: () => process.exit(7),
  abort: () => process.abort(),
  spin: () => {
    for (;;);
  },
  exhaust,
}

export const service: Service<Metadata> = {
  init: ({ does }) => {
    if (does === 'fail') throw new Odd('odd')
  },
  main: async ({ does, mains }, ctx) => {
    mains?.add(1)
    if (ctx.incarnation === 1 && ctx.cycle === 1) DEEDS[does]?.()
    await ctx.sleep(60_000)
  },
}

/** A class is made once for each isolate. */
export class Counter implements Service<Metadata> {
  #mains = 0

  async main({ mains }: Metadata): Promise<void> {
    this.#mains++
    mains?.store(this.#mains)
    await Promise.resolve()
  }
}
