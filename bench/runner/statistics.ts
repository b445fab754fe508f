/** The arithmetic of rounds. */

/** The middle one, or the mean of the two in the middle. NaN for none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** With linear interpolation between neighbours. NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return NaN
  const sorted = [...values].sort((left, right) => left - right)
  const position = (sorted.length - 1) * share
  const below = Math.floor(position)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  return low + (high - low) * (position - below)
}

/** How far the values lie apart: the distance between the quartiles, as a share of the median. 0 for one value. */
export function spread(values: readonly number[]): number {
  const apart = quantile(values, 0.75) - quantile(values, 0.25)
  return values.length < 2 || apart === 0 ? 0 : apart / Math.abs(median(values))
}

/** Round by round: what disturbs a round disturbs both of its figures. */
export function ratios(values: readonly number[], against: readonly number[]): number[] {
  const rounds = Math.min(values.length, against.length)
  return Array.from({ length: rounds }, (_, round) => values[round]! / against[round]!)
}
