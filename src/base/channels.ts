/**
 * What the library tells about itself, on `node:diagnostics_channel`. Logs, metrics and views subscribe; without subscribers
 * it costs a property read. Messages never hold payloads, keys or reasons given by the other side.
 */

import { channel, type Channel } from 'node:diagnostics_channel'

/** Published when a link opens. */
export interface LinkOpenEvent {
  readonly link: string
  readonly remoteAddress: string | undefined
  /** True on the side that dialled. */
  readonly initiator: boolean
}

/** Published when a link is over, also one that never opened. */
export interface LinkCloseEvent {
  readonly link: string
  readonly remoteAddress: string | undefined
  /** Absent after a clean close. */
  readonly error: unknown
}

/** Published when a session starts on this side. */
export interface SessionOpenEvent {
  readonly link: string
  readonly session: number
  readonly protocol: string
  readonly role: 'master' | 'peer'
}

/** Published when a session is over on this side. */
export interface SessionCloseEvent extends SessionOpenEvent {
  /** The outcome; absent when it failed. */
  readonly outcome: string | undefined
  /** Why it failed: a SteerError, or what a handler threw. */
  readonly error: unknown
}

/** Published when user code fails where nobody waits for it: a handler that settles after its session, an `onSessionEnd` that throws. */
export interface StrayErrorEvent {
  readonly link: string
  readonly where: string
  readonly error: unknown
}

/** `coxswain:link:open`: LinkOpenEvent. */
export const linkOpen: Channel = channel('coxswain:link:open')
/** `coxswain:link:close`: LinkCloseEvent. */
export const linkClose: Channel = channel('coxswain:link:close')
/** `coxswain:session:open`: SessionOpenEvent. */
export const sessionOpen: Channel = channel('coxswain:session:open')
/** `coxswain:session:close`: SessionCloseEvent. */
export const sessionClose: Channel = channel('coxswain:session:close')
/** `coxswain:stray-error`: StrayErrorEvent. */
export const strayError: Channel = channel('coxswain:stray-error')

/** Publishes what `message` makes, only when somebody listens. */
export function publish<Message>(to: Channel, message: () => Message): void {
  if (to.hasSubscribers) to.publish(message())
}
