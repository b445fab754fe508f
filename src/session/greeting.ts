/** The bytes before the first frame: collects the hello of the other side. */

import { decodeHello, HELLO_BYTES, type Hello } from '../wire/hello.ts'

/** The hello, and what came behind it in the same chunk. */
export interface Greeted {
  readonly hello: Hello
  readonly rest: Uint8Array
}

export class Greeting {
  readonly #expectsInitiator: boolean
  /** What has come so far; never longer than a hello. */
  #bytes: Uint8Array = new Uint8Array(0)

  /** @param expectsInitiator whether the other side should be the one that dialled. */
  constructor(expectsInitiator: boolean) {
    this.#expectsInitiator = expectsInitiator
  }

  /**
   * Returns undefined while bytes are missing.
   *
   * @throws SteerError `handshake_failed` from the first wrong byte on.
   */
  push(chunk: Uint8Array): Greeted | undefined {
    const missing = HELLO_BYTES - this.#bytes.length
    this.#bytes = Buffer.concat([this.#bytes, chunk.subarray(0, missing)])
    const hello = decodeHello(this.#bytes, this.#expectsInitiator)
    return hello === undefined ? undefined : { hello, rest: chunk.subarray(missing) }
  }
}
