/** A declaration as its author would have written it, for people who look at a failure. */

import type { Branch, ProtocolDeclaration, Step } from '../../src/ir/declaration.ts'
import type { Shape } from '../../src/ir/shape.ts'

export function drawProtocol(declaration: ProtocolDeclaration): string {
  return [`steer('${declaration.name}',`, ...declaration.steps.flatMap((step) => drawStep(step, '  ')), ')'].join('\n')
}

function drawStep(step: Step, indent: string): string[] {
  switch (step.kind) {
    case 'message':
      return [`${indent}${step.from === 'master' ? 'send' : 'receive'}${drawPayload(step.payload)}('${step.label}'),`]
    case 'choice':
      return [
        `${indent}${step.from === 'master' ? 'choose' : 'offer'}({`,
        ...step.branches.flatMap((branch) => drawBranch(branch, `${indent}  `)),
        `${indent}}),`,
      ]
    case 'loop': {
      const names = step.forever ? `again${step.loop}` : `again${step.loop}, leave${step.loop}`
      return [
        `${indent}${step.forever ? 'forever' : 'loop'}((${names}) => [`,
        ...step.steps.flatMap((inner) => drawStep(inner, `${indent}  `)),
        `${indent}]),`,
      ]
    }
    case 'jump':
      return [`${indent}${step.to}${step.loop},`]
    case 'handshake':
    case 'keepalive': {
      const word = step.kind === 'handshake' ? 'Handshake' : 'Keepalive'
      return [`${indent}${step.from === 'master' ? 'tx' : 'rx'}${word}(),`]
    }
    case 'local':
      return [`${indent}${step.sides.length === 2 ? 'both' : String(step.sides[0])}('${step.name}'),`]
    case 'point':
      return [`${indent}point('${step.name}'),`]
  }
}

function drawBranch({ label, payload, steps }: Branch, indent: string): string[] {
  if (steps.length === 0) return [`${indent}${label}: on${drawPayload(payload)}(),`]
  const inner = steps.flatMap((step) => drawStep(step, `${indent}  `))
  return [`${indent}${label}: on${drawPayload(payload)}(`, ...inner, `${indent}),`]
}

function drawPayload(payload: Shape | undefined): string {
  return payload === undefined ? '' : `<${payload.kind === 'reference' ? `Type${payload.type}` : payload.kind}>`
}
