/** What a generated file says of an earlier version of its protocol. */

import type { Role } from './source.ts'

export interface AcceptedVersion {
  readonly fingerprint: string
  /** Its labels, automatic ones included, sorted: what the numbers on the wire mean to it. */
  readonly labels: readonly string[]
  /** Where the present version in that role parts from the earlier one in the other; absent where they fit. */
  readonly partings: { readonly [role in Role]?: string }
}
