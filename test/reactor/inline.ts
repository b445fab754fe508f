/** A reactor of inline services for a test, which ends with it. */

import { onTestFinished } from 'vitest'
import { reactor, type InlineSpec, type Reactor, type ReactorOptions, type Service } from '../../src/reactor/index.ts'

export const SOON = { minMs: 1, maxMs: 1 }

export function startInline(
  services: Readonly<Record<string, Service<undefined> & Partial<InlineSpec<undefined>>>>,
  options: Partial<ReactorOptions<undefined>> = {},
): Reactor<undefined> {
  const r = reactor({
    metadata: undefined,
    services: Object.entries(services).map(([name, { init, main, fallback, abort, stop, defaults, ...settings }]) => ({
      backoff: SOON,
      ...settings,
      name,
      service: { init, main, fallback, abort, stop, defaults },
    })),
    ...options,
  })
  onTestFinished(() => void r.shutdown({ deadlineMs: 1 }))
  return r
}
