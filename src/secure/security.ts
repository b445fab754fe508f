/** What a program says about security, checked once and made ready. */

import { SteerError } from '../base/errors.ts'
import type { PeerIdentity } from '../base/peer-identity.ts'
import { guardAead } from './guarded-aead.ts'
import { guardSuite } from './guarded-suite.ts'
import type { Aead } from './aead.ts'
import { encodeLatin1 } from './bytes.ts'
import { hkdf } from './hkdf.ts'
import { copyKey, Identity } from './identity.ts'
import { createNoiseSuite, noiseName } from './noise-suite.ts'
import { IK, KK, NNpsk0, XX, XXpsk3, type Pattern } from './noise/pattern.ts'
import { resolvePadding, type Padding } from './padding.ts'
import { kindOf } from './plug-in.ts'
import { KEY_BYTES, type Provider } from './provider.ts'
import type { SecureRole, SecureSuite } from './suite.ts'
import { systemProvider } from './system-provider.ts'

/** How the bytes of a link are protected. A `key`, an `identity`, or a `suite` has to be there. */
export interface Security {
  /** Exactly 32 random bytes that both ends share. */
  readonly key?: Uint8Array | undefined
  /** In place of `key`, to change it without a gap: 1 to 4. The side that dials uses the first, the other side takes each. */
  readonly keys?: readonly Uint8Array[] | undefined
  /** Who this side is. With a key as well, both are needed. */
  readonly identity?: Identity | undefined
  /** The one public key that the other side may have, 32 bytes. */
  readonly remoteIdentity?: Uint8Array | undefined
  /**
   * How identities are exchanged. Default `XX`: both are sent, encrypted. `IK`: the side that dials knows `remoteIdentity`, and
   * saves half a round trip. `KK`: both know it.
   */
  readonly pattern?: 'XX' | 'KK' | 'IK' | undefined
  /**
   * Asked once the other side has proved who it is, before it learns who this side is where the pattern allows that, and before
   * the link opens. Anything but true, a throw or a rejection refuses. The time counts against `limits.openMaxMs`.
   */
  readonly authorize?: ((peer: PeerIdentity) => boolean | Promise<boolean>) | undefined
  /** Default `ChaChaPoly`. Both ends need the same. */
  readonly aead?: 'ChaChaPoly' | 'XChaChaPoly' | 'AESGCM' | Aead | undefined
  /** A handshake and channel of the program's own. */
  readonly suite?: SecureSuite | undefined
  /** Of records; each side's own choice. Default `none`. */
  readonly padding?: Padding | undefined
}

/** Numbers of the preamble. None is ever given a second meaning. */
export const SUITE_NUMBERS = { NNpsk0: 1, XX: 2, XXpsk3: 3, KK: 4, IK: 5, plugIn: 0x80 } as const

/** `Security`, checked and ready for any number of handshakes of one role. Shows nothing of its keys. */
export class PreparedSecurity {
  readonly role: SecureRole
  readonly suiteNumber: number
  readonly authorize: Security['authorize']

  /** @internal `prepareSecurity` makes them. */
  constructor(role: SecureRole, suiteNumber: number, authorize: Security['authorize'], parts: PreparedParts) {
    this.role = role
    this.suiteNumber = suiteNumber
    this.authorize = authorize
    PARTS.set(this, parts)
  }
}

/** Beside the objects, not in them: no way of showing an object gets here, getters included. */
const PARTS = new WeakMap<PreparedSecurity, PreparedParts>()

/** @internal for the handshake. @throws SteerError `misuse` for anything that `prepareSecurity` has not made. */
export function partsOf(security: PreparedSecurity): PreparedParts {
  const parts = PARTS.get(security)
  if (parts === undefined) throw new SteerError('misuse', 'this security does not come from prepareSecurity')
  return parts
}

export interface PreparedParts {
  readonly suite: SecureSuite
  readonly keys: readonly Uint8Array[]
  readonly remoteIdentity: Uint8Array | undefined
  readonly pad: (length: number) => number
}

const NAMES: readonly (keyof Security)[] = [
  'key',
  'keys',
  'identity',
  'remoteIdentity',
  'pattern',
  'authorize',
  'aead',
  'suite',
  'padding',
]

const KEYS_MAX = 4

/**
 * Checks everything that can be checked before a connection, so that a mistake shows when a program starts. Keys are copied.
 *
 * @throws SteerError `misuse`
 */
