/** From each place an end can be reached, or a loop that is declared to have none. */

import type { Machine } from '../../src/ir/machine.ts'
import { nodeAt, nodesThatReach, reachableNodes } from '../../src/ir/walk.ts'
import { createDiagnostic, type Diagnostic } from '../diagnostics/index.ts'

/** One complaint for the first place, in the order of the declaration, from which there is no way to either. */
export function checkProgress(machine: Machine): Diagnostic[] {
  const ends = machine.nodes.flatMap((node, number) => (node.kind === 'end' ? [number] : []))
  const fine = nodesThatReach(machine, [...ends, ...machine.forever])
  for (const number of reachableNodes(machine)) {
    const node = nodeAt(machine, number)
    if (fine.has(number) || node.kind === 'end') continue
    return [createDiagnostic('STEER2005', node.source, { message: 'from here on no end can be reached' })]
  }
  return []
}
