/** Which states of a side come right behind a stream that it sent, and so say how that stream came to its end. */

import type { Machine } from '../../src/ir/machine.ts'
import type { Side, State } from '../../src/ir/states.ts'
import { nodeAt, reachableNodes, restFrom } from '../../src/ir/walk.ts'

/** `sometimes`: the state is also reached without a stream before it. */
export type Streamed = 'always' | 'sometimes'

/** The states of one side that have a stream of its own right before them. Any other has none. */
export function streamedStates(machine: Machine, side: Side): ReadonlyMap<State, Streamed> {
  /** By the number of the place where this side waits: the ways that lead there. */
  const ways = new Map<number, { stream: boolean; message: boolean }>()
  const arrive = (place: number, isStream: boolean): void => {
    const { number } = restFrom(machine, place)
    const way = ways.get(number) ?? { stream: false, message: false }
    way[isStream ? 'stream' : 'message'] = true
    ways.set(number, way)
  }
  arrive(0, false)
  const messages = reachableNodes(machine).flatMap((number) => {
    const node = nodeAt(machine, number)
    return node.kind === 'message' ? [{ number, node }] : []
  })
  for (const { node } of messages) {
    for (const move of node.moves) arrive(move.next, node.from === side.role && move.stream !== undefined)
  }
  const streamed = new Map<State, Streamed>()
  for (const [move, state] of side.sent) if (move.stream !== undefined) streamed.set(state, 'always')
  for (const { number, node } of messages) {
    const way = ways.get(number)
    if (node.from === side.role || way?.stream !== true) continue
    for (const move of node.moves) streamed.set(side.arrivals.get(move)!, way.message ? 'sometimes' : 'always')
  }
  return streamed
}
