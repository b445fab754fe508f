/** Which payload arrived last on a side when a session ends: what `handle` resolves with beside the outcome. */

import type { Machine, Move } from './machine.ts'
import type { Shape } from './shape.ts'
import type { Role } from './source.ts'
import { nodeAt, restFrom, successorsOf } from './walk.ts'

/** What may have arrived last, each shape by its key; `undefined` where nothing with a payload has. */
type LastPayloads = ReadonlyMap<string, Shape | undefined>

const NONE: LastPayloads = new Map([['', undefined]])

/**
 * For each move that ends the session, the payloads that may have been the last to arrive on the side. A message without a
 * payload changes nothing, nor does a stream. `keyOf` tells payloads apart.
 */
export function lastPayloads(
  machine: Machine,
  role: Role,
  keyOf: (payload: Shape) => string,
): ReadonlyMap<Move, LastPayloads> {
  const before = new Map<number, Map<string, Shape | undefined>>([[0, new Map(NONE)]])
  const endings = new Map<Move, LastPayloads>()
  const open = [0]
  const pass = (to: number, payloads: LastPayloads): void => {
    const known = before.get(to)
    const added = [...payloads].filter(([key]) => known?.has(key) !== true)
    if (known !== undefined && added.length === 0) return
    before.set(to, new Map([...(known ?? []), ...added]))
    open.push(to)
  }
  for (let number = open.pop(); number !== undefined; number = open.pop()) {
    const node = nodeAt(machine, number)
    const here = before.get(number) ?? NONE
    if (node.kind !== 'message') {
      for (const next of successorsOf(node)) pass(next, here)
      continue
    }
    for (const move of node.moves) {
      const arrived = node.from === role || move.stream !== undefined ? undefined : move.payload
      const behind = arrived === undefined ? here : new Map([[keyOf(arrived), arrived]])
      if (restFrom(machine, move.next).node.kind === 'end') endings.set(move, behind)
      pass(move.next, behind)
    }
  }
  return endings
}
