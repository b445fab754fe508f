/** How this process is. */

import { monitorEventLoopDelay } from 'node:perf_hooks'

import type { Status } from './health.gen.ts'

const BUSY_FROM_LOAD = 0.8

// The histogram counts from one sample to the next, so a loop that is never late shows the resolution itself.
const SAMPLE_MS = 10
const loopDelay = monitorEventLoopDelay({ resolution: SAMPLE_MS })
loopDelay.enable()
let cpuBefore = process.cpuUsage()
let timeBefore = performance.now()

/** Load and delay since the last call. */
export function measure(service: string): Status {
  const { user, system } = process.cpuUsage(cpuBefore)
  const load = (user + system) / 1000 / (performance.now() - timeBefore)
  cpuBefore = process.cpuUsage()
  timeBefore = performance.now()
  const loopDelayMs = Math.max(0, (Number.isFinite(loopDelay.mean) ? loopDelay.mean / 1e6 : 0) - SAMPLE_MS)
  loopDelay.reset()
  const status = load >= BUSY_FROM_LOAD ? 'busy' : 'available'
  return { service, status, load, rssBytes: process.memoryUsage.rss(), loopDelayMs }
}
