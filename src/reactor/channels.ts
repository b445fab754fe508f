/**
 * What a reactor tells on `node:diagnostics_channel`. Published outside the context of any service: what a subscriber throws is
 * never charged to the service that the event is about.
 */

import { channel, tracingChannel, type Channel, type TracingChannel } from 'node:diagnostics_channel'
import type { Hook, Phase } from './machine/member.ts'
import type { Outcome } from './machine/outcome.ts'

interface ServiceEvent {
  /** The name of the reactor. */
  readonly reactor: string
  readonly service: string
}

/** `coxswain:service:state`: a service went on. */
export interface ServiceStateEvent extends ServiceEvent {
  readonly from: Phase
  readonly to: Phase
  /** Why it was aborted, with `aborted`. */
  readonly error: unknown
}

/** `coxswain:service:failure`: a main failed, or an error came up that changes nothing: then `outcome` is undefined. */
export interface ServiceFailureEvent extends ServiceEvent {
  readonly outcome: Outcome | undefined
  /** In a row, this one included. */
  readonly failures: number
  /** What was running, where that is known. */
  readonly hook: Hook | undefined
  readonly error: unknown
}

/** `coxswain:service:hung`: a service is silent, or its main does not settle after its signal. */
export interface ServiceHungEvent extends ServiceEvent {
  readonly forMs: number
  readonly stack: string | undefined
  /** True for a main that was told to end and did not: it may run on, and no other begins before it ends. */
  readonly zombie: boolean
}

/** `tracing:coxswain:main:*`: one run of a main, from `start` to `asyncEnd`. */
export interface MainTrace extends ServiceEvent {
  readonly cycle: number
  readonly incarnation: number
  error?: unknown
}

/** ServiceStateEvent. */
export const serviceState: Channel = channel('coxswain:service:state')
/** ServiceFailureEvent. */
export const serviceFailure: Channel = channel('coxswain:service:failure')
/** ServiceHungEvent. */
export const serviceHung: Channel = channel('coxswain:service:hung')
/** MainTrace. */
export const mainTracing: TracingChannel<unknown, MainTrace> = tracingChannel<unknown, MainTrace>('coxswain:main')
