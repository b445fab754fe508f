/** An `Aead` of the program's, held to its contract. */

import { SteerError } from '../base/errors.ts'
import type { Aead } from './aead.ts'
import { copyOf, encodeLatin1, equalBytes, isAllZero } from './bytes.ts'
import { callPlugIn, checkInteger, kindOf } from './plug-in.ts'
import { systemProvider } from './system-provider.ts'

/**
 * Checks what it declares, tries it once, and returns one that checks each call.
 *
 * @throws SteerError `misuse`
 */
export function guardAead(aead: Aead): Aead {
  checkDeclaration(aead)
  const guarded = createGuard(aead)
  probe(guarded)
  return guarded
}

function checkDeclaration(aead: Aead): void {
  const { id, keyBytes, nonceBytes, tagBytes, counterOrder } = aead as Record<keyof Aead, unknown>
  if (typeof id !== 'string' || !/^[A-Za-z0-9/]{1,32}$/.test(id)) {
    throw new SteerError('misuse', 'aead.id must be 1 to 32 letters, digits and slashes')
  }
  checkInteger('aead.keyBytes', keyBytes, 32, 32)
  if (nonceBytes !== 12 && nonceBytes !== 24) throw new SteerError('misuse', 'aead.nonceBytes must be 12 or 24')
  checkInteger('aead.tagBytes', tagBytes, 16, 64)
  if (counterOrder !== undefined && counterOrder !== 'little-endian' && counterOrder !== 'big-endian') {
    throw new SteerError('misuse', "aead.counterOrder must be 'little-endian' or 'big-endian'")
  }
}

function createGuard(aead: Aead): Aead {
  const { id, nonceBytes, tagBytes, counterOrder } = aead
  return {
    ...{ id, keyBytes: 32, nonceBytes, tagBytes, counterOrder },
    seal: (key, nonce, associated, plain, out) => {
      const what = `seal of aead "${id}"`
      const sealed = new Uint8Array(plain.length + tagBytes)
      const returned = callPlugIn(what, () =>
        aead.seal(copyOf(key), copyOf(nonce), copyOf(associated), copyOf(plain), sealed),
      )
      if (returned !== undefined) {
        throw new SteerError('misuse', `${what} must fill what it is given and return nothing, not ${kindOf(returned)}`)
      }
      if (isAllZero(sealed)) throw new SteerError('misuse', `${what} has written nothing`)
      // By chance this happens once in 2^128 calls.
      if (plain.length >= 16 && equalBytes(plain, sealed.subarray(0, plain.length))) {
        throw new SteerError('misuse', `${what} has written its input`)
      }
      out.set(sealed)
    },
    open: (key, nonce, associated, sealed, out) => {
      const what = `open of aead "${id}"`
      const plain = new Uint8Array(out.length)
      const opened = callPlugIn(what, () =>
        aead.open(copyOf(key), copyOf(nonce), copyOf(associated), copyOf(sealed), plain),
      )
      if (typeof opened !== 'boolean') {
        throw new SteerError('misuse', `${what} must return true or false, not ${kindOf(opened)}`)
      }
      if (opened) out.set(plain)
      return opened
    },
  }
}

/** What can be found out before the first connection: that it opens what it sealed, and nothing else. */
function probe(aead: Aead): void {
  const key = systemProvider.randomBytes(32)
  const nonce = new Uint8Array(aead.nonceBytes)
  const associated = encodeLatin1('coxswain')
  const plain = systemProvider.randomBytes(48)
  const sealed = new Uint8Array(plain.length + aead.tagBytes)
  aead.seal(key, nonce, associated, plain, sealed)
  const opened = new Uint8Array(plain.length)
  if (!aead.open(key, nonce, associated, sealed, opened) || !equalBytes(opened, plain)) {
    throw new SteerError('misuse', `aead "${aead.id}" does not open what it has sealed`)
  }
  const otherNonce = nonce.with(nonce.length - 1, 1)
  const forgeries: [what: string, ...Parameters<Aead['open']>][] = [
    ['other ciphertext', key, nonce, associated, flip(sealed, 20), opened],
    ['another tag', key, nonce, associated, flip(sealed, sealed.length - 1), opened],
    ['other associated data', key, nonce, flip(associated, 0), sealed, opened],
    ['another nonce', key, otherNonce, associated, sealed, opened],
    ['another key', flip(key, 0), nonce, associated, sealed, opened],
  ]
  for (const [what, ...forgery] of forgeries) {
    if (aead.open(...forgery))
      throw new SteerError('misuse', `aead "${aead.id}" opens ${what}: it does not authenticate`)
  }
}

function flip(bytes: Uint8Array, index: number): Uint8Array {
  return bytes.with(index, bytes[index]! ^ 1)
}
