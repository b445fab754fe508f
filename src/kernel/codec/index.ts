/** The payload codecs: what generated code is written in terms of, and what the session layer calls. */

export { decodePayload, encodePayload, type Codec } from './codec.ts'
export { Output, type OutputOptions } from './output.ts'
export { Input } from './input.ts'
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
} from './constant.ts'
export { readArrayHead, readMapHead, readTag, writeArrayHead, writeMapHead } from './head.ts'
export { readBoolean, readNull, writeBoolean, writeNull } from './simple.ts'
export { readFinite, readInteger, writeFinite, writeFinites, writeInteger } from './number.ts'
export { BIGINT_MAX, BIGINT_MIN, readBigint, writeBigint } from './bigint.ts'
export {
  compilePattern,
  readBoundedText,
  readMatchingText,
  readText,
  writeBoundedText,
  writeMatchingText,
  writeText,
} from './text.ts'
export { isBytes, readBytes, writeBytes } from './bytes.ts'
export { isDate, readDate, writeDate } from './date.ts'
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
} from './entries.ts'
export { enterItem, enterValue, leaveItem, leaveValue } from './depth.ts'
export {
  oneOf,
  peekKind,
  readKey,
  readOneBigint,
  readOneBoolean,
  readOneNumber,
  readOneText,
  type ItemKind,
} from './literal.ts'
export { seekMember, skipItem } from './skip.ts'
export { readOpen, writeOpen } from './open.ts'
export { refuseDuplicate, refuseItem, refuseMissing, refuseUnknown, refuseValue } from './refusal.ts'