export function prepareSecurity(
  security: Security,
  role: SecureRole,
  provider: Provider = systemProvider,
): PreparedSecurity {
  if (typeof security !== 'object' || (security as unknown) === null) {
    throw new SteerError('misuse', `security must be 'none' or an object, not ${kindOf(security)}`)
  }
  // A misspelt `authorize` would let everyone in.
  const unknown = Object.keys(security).find((name) => !(NAMES as readonly string[]).includes(name))
  if (unknown !== undefined) throw new SteerError('misuse', `there is no security.${unknown}`)
  const { authorize, padding } = security
  if (authorize !== undefined && typeof authorize !== 'function') {
    throw new SteerError('misuse', 'security.authorize must be a function')
  }
  const keys = copyKeys(security)
  const remoteIdentity =
    security.remoteIdentity === undefined ? undefined : copyKey('security.remoteIdentity', security.remoteIdentity)
  const parts = { keys, remoteIdentity, pad: resolvePadding(padding) }
  if (security.suite !== undefined) {
    const suite = prepareSuite(security, keys)
    return new PreparedSecurity(role, SUITE_NUMBERS.plugIn, authorize, { ...parts, suite })
  }
  const pattern = choosePattern(security, role, keys.length > 0)
  const suite = createNoise(pattern, security, { keys, remoteIdentity, provider })
  return new PreparedSecurity(role, SUITE_NUMBERS[pattern.name as keyof typeof SUITE_NUMBERS], authorize, {
    ...parts,
    suite,
    keys: [],
  })
}

function copyKeys({ key, keys }: Security): readonly Uint8Array[] {
  if (key !== undefined && keys !== undefined)
    throw new SteerError('misuse', 'give either security.key or security.keys')
  if (key !== undefined) return [copyKey('security.key', key)]
  if (keys === undefined) return []
  if (!Array.isArray(keys) || keys.length < 1 || keys.length > KEYS_MAX) {
    throw new SteerError('misuse', `security.keys must be a list of 1 to ${KEYS_MAX} keys`)
  }
  // Not `map`, which would pass over holes.
  return Array.from(keys, (each: unknown, index) => copyKey(`security.keys[${index}]`, each))
}

function prepareSuite(security: Security, keys: readonly Uint8Array[]): SecureSuite {
  for (const name of ['identity', 'pattern', 'aead'] as const) {
    if (security[name] !== undefined) throw new SteerError('misuse', `security.suite does not go with security.${name}`)
  }
  const suite = guardSuite(security.suite!)
  if (suite.needsKey === true && keys.length === 0) {
    throw new SteerError('misuse', `suite "${suite.id}" needs security.key`)
  }
  return suite
}

/** Every way in which a peer would go unexamined though the program asked for an examination is refused here. */
function choosePattern(security: Security, role: SecureRole, hasKey: boolean): Pattern {
  const { identity, remoteIdentity, authorize } = security
  const { pattern = 'XX' }: { readonly pattern?: string | undefined } = security
  if (identity === undefined) {
    if (!hasKey) throw new SteerError('misuse', 'security needs a key, an identity or a suite')
    for (const name of ['pattern', 'remoteIdentity', 'authorize'] as const) {
      if (security[name] !== undefined) throw new SteerError('misuse', `security.${name} needs security.identity`)
    }
    return NNpsk0
  }
  if (!(identity instanceof Identity)) {
    throw new SteerError('misuse', 'security.identity must come from generateIdentity or importIdentity')
  }
  const examined = remoteIdentity !== undefined || authorize !== undefined
  if (pattern === 'XX') {
    if (hasKey) return XXpsk3
    if (examined) return XX
    throw new SteerError(
      'misuse',
      'an identity alone lets everyone in: security needs authorize, remoteIdentity or a key',
    )
  }
  if (pattern !== 'KK' && pattern !== 'IK')
    throw new SteerError('misuse', "security.pattern must be 'XX', 'KK' or 'IK'")
  if (hasKey) throw new SteerError('misuse', `security.pattern '${pattern}' takes no key`)
  if ((pattern === 'KK' || role === 'initiator') && remoteIdentity === undefined) {
    throw new SteerError('misuse', `security.pattern '${pattern}' needs remoteIdentity here`)
  }
  if (!examined) throw new SteerError('misuse', "security.pattern 'IK' needs authorize or remoteIdentity on this side")
  return pattern === 'KK' ? KK : IK
}

interface NoiseParts {
  readonly keys: readonly Uint8Array[]
  readonly remoteIdentity: Uint8Array | undefined
  readonly provider: Provider
}

function createNoise(
  pattern: Pattern,
  security: Security,
  { keys, remoteIdentity, provider }: NoiseParts,
): SecureSuite {
  const aead = chooseAead(security.aead, provider)
  const name = encodeLatin1(noiseName(pattern, aead))
  // The key itself goes nowhere: the program may use it for something else too.
  const psks = keys.map((key) => hkdf(provider.sha256, key, encodeLatin1('coxswain/1 psk'), name, KEY_BYTES))
  return createNoiseSuite({
    ...{ pattern, aead, provider, psks },
    staticKey: security.identity?.keyPair(provider),
    remoteStatic: pattern === KK || pattern === IK ? remoteIdentity : undefined,
  })
}

function chooseAead(aead: Security['aead'], provider: Provider): Aead {
  const builtIn = [provider.chaChaPoly, provider.xChaChaPoly, provider.aesGcm]
  if (aead === undefined) return provider.chaChaPoly
  if (typeof aead === 'object' && (aead as unknown) !== null) return guardAead(aead)
  const found = builtIn.find(({ id }) => id === aead)
  if (found !== undefined) return found
  throw new SteerError('misuse', `security.aead must be ${builtIn.map(({ id }) => `'${id}'`).join(', ')} or an Aead`)
}
