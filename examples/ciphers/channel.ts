/**
 * The second rung: a handshake and a channel of one's own. This one has no forward secrecy and no identities: both ends prove
 * with HMAC that they hold the key, and derive a key for each direction from two random numbers. It shows the contract; for
 * real links take what is built in.
 */

import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

import type { SecureSuite, Security, SuiteChannel, SuiteOptions } from 'coxswain'

const RANDOM_BYTES = 32
const PROOF_BYTES = 32
const TAG_BYTES = 16

/**
 * `initiator: random ‖ payload ‖ proof`, then `responder: random ‖ payload ‖ proof`, the second proof over both messages. The
 * payload, which holds the limits of each end, crosses authenticated but readable.
 */
export const provingSuite: SecureSuite = {
  id: 'proving-example',
  needsKey: true,
  begin(options) {
    let first: Uint8Array | undefined
    return {
      step(message) {
        if (message === undefined) {
          first = write(options, 'initiator', new Uint8Array(0))
          return { send: first }
        }
        if (options.role === 'initiator') {
          const remotePayload = read(options, 'responder', first ?? new Uint8Array(0), message)
          return { done: createChannel(options, remotePayload, first ?? new Uint8Array(0), message) }
        }
        const remotePayload = read(options, 'initiator', new Uint8Array(0), message)
        const send = write(options, 'responder', message)
        return { send, done: createChannel(options, remotePayload, message, send) }
      },
    }
  },
}

function write(options: SuiteOptions, role: string, before: Uint8Array): Uint8Array {
  const said = Buffer.concat([randomBytes(RANDOM_BYTES), options.payload])
  return Buffer.concat([said, prove(options, role, before, said)])
}

/** Returns the payload. What it throws, the library reports as a failed handshake. */
function read(options: SuiteOptions, role: string, before: Uint8Array, message: Uint8Array): Uint8Array {
  const said = message.subarray(0, -PROOF_BYTES)
  if (said.length < RANDOM_BYTES) throw new Error('too short')
  if (!timingSafeEqual(message.subarray(-PROOF_BYTES), prove(options, role, before, said))) throw new Error('no proof')
  return said.slice(RANDOM_BYTES)
}

function prove({ keys, prologue }: SuiteOptions, role: string, before: Uint8Array, said: Uint8Array): Buffer {
  const parts = [prologue, before, said].map((part) => createHmac('sha256', role).update(part).digest())
  return createHmac('sha256', keys[0] ?? '')
    .update(Buffer.concat(parts))
    .digest()
}

function createChannel(
  { role, keys }: SuiteOptions,
  remotePayload: Uint8Array,
  first: Uint8Array,
  second: Uint8Array,
): SuiteChannel {
  const binding = createHmac('sha256', first).update(second).digest()
  const keyOf = (side: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', keys[0] ?? '', binding, `example ${side}`, 32))
  const own = keyOf(role)
  const other = keyOf(role === 'initiator' ? 'responder' : 'initiator')
  let sent = 0n
  let received = 0n
  return {
    overheadMaxBytes: TAG_BYTES,
    remotePayload,
    binding,
    seal(plain, out) {
      const cipher = createCipheriv('aes-256-gcm', own, nonceOf(sent++))
      out.set(cipher.update(plain))
      cipher.final()
      out.set(cipher.getAuthTag(), plain.length)
      return plain.length + TAG_BYTES
    },
    open(sealed, out) {
      const tagStart = sealed.length - TAG_BYTES
      if (tagStart < 0) return undefined
      // A counter in place of a nonce on the wire: a record that is repeated or out of order does not open.
      const decipher = createDecipheriv('aes-256-gcm', other, nonceOf(received++), { authTagLength: TAG_BYTES })
      decipher.setAuthTag(sealed.subarray(tagStart))
      out.set(decipher.update(sealed.subarray(0, tagStart)))
      try {
        decipher.final()
        return tagStart
      } catch {
        return undefined
      }
    },
    destroy() {
      own.fill(0)
      other.fill(0)
    },
  }
}

function nonceOf(counter: bigint): Uint8Array {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(counter, 4)
  return nonce
}

export const withChannel = (key: Uint8Array): Security => ({ key, suite: provingSuite })
