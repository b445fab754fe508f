/** `coxswain/kernel-v1`: what generated code leans on. Version 1 of this surface stays as it is; another one is another subpath. */

export { protocol, type ProtocolInfo } from './protocol.ts'
export type { Definition, EndPoint, LocalPoint, MessagePoint, MoveEntry, Point, SignalPoint } from './definition.ts'
export type { CloseOptions, Disposable, Link, LinkEnd, MinimalSignal, ServeEntry, Session, Signal } from './link.ts'
export type {
  HandleOptions,
  HandleOptionsWith,
  OpenOptions,
  OpenOptionsWith,
  ServeOptions,
  ServeOptionsWith,
  SessionEnd,
  SessionOptions,
} from './options.ts'
export type {
  Awaitable,
  Cancelled,
  CancelledResult,
  Ended,
  Finished,
  HeldState,
  LocalContext,
  PlannedMove,
  Turn,
  Turns,
  Whereabouts,
} from './state.ts'
