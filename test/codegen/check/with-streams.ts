/** More words in a random protocol than its author used: streams, sealed payloads, a scope around it all. */

import type { ProtocolDeclaration, Step } from '../../../src/ir/declaration.ts'

/** A third of the messages with a payload become streams, and a third are sealed; which ones is a matter of their lines. */
export function withStreams(declaration: ProtocolDeclaration): ProtocolDeclaration {
  const change = (step: Step): Step => {
    switch (step.kind) {
      case 'message': {
        if (step.payload === undefined || step.source.line % 3 === 0) return step
        return step.source.line % 3 === 1 ? { ...step, stream: { window: 3 } } : { ...step, sealed: true }
      }
      case 'choice':
        return { ...step, branches: step.branches.map((branch) => ({ ...branch, steps: branch.steps.map(change) })) }
      case 'loop':
      case 'within':
        return { ...step, steps: step.steps.map(change) }
      default:
        return step
    }
  }
  return {
    ...declaration,
    steps: [{ kind: 'within', ms: 1000, steps: declaration.steps.map(change), source: declaration.source }],
  }
}
