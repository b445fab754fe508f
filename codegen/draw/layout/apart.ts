/**
 * Places in a row that are as near as can be to where each wants to be, and no nearer to each other than they may: those that are
 * in each other's way are pooled, and share what is to be given up (isotonic regression; Ayer et al., 1955).
 */

export interface Wish {
  readonly at: number
  readonly weight: number
  /** Least distance from the one before. */
  readonly gap: number
}

interface Pool {
  readonly sum: number
  readonly weight: number
  readonly count: number
}

export function placeApart(wishes: readonly Wish[]): number[] {
  const pools: Pool[] = []
  const offsets: number[] = []
  let offset = 0
  wishes.forEach(({ at, weight, gap }, index) => {
    if (index > 0) offset += gap
    offsets.push(offset)
    let pool: Pool = { sum: (at - offset) * weight, weight, count: 1 }
    for (let last = pools.at(-1); last !== undefined && mean(last) >= mean(pool); last = pools.at(-1)) {
      pools.pop()
      pool = { sum: last.sum + pool.sum, weight: last.weight + pool.weight, count: last.count + pool.count }
    }
    pools.push(pool)
  })
  const shifts = pools.flatMap((pool) => Array.from({ length: pool.count }, () => mean(pool)))
  return shifts.map((shift, index) => shift + offsets[index]!)
}

function mean({ sum, weight }: Pool): number {
  return sum / weight
}
