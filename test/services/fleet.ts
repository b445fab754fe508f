/** What the tests of services share: metadata, a protocol, and reactors that end with their test. */

import { onTestFinished } from 'vitest'
import type { ServeEntry } from 'coxswain'
import { reactor, type Reactor, type ReactorOptions, type ServiceSpec } from 'coxswain/reactor'
import { Health, type Status } from '../../examples/health/health.gen.ts'

export class Fleet {
  readonly seen: string[] = []
}

export const SOON = { minMs: 1, maxMs: 1 }
export const STATUS: Omit<Status, 'service'> = { status: 'busy', load: 0.5, rssBytes: 1, loopDelayMs: 0 }

export function health(fleet: Fleet, handled?: () => Promise<void>): ServeEntry {
  return Health.master.with(
    {
      status: async ({ message, metadata }) => {
        await handled?.()
        metadata.seen.push(message.service)
      },
    },
    { metadata: fleet },
  )
}

export function startFleet(
  services: readonly ServiceSpec<Fleet>[],
  options: Partial<ReactorOptions<Fleet>> = {},
): Reactor<Fleet> {
  const r = reactor({ metadata: new Fleet(), services, ...options })
  onTestFinished(async () => {
    await r.shutdown({ deadlineMs: 100 })
  })
  return r
}
