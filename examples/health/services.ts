/** What the programs of the example have in common: where the balancer is, how links are secured, and how a process is kept. */

import type { LinkSettings } from 'coxswain'
import type { IsolatedSpec } from 'coxswain/reactor'

/** The metadata: every service is handed a clone of it, whatever process it runs in. */
export interface Fleet {
  /** Where the balancer listens. */
  readonly port: number
}

/** A service in a process of its own. One that ends, however it does, or that says nothing for two beats, is replaced. */
export function keepProcess(name: string, module: string): IsolatedSpec {
  return {
    name,
    module: new URL(module, import.meta.url),
    isolate: 'process',
    // Of a balancer: when it listens. Of a worker: when its first report was handled.
    readyBy: 'call',
    watchdog: { beatEveryMs: 1000 },
    backoff: { minMs: 100, maxMs: 2000 },
  }
}

/** Links are encrypted, and a side that has stopped is noticed soon. The key comes from outside, never from the source. */
export function linkSettings(): Pick<LinkSettings, 'security' | 'limits'> {
  const key = Buffer.from(process.env['COXSWAIN_KEY'] ?? '', 'base64')
  return { security: { key }, limits: { pingEveryMs: 1000, pingAnswerMs: 2000, pingFloorMs: 500 } }
}
