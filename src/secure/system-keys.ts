/** What this process makes keys with: chosen when the first is made, so that programs without any load no cryptography. */

import type * as Noble from './noble-provider.ts'
import { hasNodeProvider, nodeKeys } from './node-keys.ts'
import type { KeyProvider, Provider } from './provider.ts'

let chosen: KeyProvider | undefined

export function systemKeys(): KeyProvider {
  return (chosen ??= hasNodeProvider() ? nodeKeys : loadNoble())
}

/** Noble takes longer to load than all the rest, and most processes never need it. */
export function loadNoble(): Provider {
  const noble = process.getBuiltinModule('node:module').createRequire(import.meta.url)(
    './noble-provider.js',
  ) as typeof Noble
  return noble.nobleProvider
}
