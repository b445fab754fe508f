/** Dialling: once, or again and again. */

import { listenAbort } from '../base/abort.ts'
import { systemClock } from '../base/clock.ts'
import { SteerError, type ErrorCode } from '../base/errors.ts'
import type { Link, Signal } from '../kernel/link.ts'
import { dialSocket, formatAddress } from '../wire/tcp.ts'
import {
  checkAddress,
  checkSecurity,
  createLink,
  isAborted,
  prepareLink,
  type Address,
  type InsecureSettings,
  type LinkSettings,
  type PreparedLink,
} from './link-settings.ts'

/** How often and how soon a failed attempt is repeated: exponential backoff, doubled each time, with full jitter up to twice the wait. */
export interface RetrySettings {
  /** Attempts after the first. Default 10; `Infinity` goes on until the signal aborts. */
  readonly retries?: number | undefined
  /** First wait, in ms. Default 100, from 1 to 2^31 - 1. */
  readonly minMs?: number | undefined
  /** Longest wait, in ms. Default 30 000. */
  readonly maxMs?: number | undefined
  /** Told of every attempt that failed. */
  readonly onFailedAttempt?: ((failure: { readonly error: Error; readonly attempt: number }) => void) | undefined
}

/** Options of `connect`: an address (host defaults to 127.0.0.1), the settings of the link, and a signal. */
export type ConnectOptions = Address &
  LinkSettings &
  InsecureSettings & {
    /**
     * Dials again when nobody answers (`unavailable`, `deadline_exceeded`). Whoever answers and is somebody else
     * (`handshake_failed`) ends it. Default: one attempt.
     */
    readonly retry?: RetrySettings | undefined
    /** Aborting gives up dialling; the call rejects with `signal.reason`. An open link is not touched. */
    readonly signal?: Signal | undefined
  }

/** Dials and opens a link. */
export async function connect(options: ConnectOptions): Promise<Link> {
  const address = checkAddress(options)
  checkSecurity(options, address)
  // Checked before the first attempt, so that mistakes are not tried again.
  const prepared = await prepareLink(options, 'initiator')
  const { retry, signal } = options
  if (retry === undefined) return dial(options, prepared)
  const { minMs, maxMs } = checkRetry(retry)
  const { default: pRetry } = await import('p-retry')
  return pRetry(() => dial(options, prepared), {
    retries: retry.retries ?? 10,
    minTimeout: minMs,
    maxTimeout: maxMs,
    randomize: true,
    ...(signal === undefined ? {} : { signal: signal }),
    shouldRetry: ({ error }) => SteerError.is(error) && TRIED_AGAIN.has(error.code),
    onFailedAttempt: ({ error, attemptNumber }) => {
      retry.onFailedAttempt?.({ error, attempt: attemptNumber })
    },
  })
}

/** Nobody was there: somebody may come. */
const TRIED_AGAIN: ReadonlySet<ErrorCode> = new Set(['unavailable', 'deadline_exceeded'])

async function dial(options: ConnectOptions, prepared: PreparedLink): Promise<Link> {
  const address = checkAddress(options)
  const { limits } = prepared
  const { signal } = options
  if (signal?.aborted === true) throw signal.reason
  let cancelDial = (): void => undefined
  const dialling = { timedOut: false }
  const unlisten = listenAbort(signal, () => {
    cancelDial()
  })
  const timer = systemClock.after(limits.openMaxMs, () => {
    dialling.timedOut = true
    cancelDial()
  })
  try {
    const transport = await dialSocket(address, (cancel) => {
      cancelDial = cancel
    })
    const core = createLink(transport, prepared)
    cancelDial = () => void core.close(0)
    return await core.open()
  } catch (error) {
    if (isAborted(signal)) throw signal.reason
    if (!dialling.timedOut) throw error
    const text = `no link to ${formatAddress(address)} within limits.openMaxMs, ${limits.openMaxMs} ms`
    throw new SteerError('deadline_exceeded', text, { cause: error })
  } finally {
    timer.cancel()
    unlisten()
  }
}

function checkRetry(retry: RetrySettings): { readonly minMs: number; readonly maxMs: number } {
  const { retries = 10, minMs = 100, maxMs = 30_000 } = retry
  if (retries !== Infinity && (!Number.isInteger(retries) || retries < 0)) {
    throw new SteerError('misuse', `retry.retries must be an integer from 0 on, or Infinity, not ${retries}`)
  }
  for (const [name, value] of Object.entries({ minMs, maxMs })) {
    if (!Number.isFinite(value) || value < 1 || value >= 2 ** 31) {
      throw new SteerError('misuse', `retry.${name} must be a number of milliseconds from 1 to 2^31 - 1, not ${value}`)
    }
  }
  if (minMs > maxMs) throw new SteerError('misuse', `retry.minMs ${minMs} is more than retry.maxMs ${maxMs}`)
  return { minMs, maxMs }
}
