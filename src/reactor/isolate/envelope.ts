/** Errors between threads and processes. A clone alone would lose the class, the name and the code of most of them. */

import { deserialize, serialize } from 'node:v8'
import { ERROR_CODES, SteerError, type ErrorCode } from '../../base/errors.ts'

/** A thrown value as plain data. */
export type Envelope =
  | { readonly kind: 'value'; readonly value: unknown }
  | {
      readonly kind: 'error'
      readonly name: string
      readonly message: string
      readonly stack: string | undefined
      /** Own members with plain values, as `code`; at most FIELDS_MAX. */
      readonly fields: readonly (readonly [string, unknown])[]
      readonly cause: Envelope | undefined
      readonly steer: ErrorCode | undefined
    }

const CAUSES_MAX = 8
const FIELDS_MAX = 32
const CLASSES: Readonly<Record<string, new (message: string) => Error>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
}

/** Whatever is thrown: also what throws when it is looked at. */
export function seal(thrown: unknown, causesMax: number = CAUSES_MAX): Envelope {
  try {
    if (thrown instanceof Error) return sealError(thrown, causesMax)
  } catch {
    // A proxy, and no use even to ask what it is.
  }
  return { kind: 'value', value: cloneable(thrown) }
}

function sealError(thrown: Error, causesMax: number): Envelope {
  const cause = read(thrown, 'cause')
  const stack = read(thrown, 'stack')
  const fields = Object.keys(thrown)
    .filter((key) => !['name', 'message', 'stack', 'cause'].includes(key))
    .map((key): readonly [string, unknown] => [key, read(thrown, key)])
    .filter(([, value]) => isPlain(value))
    .slice(0, FIELDS_MAX)
  return {
    kind: 'error',
    name: textOf(read(thrown, 'name')),
    message: textOf(read(thrown, 'message')),
    stack: stack === undefined ? undefined : textOf(stack),
    fields,
    cause: cause === undefined || causesMax === 0 ? undefined : seal(cause, causesMax - 1),
    steer: SteerError.is(thrown) ? thrown.code : undefined,
  }
}

/** A member, which may have a getter that throws: then what it threw stands in its place. */
function read(error: object, key: string): unknown {
  try {
    return Reflect.get(error, key)
  } catch (thrown) {
    return `a ${key} that throws ${textOf(thrown)}`
  }
}

export function unseal(envelope: Envelope): unknown {
  if (envelope.kind === 'value') return envelope.value
  const error = createError(envelope)
  const define = (key: string, value: unknown, enumerable: boolean): void => {
    Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true })
  }
  for (const [key, value] of envelope.fields) if (envelope.steer === undefined) define(key, value, true)
  if (error.name !== envelope.name) define('name', envelope.name, false)
  define('stack', envelope.stack, false)
  if (envelope.cause !== undefined) define('cause', unseal(envelope.cause), false)
  return error
}

function createError({ name, message, steer }: Extract<Envelope, { kind: 'error' }>): Error {
  if (steer !== undefined && Object.hasOwn(ERROR_CODES, steer)) {
    return new SteerError(steer, message.replace(`[${steer}] `, ''))
  }
  const Class = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined
  return Class === undefined ? new Error(message) : new Class(message)
}

/** What cannot be cloned, into a process either, goes over as its description. */
function cloneable(value: unknown): unknown {
  try {
    return deserialize(serialize(value))
  } catch {
    return textOf(value)
  }
}

function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    return `a ${typeof value} that has no text`
  }
}

function isPlain(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean', 'bigint', 'undefined'].includes(typeof value)
}
