/** A `SecureSuite` of the program's, held to its contract: sizes, promises, buffers that it keeps. */

import { SteerError } from '../base/errors.ts'
import { copyOf, equalBytes } from './bytes.ts'
import { callPlugIn, callRefusingPlugIn, checkInteger, copyBytes, kindOf } from './plug-in.ts'
import {
  OVERHEAD_MAX_BYTES,
  PAYLOAD_MAX_BYTES,
  type SecureSuite,
  type SuiteChannel,
  type SuiteDriver,
  type SuiteStep,
} from './suite.ts'

const MESSAGE_MAX_BYTES = 500

/** @throws SteerError `misuse` */
export function guardSuite(suite: SecureSuite): SecureSuite {
  const { id, needsKey, begin } = asObject<Record<keyof SecureSuite, unknown>>('security.suite', suite)
  if (typeof id !== 'string' || !/^[\x20-\x7e]{1,64}$/.test(id)) {
    throw new SteerError('misuse', 'security.suite.id must be 1 to 64 characters of ASCII')
  }
  if (typeof begin !== 'function') throw new SteerError('misuse', 'security.suite.begin must be a function')
  const name = `suite "${id}"`
  return {
    id,
    needsKey: needsKey === true,
    begin: (options) => {
      const { role, prologue, payload, keys } = options
      const given = { role, prologue: copyOf(prologue), payload: copyOf(payload), keys: keys.map(copyOf) }
      const driver = callPlugIn(`begin of ${name}`, () => suite.begin(given))
      return guardDriver(name, asObject<SuiteDriver>(`begin of ${name}`, driver))
    },
  }
}

function guardDriver(name: string, driver: SuiteDriver): SuiteDriver {
  const what = `step of ${name}`
  return {
    step: (message) => {
      const returned = callRefusingPlugIn(what, refusedMessage, () =>
        driver.step(message === undefined ? undefined : copyOf(message)),
      )
      const { send, remoteIdentity, done } = asObject<SuiteStep>(what, returned)
      return {
        send: send === undefined ? undefined : copyBytes(`send of ${what}`, send, 1, MESSAGE_MAX_BYTES),
        remoteIdentity:
          remoteIdentity === undefined ? undefined : copyBytes(`remoteIdentity of ${what}`, remoteIdentity, 1, 64),
        done: done === undefined ? undefined : guardChannel(name, asObject<SuiteChannel>(`done of ${what}`, done)),
      }
    },
    destroy: () => {
      quietly(() => driver.destroy?.())
    },
  }
}

function guardChannel(name: string, channel: SuiteChannel): SuiteChannel {
  const overheadMaxBytes = checkInteger(`overheadMaxBytes of ${name}`, channel.overheadMaxBytes, 0, OVERHEAD_MAX_BYTES)
  return {
    overheadMaxBytes,
    remotePayload: copyBytes(`remotePayload of ${name}`, channel.remotePayload, 0, PAYLOAD_MAX_BYTES),
    binding: copyBytes(`binding of ${name}`, channel.binding, 16, 64),
    seal: (plain, out) => {
      const what = `seal of ${name}`
      const sealed = new Uint8Array(plain.length + overheadMaxBytes)
      const returned = callPlugIn(what, () => channel.seal(copyOf(plain), sealed))
      const length = checkInteger(`what ${what} returns`, returned, 1, sealed.length)
      if (length === plain.length && equalBytes(plain, sealed.subarray(0, length))) {
        throw new SteerError('misuse', `${what} has written its input`)
      }
      out.set(sealed.subarray(0, length))
      return length
    },
    open: (sealed, out) => {
      const what = `open of ${name}`
      const plain = new Uint8Array(sealed.length)
      const returned = callRefusingPlugIn(what, refusedRecord, () => channel.open(copyOf(sealed), plain))
      if (returned === undefined) return undefined
      const length = checkInteger(`what ${what} returns`, returned, 0, plain.length)
      out.set(plain.subarray(0, length))
      return length
    },
    destroy: () => {
      quietly(() => {
        channel.destroy()
      })
    },
  }
}

/** Destroying is the end of whatever happened; a failure of it would only hide that. */
function quietly(run: () => unknown): void {
  try {
    callPlugIn('destroy', run)
  } catch {
    // There is nothing left that it could harm.
  }
}

function asObject<Shape>(what: string, value: unknown): Shape {
  if (typeof value !== 'object' || value === null) {
    throw new SteerError('misuse', `${what} must be an object, not ${kindOf(value)}`)
  }
  return value as Shape
}

function refusedMessage(): SteerError {
  return new SteerError('handshake_failed', 'the suite refused a message of the other side')
}

function refusedRecord(): SteerError {
  return new SteerError('channel_corrupt', 'a record does not open')
}
