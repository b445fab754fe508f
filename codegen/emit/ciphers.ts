/** The ciphers that a protocol with sealed payloads must be given, one for each label. */

import type { ProtocolModel } from '../../src/ir/model.ts'
import type { SourceSpan } from '../../src/ir/source.ts'
import { nodeAt, reachableNodes } from '../../src/ir/walk.ts'
import type { FileContext } from './file-context.ts'
import { docComment } from './layout.ts'
import { propertyText } from './type-text.ts'

/** The name of the interface; undefined for a protocol in which nothing is sealed. */
export function ciphersType(model: ProtocolModel): string | undefined {
  return sealedLabels(model).size === 0 ? undefined : `${model.declaration.exportName}Ciphers`
}

/** The lines of the interface. */
export function ciphersBlock(model: ProtocolModel, context: FileContext): string[] {
  const cipher = context.names.kernel('PayloadCipher')
  return [
    ...docComment('', 'The ciphers of the sealed payloads, by label. Each side needs them all.'),
    `export interface ${ciphersType(model)} {`,
    ...[...sealedLabels(model)].flatMap(([label, source]) => [
      ...docComment('  ', context.place(source)),
      `  readonly ${propertyText(label)}: ${cipher}`,
    ]),
    '}',
  ]
}

/** In the order of the declaration, each with the first place that seals it. */
function sealedLabels({ machine }: ProtocolModel): ReadonlyMap<string, SourceSpan> {
  const labels = new Map<string, SourceSpan>()
  for (const number of reachableNodes(machine)) {
    const node = nodeAt(machine, number)
    for (const { label, sealed, source } of node.kind === 'message' ? node.moves : []) {
      if (sealed === true && !labels.has(label)) labels.set(label, source)
    }
  }
  return labels
}
