/** What somebody who mistyped a name may have meant. */

/** The name with the fewest letters to change, if that is at most two and fewer than there are letters. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) => ({ name, distance: editDistance(given, name) }))
  const [nearest] = distances.sort((left, right) => left.distance - right.distance)
  if (nearest === undefined || nearest.distance > 2 || nearest.distance >= nearest.name.length) return undefined
  return nearest.name
}

/** Levenshtein's distance, row by row. Long input is cut: it is no mistyped command. */
function editDistance(left: string, right: string): number {
  const given = left.slice(0, 32)
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= given.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const change = row[j - 1]! + (given[i - 1] === right[j - 1] ? 0 : 1)
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[right.length]!
}
