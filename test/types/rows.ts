/** Types as a user has them: generated ones of the same names must take their values and give them back. */

export interface Row {
  readonly id: string
  readonly tags: readonly string[]
  readonly pair: readonly [first: number, second?: string]
  readonly loose: [number, (string | undefined)?]
  readonly cells: ReadonlyMap<string, readonly Cell[]>
  readonly seen: ReadonlySet<number>
  readonly limits: { readonly [name: string]: number }
  readonly grid: readonly (readonly number[])[]
  readonly parent?: Row
  readonly bytes: Uint8Array
  readonly own: Uint8Array<ArrayBuffer>
  note?: string
  hint?: string | undefined
  label: string | undefined
  readonly constructor?: string
  readonly frozen: Frozen
}

export interface Cell {
  value: number | null
  children?: Cell[]
}

export interface Mutable {
  text?: string
  list: string[]
  sets: Set<string>
  map: Map<string, string>
  record: Record<string, number>
}

export type Frozen = Readonly<Mutable>
export type Rows = readonly Row[]
