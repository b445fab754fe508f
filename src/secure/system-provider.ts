/** The provider of this process: node:crypto, or noble where that lacks ChaCha20-Poly1305. The bytes are the same. */

import { hasNodeProvider, nodeProvider } from './node-provider.ts'
import { nobleProvider } from './noble-provider.ts'
import type { Provider } from './provider.ts'

export const systemProvider: Provider = hasNodeProvider() ? nodeProvider : nobleProvider
