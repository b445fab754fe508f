/** What the list says about one code. `codes.ts` joins the lists of the four ranges, and holds them to this. */

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
