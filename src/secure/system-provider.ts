/** The provider of this process: node:crypto, or noble where that lacks ChaCha20-Poly1305. The bytes are the same. */

import { createRequire } from 'node:module'

import { hasNodeProvider, nodeProvider } from './node-provider.ts'
import type * as Noble from './noble-provider.ts'
import type { Provider } from './provider.ts'

/** Noble takes longer to load than all the rest, and most processes never need it. */
function loadNoble(): Provider {
  const noble = createRequire(import.meta.url)('./noble-provider.js') as typeof Noble
  return noble.nobleProvider
}

export const systemProvider: Provider = hasNodeProvider() ? nodeProvider : loadNoble()
