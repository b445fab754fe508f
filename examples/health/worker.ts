/**
 * A worker: peer of `Health`. It dials the balancer and reports its own load, memory and event-loop delay every second.
 *
 *     npx tsx examples/health/worker.ts --name w1 --port 7070
 */

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { connect, SteerError, type Link } from 'coxswain'

import { Health, type Status } from './health.gen.ts'
import { onShutdown } from './shutdown.ts'

const REPORT_EVERY_MS = 1000
const DIAL_AGAIN_MS = 500
const BUSY_FROM_LOAD = 0.8

const { values } = parseArgs({
  options: { name: { type: 'string', default: `worker-${process.pid}` }, port: { type: 'string', default: '7070' } },
})

// The histogram counts from one sample to the next, so a loop that is never late shows the resolution itself.
const SAMPLE_MS = 10
const loopDelay = monitorEventLoopDelay({ resolution: SAMPLE_MS })
loopDelay.enable()
let cpuBefore = process.cpuUsage()
let timeBefore = performance.now()

function measure(): Status {
  const { user, system } = process.cpuUsage(cpuBefore)
  const load = (user + system) / 1000 / (performance.now() - timeBefore)
  cpuBefore = process.cpuUsage()
  timeBefore = performance.now()
  const loopDelayMs = Math.max(0, (Number.isFinite(loopDelay.mean) ? loopDelay.mean / 1e6 : 0) - SAMPLE_MS)
  loopDelay.reset()
  const status = load >= BUSY_FROM_LOAD ? 'busy' : 'available'
  return { service: values.name, status, load, rssBytes: process.memoryUsage.rss(), loopDelayMs }
}

const stop = new AbortController()
const isStopped = (): boolean => stop.signal.aborted

async function reportUntilTheLinkEnds(link: Link): Promise<void> {
  while (!isStopped()) {
    await using start = await Health.peer.open(link)
    // Resolves when the balancer has handled it, not only received it.
    await start.send.status(measure())
    await sleep(REPORT_EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined)
  }
}

async function work(): Promise<void> {
  while (!isStopped()) {
    try {
      await using link = await connect({ port: Number(values.port), security: 'none', signal: stop.signal })
      await reportUntilTheLinkEnds(link)
    } catch (error) {
      // A balancer that is away, or went away: dial again. Anything else is a bug and should be seen.
      if (!isStopped() && !SteerError.is(error)) throw error
      await sleep(DIAL_AGAIN_MS, undefined, { signal: stop.signal }).catch(() => undefined)
    }
  }
}

const working = work()
onShutdown(undefined, async () => {
  stop.abort()
  await working
  return 0
})
