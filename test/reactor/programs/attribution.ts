/**
 * One process for each way to lose an error, named by its argument. A service that is blamed says so in its fallback; one that is
 * innocent goes on. What nobody is blamed for ends the process as Node does.
 */

import { subscribe } from 'node:diagnostics_channel'
import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs'
import { reactor, type Service, type ServiceContext } from '../../../src/reactor/index.ts'

const foreign = new EventEmitter()
const [way = ''] = process.argv.slice(2)

/** Leaves a failure behind that no hook throws. */
const WAYS: Readonly<Record<string, (ctx: ServiceContext) => unknown>> = {
  timer: () => void setTimeout(() => fail(), 5),
  tick: () => process.nextTick(fail),
  callback: () => readFile('/', fail),
  emitter: () => void setImmediate(() => new EventEmitter().emit('error', new Error('lost'))),
  rejection: () => void Promise.reject(new Error('lost')),
  floating: () => void new Promise((resolve) => setTimeout(resolve, 5)).then(fail),
  // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the point of it
  nothing: () => void Promise.reject(undefined),
  bound: (ctx) => {
    foreign.on('work', ctx.bind(fail))
    setImmediate(() => foreign.emit('work'))
  },
  'bound rejection': (ctx) => {
    const listener = ctx.bind(() => Promise.reject(new Error('lost')))
    foreign.on('work', () => void listener())
    setImmediate(() => foreign.emit('work'))
  },
  'outside, borne': () => void setTimeout(() => fail(), 200),
  // As a query that begins when it is waited for.
  lazy: () => ({
    then: (done: () => void) => {
      setTimeout(done, 10)
      setTimeout(fail, 5)
    },
  }),
  subscriber: fail,
}

function fail(): never {
  throw new Error('lost')
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

const guilty: Service = {
  main: (_, ctx) => {
    if (ctx.cycle > 1) return void r.shutdown()
    const left = WAYS[way]?.(ctx)
    return way === 'lazy' ? (left as Promise<void>) : ctx.sleep(10_000)
  },
  fallback: (_, { outcome }) => say(`guilty ${outcome.kind} ${'error' in outcome ? String(outcome.error) : ''}`),
}
const innocent: Service = {
  main: (_, ctx) => ctx.sleep(10_000),
  fallback: (_, { outcome }) => say(`innocent ${outcome.kind}`),
}

const r = reactor({
  metadata: undefined,
  services: [
    { name: 'innocent', service: innocent },
    { name: 'guilty', service: guilty, backoff: { minMs: 1, maxMs: 1 } },
  ],
})
if (way === 'outside') setTimeout(fail, 20)
if (way === 'outside rejection') setTimeout(() => void Promise.reject(new Error('lost')), 20)
if (way === 'outside, borne') {
  process.on('uncaughtException', (error) => say(`borne ${String(error)}`))
  setTimeout(() => void Promise.reject(new Error('foreign')), 20)
}
if (way === 'subscriber') {
  subscribe('coxswain:service:failure', fail)
}
await r.done
say(`done ${process.listenerCount('uncaughtException')} ${process.listenerCount('unhandledRejection')}`)
