/** Prints what happens to the services of this process: what a reactor publishes on `node:diagnostics_channel`. */

import { subscribe } from 'node:diagnostics_channel'

import type { Outcome, ServiceFailureEvent, ServiceStateEvent } from 'coxswain/reactor'

const failed = new Set<string>()

export function tellNews(): void {
  subscribe('coxswain:service:failure', (message) => {
    const { reactor, service, outcome } = message as ServiceFailureEvent
    if (outcome === undefined) return
    failed.add(`${reactor}/${service}`)
    console.log(`${reactor}/${service} ${describe(outcome)}`)
  })
  subscribe('coxswain:service:state', (message) => {
    const { reactor, service, to, error } = message as ServiceStateEvent
    if (to === 'main' && failed.delete(`${reactor}/${service}`)) console.log(`${reactor}/${service} runs again`)
    if (to === 'aborted') console.log(`${reactor}/${service} has ended for good: ${textOf(error)}`)
  })
}

function describe(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'exit':
      return outcome.signal === undefined
        ? `exited with ${outcome.code ?? 'no code'}`
        : `was ended by ${outcome.signal}`
    case 'hung':
      return `hung for ${outcome.forMs.toFixed(0)} ms${outcome.stack === undefined ? '' : `,\n${outcome.stack}`}`
    case 'error':
    case 'uncaught':
      return `failed: ${textOf(outcome.error)}`
    default:
      return outcome.kind
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
