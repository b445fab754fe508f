/** The room's names: for links first, then what programs and plug-ins need. */

export {
  createHandshake,
  HANDSHAKE_MAX_BYTES,
  PREAMBLE_BYTES,
  type Handshake,
  type HandshakePhase,
  type HandshakeSettings,
  type HandshakeStep,
  type OpenedChannel,
} from './handshake.ts'
export { RECORD_MAX_BYTES, type ChannelOptions, type RecordSink, type SecureChannel } from './channel.ts'
export { prepareSecurity, SUITE_NUMBERS, type PreparedSecurity, type Security } from './security.ts'

export { generateIdentity, generateKey, importIdentity, type Identity } from './identity.ts'
export { keyFromPassphrase, type PassphraseOptions } from './passphrase.ts'
export type { Padding } from './padding.ts'
export type { Aead } from './aead.ts'
export type { SecureRole, SecureSuite, SuiteChannel, SuiteDriver, SuiteOptions, SuiteStep } from './suite.ts'
export { statelessCipher, type StatelessCipherOptions } from './stateless-cipher.ts'
