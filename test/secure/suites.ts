/** The primitives that vectors name, from both providers. */

import { blake2b, blake2s } from '@noble/hashes/blake2.js'
import { sha512 } from '@noble/hashes/sha2.js'

import type { Aead } from '../../src/secure/aead.ts'
import { createNobleHash, nobleProvider } from '../../src/secure/noble-provider.ts'
import { createNodeHash } from '../../src/secure/node-keys.ts'
import { nodeProvider } from '../../src/secure/node-provider.ts'
import type { Hash, Provider } from '../../src/secure/provider.ts'

export interface TestSuite {
  readonly provider: Provider
  readonly aeads: ReadonlyMap<string, Aead>
  readonly hashes: ReadonlyMap<string, Hash>
}

function createSuite(provider: Provider, hashes: readonly Hash[]): TestSuite {
  const aeads = [provider.chaChaPoly, provider.aesGcm, provider.xChaChaPoly]
  return {
    provider,
    aeads: new Map(aeads.map((aead) => [aead.id, aead])),
    hashes: new Map([provider.sha256, ...hashes].map((hash) => [hash.id, hash])),
  }
}

export const SUITES: readonly TestSuite[] = [
  createSuite(nodeProvider, [
    createNodeHash('SHA512', 'sha512', 64),
    createNodeHash('BLAKE2s', 'blake2s256', 32),
    createNodeHash('BLAKE2b', 'blake2b512', 64),
  ]),
  createSuite(nobleProvider, [
    createNobleHash('SHA512', sha512),
    createNobleHash('BLAKE2s', blake2s),
    createNobleHash('BLAKE2b', blake2b),
  ]),
]

export const PROVIDERS: readonly Provider[] = SUITES.map((suite) => suite.provider)
