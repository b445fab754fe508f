/** How long a record is made, so that its length says less about what is in it. */

import { SteerError } from '../base/errors.ts'

/**
 * `none`; `{ blockBytes }`, which fills each record up to a multiple of 2 to 4096; or `padme`, which rounds so that lengths keep
 * few of their bits and grow by 12 % at most (Nikitin et al., PURBs, 2019). When messages are sent stays visible with each.
 */
export type Padding = 'none' | 'padme' | { readonly blockBytes: number }

const BLOCK_MAX_BYTES = 4096

/** Returns how long a record of that length becomes. @throws SteerError `misuse` */
export function resolvePadding(padding: Padding | undefined): (length: number) => number {
  if (padding === undefined || padding === 'none') return (length) => length
  if (padding === 'padme') return padme
  const { blockBytes } = padding
  if (!Number.isInteger(blockBytes) || blockBytes < 2 || blockBytes > BLOCK_MAX_BYTES) {
    const text = `security.padding.blockBytes must be an integer from 2 to ${BLOCK_MAX_BYTES}, not ${String(blockBytes)}`
    throw new SteerError('misuse', text)
  }
  return (length) => Math.ceil(length / blockBytes) * blockBytes
}

/** Keeps as many leading bits as the length of the length has. */
function padme(length: number): number {
  if (length < 2) return length
  const exponent = 31 - Math.clz32(length)
  const kept = 32 - Math.clz32(exponent)
  const mask = 2 ** Math.max(0, exponent - kept) - 1
  return (length + mask) & ~mask
}
