/** What the list says about one code. The lists of the four ranges satisfy this; `codes.ts` joins them. */

export type Severity = 'error' | 'warning'

export interface CodeEntry {
  readonly severity: Severity
  /** A few words, lower case: the heading in the documentation. */
  readonly title: string
  /** Why it is refused. Full sentences. */
  readonly explanation: string
  /** What to do about it, where the place itself offers nothing better. */
  readonly hint: string
  /** A declaration that raises it. */
  readonly example?: string
}
