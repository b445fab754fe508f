/**
 * The one list of what the generator complains about. `docs/diagnostics.md` is written from it, and a test holds list,
 * documentation and the places that raise a code together. A code that was released keeps its meaning for ever.
 */

import type { CodeEntry } from './code-entry.ts'
import { FILE_CODES } from './file-codes.ts'
import { PAYLOAD_CODES } from './payload-codes.ts'
import { PROTOCOL_CODES } from './protocol-codes.ts'
import { SYNTAX_CODES } from './syntax-codes.ts'

/** Stable name of one kind of complaint: `STEER1012`. */
export type DiagnosticCode =
  | keyof typeof SYNTAX_CODES
  | keyof typeof PROTOCOL_CODES
  | keyof typeof PAYLOAD_CODES
  | keyof typeof FILE_CODES

export const DIAGNOSTICS: Readonly<Record<DiagnosticCode, CodeEntry>> = {
  ...SYNTAX_CODES,
  ...PROTOCOL_CODES,
  ...PAYLOAD_CODES,
  ...FILE_CODES,
}
