/** The reactor: services that are kept alive. */

export { reactor } from './reactor.ts'
export type { Reactor, ReactorListener, ReactorView, ReactorOptions, ShutdownOptions, ShutdownReport } from './face.ts'
export { openIsolateStream } from './run/context.ts'
export type { ByteSink, ByteStream } from './isolate/byte-streams.ts'
export type { Awaitable, FallbackContext, Service, ServiceContext, ServiceDefaults } from './service.ts'
export type { InlineSpec, IsolatedSpec, Isolation, ServiceSettings, ServiceSpec, Watchdog } from './spec.ts'
export type { Backoff } from './machine/backoff.ts'
export type { Hook, Intensity, Phase, Restart } from './machine/member.ts'
export type { Ended, Exited, Hung, Outcome, Sibling, Threw, Uncaught } from './machine/outcome.ts'
export type { Strategy } from './machine/state.ts'
export type { ServiceSnapshot } from './snapshot.ts'
export type { HealthOptions } from './health.ts'
export { AtomicI64, AtomicU32, SharedCell, type SharedCellOptions } from './shared.ts'
export {
  mainTracing,
  serviceFailure,
  serviceHung,
  serviceState,
  type MainTrace,
  type ServiceFailureEvent,
  type ServiceHungEvent,
  type ServiceStateEvent,
} from './channels.ts'
