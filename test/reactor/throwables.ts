/** Everything that can be thrown, the awkward with it. Also loaded by programs in threads. */

function lies(): never {
  throw new Error('it is no use to ask')
}

class Fixed extends Error {
  override get message(): string {
    return lies()
  }
}

class Unstacked extends Error {
  constructor() {
    super('unstacked')
    Object.defineProperty(this, 'stack', { get: lies })
    Object.defineProperty(this, 'cause', { get: lies, enumerable: true })
    Object.defineProperty(this, 'code', { get: lies, enumerable: true })
  }
}

const revoked = Proxy.revocable({}, {})
revoked.revoke()
const handler = Object.fromEntries(
  ['get', 'has', 'getPrototypeOf', 'ownKeys', 'getOwnPropertyDescriptor', 'apply'].map((trap) => [trap, lies]),
)

export const THROWABLES: readonly (readonly [name: string, thrown: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', NaN],
  ['a bigint', 1n],
  ['an empty string', ''],
  ['a symbol', Symbol('thrown')],
  ['a function', lies],
  ['a class', Fixed],
  ['an object without a prototype', Object.create(null)],
  ['a frozen object', Object.freeze({ frozen: true })],
  ['a frozen error', Object.freeze(new Error('frozen'))],
  ['a thenable', { then: (resolve: (value: unknown) => void) => resolve(1) }],
  ['a thenable that throws', { then: lies }],
  ['a thenable whose then throws when it is read', Object.defineProperty({}, 'then', { get: lies })],
  ['an object with a text that throws', { toString: lies, [Symbol.toPrimitive]: lies }],
  ['an error whose message throws', new Fixed()],
  ['an error whose stack, cause and code throw', new Unstacked()],
  ['an error that causes itself', circular()],
  ['an error with ten thousand causes', chain(10_000)],
  ['a rejected promise', rejected()],
  ['a proxy that throws', new Proxy({}, handler)],
  ['a proxy of an error that throws', new Proxy(new Error('hidden'), handler)],
  ['a revoked proxy', revoked.proxy],
  ['an abort', AbortSignal.abort().reason],
]

function circular(): Error {
  const error = new Error('again')
  error.cause = error
  return error
}

function chain(length: number): Error {
  let error = new Error('the first')
  for (let index = 0; index < length; index++) error = new Error('a later one', { cause: error })
  return error
}

function rejected(): unknown {
  const promise = Promise.reject(new Error('within'))
  promise.catch(() => undefined)
  return promise
}

/** Those that a clone between threads has trouble with. A thread is lost for each that nobody catches. */
export const AWKWARD: typeof THROWABLES = THROWABLES.filter(([name]) =>
  ['undefined', 'an error that causes itself', 'an error with ten thousand causes', 'a revoked proxy'].includes(name),
)
