/** Which layer each box stands in: below everything that leads to it, but for the lines that go back up. */

import type { Line } from './graph.ts'

export interface Ranks {
  /** By box. Boxes stand in even layers, labels in the odd ones between. */
  readonly rankOf: readonly number[]
  /** By line: it goes back up. */
  readonly goesUp: readonly boolean[]
}

/** Boxes that box 0 does not lead to stand in the first layer. */
export function rankBoxes(boxes: number, lines: readonly Pick<Line, 'from' | 'to'>[]): Ranks {
  const outgoing = Array.from({ length: boxes }, (): number[] => [])
  lines.forEach(({ from }, line) => outgoing[from]!.push(line))
  const { goesUp, finished } = findLinesUp(lines, outgoing)
  const rankOf = outgoing.map(() => 0)
  // Last finished, first in topological order.
  for (const box of finished.reverse()) {
    for (const line of outgoing[box]!) {
      const { to } = lines[line]!
      if (goesUp[line] !== true) rankOf[to] = Math.max(rankOf[to]!, rankOf[box]! + 2)
    }
  }
  return { rankOf, goesUp }
}

/** Depth first from box 0: a line to a box that is still open closes a circle. A stack of its own, since graphs are deep. */
function findLinesUp(
  lines: readonly Pick<Line, 'from' | 'to'>[],
  outgoing: readonly (readonly number[])[],
): { readonly goesUp: boolean[]; readonly finished: number[] } {
  const goesUp = lines.map(() => false)
  const finished: number[] = []
  const state = outgoing.map((): 'new' | 'open' | 'done' => 'new')
  for (const root of outgoing.keys()) {
    if (state[root] !== 'new') continue
    state[root] = 'open'
    const stack = [{ box: root, next: 0 }]
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const line = outgoing[top.box]![top.next++]
      if (line === undefined) {
        state[top.box] = 'done'
        finished.push(top.box)
        stack.pop()
        continue
      }
      const { to } = lines[line]!
      if (state[to] === 'open') goesUp[line] = true
      if (state[to] !== 'new') continue
      state[to] = 'open'
      stack.push({ box: to, next: 0 })
    }
  }
  return { goesUp, finished }
}
