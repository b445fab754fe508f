/** A declaration as its author would have written it, for people who look at a failure. */

import type { Branch, MessageStep, ProtocolDeclaration, Step } from '../../src/ir/declaration.ts'
import type { Shape } from '../../src/ir/shape.ts'

export function drawProtocol(declaration: ProtocolDeclaration): string {
  return [`steer('${declaration.name}',`, ...declaration.steps.flatMap((step) => drawStep(step, '  ')), ')'].join('\n')
}

function drawStep(step: Step, indent: string): string[] {
  switch (step.kind) {
    case 'message':
      return [`${indent}${drawMessage(step)},`]
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
    case 'within':
      return [
        `${indent}within(${step.ms},`,
        ...step.steps.flatMap((inner) => drawStep(inner, `${indent}  `)),
        `${indent}),`,
      ]
  }
}

function drawMessage({ from, label, stream, ...payload }: MessageStep): string {
  const word = from === 'master' ? 'send' : 'receive'
  if (stream === undefined) return `${word}${drawPayload(payload)}('${label}')`
  return `${word}Stream${drawPayload(payload)}('${label}', { window: ${stream.window} })`
}

function drawBranch({ label, steps, ...payload }: Branch, indent: string): string[] {
  if (steps.length === 0) return [`${indent}${label}: on${drawPayload(payload)}(),`]
  const inner = steps.flatMap((step) => drawStep(step, `${indent}  `))
  return [`${indent}${label}: on${drawPayload(payload)}(`, ...inner, `${indent}),`]
}

function drawPayload({ payload, sealed }: { readonly payload?: Shape; readonly sealed?: true }): string {
  if (payload === undefined) return ''
  const type = payload.kind === 'reference' ? `Type${payload.type}` : payload.kind
  return sealed === true ? `<Sealed<${type}>>` : `<${type}>`
}
