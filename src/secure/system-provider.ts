/** The provider of this process: node:crypto, or noble where that lacks ChaCha20-Poly1305. The bytes are the same. */

import { hasNodeProvider } from './node-keys.ts'
import { nodeProvider } from './node-provider.ts'
import type { Provider } from './provider.ts'
import { loadNoble } from './system-keys.ts'

export const systemProvider: Provider = hasNodeProvider() ? nodeProvider : loadNoble()
