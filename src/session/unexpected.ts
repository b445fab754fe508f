/** What is said of a message that a protocol does not allow where it stands. */

import { SteerError } from '../base/errors.ts'
import { otherRole } from '../ir/source.ts'
import type { Place, Program } from '../kernel/program.ts'

interface Expectation {
  readonly program: Program
  /** Where the order of all frames stands. */
  readonly wire: Place
  /** The label of the stream of the other side that is open. */
  readonly stream: string | undefined
  /** What came last, for people. */
  readonly after: string
}

export function createUnexpected({ program, wire, stream, after }: Expectation, labelNumber: number): SteerError {
  const got = program.labels[labelNumber]
  const what = got === undefined ? `label number ${labelNumber}, which does not exist` : `"${got}"`
  const expected = stream === undefined ? describePlace(wire, program.role) : `items or the end of stream "${stream}"`
  return new SteerError(
    'unexpected_message',
    `after ${after} of protocol "${program.definition.name}": expected ${expected}, got ${what} from the ${otherRole(program.role)}`,
  )
}

function describePlace(wire: Place, role: Program['role']): string {
  if (wire.mine) return `nothing, since it is the ${role}'s turn`
  const labels = wire.edges.map((edge) => `"${edge.label}"`).join(' or ')
  return labels === '' ? 'nothing, since the session is at its end' : labels
}
