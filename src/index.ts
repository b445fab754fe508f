/** `coxswain`: links and errors. Protocols come from generated files, words of declarations from `coxswain/steer`. */

// For users.
export { attach, connect, listen } from './session/on-demand.ts'
export type {
  Address,
  AttachOptions,
  ConnectOptions,
  InsecureSettings,
  Listener,
  ListenOptions,
  LinkSettings,
  RetrySettings,
} from './session/index.ts'
export { DEFAULT_LIMITS, type Limits } from './base/limits.ts'
export { SteerError, type ErrorCode, type ErrorKind, type SteerErrorOptions } from './base/errors.ts'
export type { CloseOptions, Link, LinkEnd, ServeEntry, Session, Signal } from './kernel/link.ts'
export type {
  Cancelled,
  CancelledResult,
  Ended,
  EndedStream,
  Finished,
  HeldState,
  LocalContext,
  StreamEnd,
  StreamOver,
  StreamSource,
  Turn,
  Turns,
} from './kernel/state.ts'
export type { PayloadCipher, SessionEnd } from './kernel/options.ts'
export type { SocketAddress } from './wire/tcp.ts'

// Security.
export { generateIdentity, generateKey, importIdentity, keyFromPassphrase, statelessCipher } from './secure/index.ts'
export type {
  Aead,
  Identity,
  Padding,
  PassphraseOptions,
  SecureRole,
  SecureSuite,
  Security,
  StatelessCipherOptions,
  SuiteChannel,
  SuiteDriver,
  SuiteOptions,
  SuiteStep,
} from './secure/index.ts'
export type { PeerIdentity } from './base/peer-identity.ts'

// For other libraries: logs, metrics and views.
export type {
  LinkCloseEvent,
  LinkOpenEvent,
  SessionCloseEvent,
  SessionOpenEvent,
  StrayErrorEvent,
} from './base/channels.ts'
