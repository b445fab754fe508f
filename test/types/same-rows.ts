/** The types of a user and those that were generated from them are the same, to the last modifier. */

import type * as Generated from './rows.gen.ts'
import type * as Own from './rows.ts'

// What is identical to the compiler, `readonly` and `?` included, gives functions that are assignable both ways.
type IsSame<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

export const same: readonly true[] = [
  true satisfies IsSame<Own.Cell, Generated.Cell>,
  true satisfies IsSame<Own.Mutable, Generated.Mutable>,
  true satisfies IsSame<{ [Name in keyof Own.Row]: 0 }, { [Name in keyof Generated.Row]: 0 }>,
]

export function give(row: Own.Row, rows: Own.Rows): [Generated.Row, Generated.Rows] {
  return [row, rows]
}

export function take(row: Generated.Row, rows: Generated.Rows): [Own.Row, Own.Rows] {
  return [row, rows]
}

export const left: Generated.Mutable = { list: [], sets: new Set(), map: new Map(), record: {} }
// @ts-expect-error `text?: string` was declared: it may be left out, but not be there as undefined.
left.text = undefined

export function write(row: Generated.Row): void {
  // @ts-expect-error the user's member is read-only
  row.id = ''
  // @ts-expect-error and so is the user's array
  row.tags[0] = ''
  row.note = ''
  row.hint = undefined
}
