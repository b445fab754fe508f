/** The table of a protocol as source, and the call that makes it a protocol. */

import type { AcceptedVersion } from '../../src/ir/accepted-version.ts'
import type { ProtocolModel } from '../../src/ir/model.ts'
import type { Shape } from '../../src/ir/shape.ts'
import type { TableMove, TablePoint } from '../../src/ir/table.ts'
import type { FileContext } from './file-context.ts'
import { Code, docComment, Fields, literalSource, type Literal } from './layout.ts'

export interface TableSourceOptions {
  readonly memoryBound: number
  /** Earlier versions of the protocol, oldest first. */
  readonly accepted: readonly AcceptedVersion[]
  /** The name of the codec of a payload. */
  codecNameOf(payload: Shape): string
}

/** The exported constant of a protocol. */
export function protocolBlock(model: ProtocolModel, context: FileContext, options: TableSourceOptions): string[] {
  const { declaration, table, fingerprint } = model
  const { exportName } = declaration
  const type = `${exportName}Protocol`
  const { master, peer } = table.start
  const start =
    master === undefined && peer === undefined
      ? undefined
      : new Fields([
          ['master', master],
          ['peer', peer],
        ])
  const points = table.points.map((point) => pointLiteral(point, options))
  const head: [string, Literal | undefined][] = [
    ['name', declaration.name],
    ['fingerprint', fingerprint],
    ['memoryBound', options.memoryBound],
    ['start', start],
  ]
  return [
    ...docComment('', declaration.doc, `Declared at ${context.place(declaration.source)}.`),
    `export const ${exportName}: ${type} = ${context.names.kernel('protocol')}<${type}>({`,
    ...head.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name}: ${literalSource(value, '  ', 16)},`])),
    `  points: ${context.names.kernel('points')}(`,
    ...points.map((point) => `    ${literalSource(point, '    ', 1)},`),
    '  ),',
    ...(table.scopes.length === 0 ? [] : [`  scopes: [${table.scopes.join(', ')}],`]),
    ...acceptsLines(options.accepted),
    '})',
  ]
}

/** Earlier versions by fingerprint: their labels, and for each role why the two do not fit where they do not. */
function acceptsLines(accepted: readonly AcceptedVersion[]): string[] {
  if (accepted.length === 0) return []
  const entries = accepted.map(({ fingerprint, labels, partings }) => {
    const { master, peer } = partings
    return [
      fingerprint,
      new Fields([
        ['labels', labels],
        ['master', master],
        ['peer', peer],
      ]),
    ] as const
  })
  return [`  accepts: ${literalSource(new Fields(entries), '  ', 10)},`]
}

function pointLiteral(point: TablePoint, options: TableSourceOptions): Literal {
  switch (point.kind) {
    case 'message': {
      const moves = point.moves.map((move) => [move.label, moveLiteral(move, options)] as const)
      return new Fields([
        ['from', point.from],
        ['moves', new Fields(moves)],
        ['within', withinLiteral(point.within)],
      ])
    }
    case 'signal':
      return new Fields([
        ['from', point.from],
        ['signal', point.signal],
        ['next', point.next],
        ['within', withinLiteral(point.within)],
      ])
    case 'local':
      return new Fields([
        ['side', point.side],
        ['local', point.local],
        ['next', point.next],
        ['within', withinLiteral(point.within)],
      ])
    case 'enter':
      return new Fields([
        ['enter', point.scope],
        ['next', point.next],
      ])
    case 'end':
      return new Fields([['end', true]])
  }
}

function withinLiteral(scopes: readonly number[] | undefined): Literal | undefined {
  return scopes === undefined ? undefined : new Code(`[${scopes.join(', ')}]`)
}

function moveLiteral(move: TableMove, options: TableSourceOptions): Literal {
  return new Fields([
    ['next', move.next],
    ['payload', move.payload === undefined ? undefined : new Code(options.codecNameOf(move.payload))],
    ['sealed', move.sealed],
    ['stream', move.stream],
    ['at', move.at],
    ['via', move.via],
    ['sent', move.sent],
    ['sentVia', move.sentVia],
    ['outcome', move.outcome],
  ])
}
