/** `coxswain/kernel-v1`: what generated code leans on. Version 1 of this surface stays as it is; another one is another subpath. */

// The table, and what user code meets in generated types.
export { protocol, type ProtocolInfo } from './protocol.ts'
export {
  points,
  type AcceptedEntry,
  type Definition,
  type EndPoint,
  type EnterPoint,
  type LocalPoint,
  type MessagePoint,
  type MoveEntry,
  type Point,
  type SignalPoint,
} from './definition.ts'
export type { CloseOptions, Disposable, Link, LinkEnd, MinimalSignal, ServeEntry, Session, Signal } from './link.ts'
export type {
  HandleOptions,
  HandleOptionsWith,
  OpenOptions,
  OpenOptionsWith,
  PayloadCipher,
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
  EndedStream,
  Finished,
  HeldState,
  LocalContext,
  PlannedMove,
  StreamEnd,
  StreamOver,
  StreamSource,
  Turn,
  Turns,
  Whereabouts,
} from './state.ts'

// What generated codecs are written in terms of.
export { decodePayload, encodePayload, type Codec } from './codec/codec.ts'
export { Output, type OutputOptions } from './codec/output.ts'
export { Input } from './codec/input.ts'
export {
  put4,
  put8,
  put12,
  put16,
  take1,
  take2,
  take3,
  take4,
  take8,
  take12,
  take16,
  takeBytes,
  textBytes,
} from './codec/constant.ts'
export { readArrayHead, readMapHead, readTag, writeArrayHead, writeMapHead } from './codec/head.ts'
export { readBoolean, readNull, writeBoolean, writeNull } from './codec/simple.ts'
export { readFinite, readInteger, writeFinite, writeFinites, writeInteger } from './codec/number.ts'
export { BIGINT_MAX, BIGINT_MIN, readBigint, writeBigint } from './codec/bigint.ts'
export {
  compilePattern,
  readBoundedText,
  readMatchingText,
  readText,
  writeBoundedText,
  writeMatchingText,
  writeText,
} from './codec/text.ts'
export { isBytes, readBytes, writeBytes } from './codec/bytes.ts'
export { isDate, readDate, writeDate } from './codec/date.ts'
export {
  checkKey,
  DistinctValues,
  elementsOf,
  entriesOf,
  isMap,
  isObject,
  isSet,
  keysOf,
  offsetOf,
  setEntry,
  sortEntries,
} from './codec/entries.ts'
export { enterItem, enterValue, leaveItem, leaveValue } from './codec/depth.ts'
export {
  oneOf,
  peekKind,
  readKey,
  readOneBigint,
  readOneBoolean,
  readOneNumber,
  readOneText,
  type ItemKind,
} from './codec/literal.ts'
export { seekMember, skipItem } from './codec/skip.ts'
export { readOpen, writeOpen } from './codec/open.ts'
export { refuseDuplicate, refuseItem, refuseMissing, refuseUnknown, refuseValue } from './codec/refusal.ts'
