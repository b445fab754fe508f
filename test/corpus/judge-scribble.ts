/** The verdict on a Scribble or nuScr module. */

import type { Machine } from '../../src/ir/machine.ts'
import { checkDeclarations, checkNames } from './scribble-names.ts'
import { MachineBuilder } from './scribble-machine.ts'
import { parseScribble } from './scribble-parser.ts'
import { assertEmitted } from './pair.ts'
import { Finding, rejected, START, unsupported } from './verdict.ts'

/**
 * The machines of the module's protocols. Throws a finding unless all of them are right, auxiliary ones that nobody calls
 * included; those may be empty, since they need not stand for themselves.
 */
export function judgeScribble(text: string, file: string): readonly Machine[] {
  const module = parseScribble(text)
  const large = module.protocols.find(({ roles }) => roles.length > 2)
  if (large !== undefined) throw unsupported('roles', large.name, `${large.name.text} has ${large.roles.length} roles`)
  const findings = [...checkDeclarations(module), ...module.remarks]
  if (module.protocols.length === 0) findings.push(unsupported('no-protocol', START, 'the module has no protocol'))
  for (const protocol of module.protocols) {
    findings.push(...protocol.remarks)
    // What the parser has only stepped over may have declared the names.
    if (protocol.remarks.length === 0) findings.push(...checkNames(protocol, module))
    if (protocol.roles.length < 2)
      findings.push(unsupported('roles', protocol.name, `${protocol.name.text} has one role`))
  }
  throwWorst(findings)
  const builder = new MachineBuilder(module, file)
  const machines: Machine[] = []
  const wrong: Finding[] = []
  for (const protocol of module.protocols) {
    try {
      const machine = builder.build(protocol)
      if (machine.nodes[0]?.kind !== 'end') machines.push(machine)
      else if (!protocol.auxiliary || module.protocols.every(({ auxiliary }) => auxiliary)) {
        throw rejected('no-message', protocol.name, `the protocol "${protocol.name.text}" has no message`)
      }
    } catch (error) {
      if (!(error instanceof Finding)) throw error
      wrong.push(error)
    }
  }
  throwWorst(wrong)
  for (const machine of machines) assertEmitted(file, machine)
  return machines
}

/** A reason to refuse comes before a reason to say nothing, and what stands first before what stands behind. */
function throwWorst(findings: readonly Finding[]): void {
  const [worst] = [...findings].sort(
    (left, right) =>
      Number(right.found.verdict === 'rejected') - Number(left.found.verdict === 'rejected') ||
      left.found.at.line - right.found.at.line ||
      left.found.at.column - right.found.at.column,
  )
  if (worst !== undefined) throw worst
}
