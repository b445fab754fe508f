/** `coxswain/reactor`: services that are kept alive, and sessions among them. */

export {
  AtomicI64,
  AtomicU32,
  SharedCell,
  type Awaitable,
  type Backoff,
  type Ended,
  type Exited,
  type FallbackContext,
  type HealthOptions,
  type Hook,
  type Hung,
  type InlineSpec,
  type Intensity,
  type IsolatedSpec,
  type Isolation,
  type MainTrace,
  type Outcome,
  type Phase,
  type Reactor,
  type Restart,
  type Service,
  type ServiceContext,
  type ServiceDefaults,
  type ServiceFailureEvent,
  type ServiceHungEvent,
  type ServiceSettings,
  type ServiceSnapshot,
  type ServiceSpec,
  type ServiceStateEvent,
  type SharedCellOptions,
  type ShutdownOptions,
  type ShutdownReport,
  type Sibling,
  type Strategy,
  type Threw,
  type Uncaught,
  type Watchdog,
} from '../reactor/index.ts'
export { dialService, type DialServiceOptions } from './dial-service.ts'
export { isolateService, linkToIsolate, type IsolateServiceOptions } from './isolate-service.ts'
export type { RunOnLink, Served } from './kept-link.ts'
export { reactor, type ControlOptions, type ReactorOptions } from './reactor.ts'
export { serveService, type ServeServiceOptions } from './serve-service.ts'
