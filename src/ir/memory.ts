/** How much of a protocol can lie unread at one end of a session. */

import type { Machine, MachineNode } from './machine.ts'
import type { Shape } from './shape.ts'
import type { Role } from './source.ts'
import { nodeAt, reachableNodes, successorsOf } from './walk.ts'

/** The limits of a link that matter here, in messages and bytes. */
export interface InboundLimits {
  readonly windowMessages: number
  readonly windowBytes: number
  readonly frameMaxBytes: number
}

/**
 * The most bytes of unread messages that one session holds on either side, under these limits. Turn-taking bounds it by
 * itself: a side that must wait for an answer has at most as many messages on the way as it can send before its turn ends. A
 * message may go over the byte window, since that is checked before it is sent. A stream adds its window of items.
 */
export function memoryBoundOf(machine: Machine, maxBytesOf: (payload: Shape) => number, limits: InboundLimits): number {
  const roles: readonly Role[] = ['master', 'peer']
  return Math.max(...roles.map((sender) => inboundBound(machine, maxBytesOf, limits, sender)))
}

function inboundBound(
  machine: Machine,
  maxBytesOf: (payload: Shape) => number,
  limits: InboundLimits,
  sender: Role,
): number {
  let largest = 0
  let streams = 0
  for (const number of reachableNodes(machine)) {
    const node = nodeAt(machine, number)
    if (node.kind !== 'message' || node.from !== sender) continue
    for (const { payload, stream, sealed } of node.moves) {
      // What a cipher makes of a payload may be longer than the payload; how much is the cipher's own affair.
      const bound = payload === undefined ? 0 : sealed === true ? Infinity : maxBytesOf(payload)
      const bytes = Math.min(bound, limits.frameMaxBytes)
      if (stream === undefined) largest = Math.max(largest, bytes)
      else streams = Math.max(streams, stream.window * bytes)
    }
  }
  // One stream is open at a time, and nothing that came before it has to be unread by then: both can lie here.
  return streams + messagesBound(machine, limits, sender, largest)
}

function messagesBound(machine: Machine, limits: InboundLimits, sender: Role, largest: number): number {
  if (largest === 0) return 0
  const messages = Math.min(limits.windowMessages, longestRun(machine, sender))
  return Math.min(limits.windowBytes + largest, messages * largest)
}

/**
 * The most messages that `sender` sends without having to hear from the other side; `Infinity` for a loop of them. A stream is
 * over when both sides have said so, and so it is no part of a run, but the end of one.
 */
function longestRun(machine: Machine, sender: Role): number {
  const runs = new Map<number, number>()
  let longest = 0
  for (const number of reachableNodes(machine)) longest = Math.max(longest, runFrom(machine, sender, number, runs))
  return longest
}

/** Depth first, with a stack of its own, since machines are long. `Infinity` marks the nodes of the way so far. */
function runFrom(machine: Machine, sender: Role, start: number, runs: Map<number, number>): number {
  const way = [start]
  for (let number = way.at(-1); number !== undefined; number = way.at(-1)) {
    const node = nodeAt(machine, number)
    const waits = endsRun(node, sender)
    const nexts = waits ? [] : successorsOf(node)
    if (!runs.has(number)) {
      runs.set(number, Infinity)
      way.push(...nexts.filter((next) => !runs.has(next)))
      continue
    }
    way.pop()
    const behind = Math.max(0, ...nexts.map((next) => runs.get(next)!))
    runs.set(number, (node.kind === 'message' && !waits ? 1 : 0) + behind)
  }
  return runs.get(start)!
}

function endsRun(node: MachineNode, sender: Role): boolean {
  if (node.kind === 'message' && node.moves.some(({ stream }) => stream !== undefined)) return true
  return node.kind === 'end' || ((node.kind === 'message' || node.kind === 'signal') && node.from !== sender)
}
