/** A key from words, for where people have to type it. */

import { SteerError } from '../base/errors.ts'
import { checkInteger, copyBytes } from './plug-in.ts'
import { KEY_BYTES } from './provider.ts'

export interface PassphraseOptions {
  /** At least 16 bytes, the same on both ends, of this use alone. It need not be secret. */
  readonly salt: Uint8Array
  /** Logarithm of scrypt's cost: default 17, which takes 128 MiB and some tenths of a second; 14 to 20. Both ends need the same. */
  readonly costLog2?: number | undefined
}

const BLOCK_SIZE = 8

/**
 * The 32 bytes for `security.key`: scrypt over the passphrase in Unicode form NFKC. A handshake with a shared key lets whoever
 * recorded it try passphrases at leisure, so that only long random ones are safe; prefer 32 random bytes.
 *
 * @throws SteerError `misuse` (the promise rejects), `dependency` where the memory is not to be had.
 */
export async function keyFromPassphrase(passphrase: string, options: PassphraseOptions): Promise<Uint8Array> {
  if (typeof passphrase !== 'string' || passphrase === '') {
    throw new SteerError('misuse', 'the passphrase must be text that is not empty')
  }
  const { salt, costLog2 = 17 } = (options as PassphraseOptions | undefined) ?? {}
  const ownSalt = copyBytes('salt', salt, 16, 1024)
  const cost = 2 ** checkInteger('costLog2', costLog2, 14, 20)
  // Node refuses more than 32 MiB unless told.
  const maxmem = 2 * 128 * BLOCK_SIZE * cost
  const { scrypt } = await import('node:crypto')
  return new Promise((resolve, reject) => {
    const settings = { cost, blockSize: BLOCK_SIZE, parallelization: 1, maxmem }
    scrypt(passphrase.normalize('NFKC'), ownSalt, KEY_BYTES, settings, (error, key) => {
      if (error === null) resolve(new Uint8Array(key))
      else reject(new SteerError('dependency', 'scrypt did not run', { cause: error }))
    })
  })
}
