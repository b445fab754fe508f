/** Loads the reader only when there is something to read: it is the one part of the generator that needs ts-morph. */

import { SteerError } from '../src/base/errors.ts'
import type * as Reader from './read/index.ts'

/** How the optional dependency is installed. */
const INSTALL_COMMAND = 'npm install --save-dev ts-morph@28.0.0'

/** @throws SteerError `dependency` when ts-morph is not installed. */
export async function loadReader(
  load: () => Promise<typeof Reader> = () => import('./read/index.ts'),
): Promise<typeof Reader> {
  try {
    return await load()
  } catch (error) {
    if (!isMissing(error, 'ts-morph')) throw error
    const message = `generating needs ts-morph, which is not installed; install it with: ${INSTALL_COMMAND}`
    throw new SteerError('dependency', message, { cause: error })
  }
}

function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  const isResolution = error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND'
  return isResolution && error.message.includes(`'${name}'`)
}
