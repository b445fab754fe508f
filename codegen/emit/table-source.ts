/** The table of a protocol as source, and the call that makes it a protocol. */

import type { ProtocolModel } from '../../src/ir/model.ts'
import type { Shape } from '../../src/ir/shape.ts'
import type { TableMove, TablePoint } from '../../src/ir/table.ts'
import type { FileContext } from './file-context.ts'
import { Code, docComment, Fields, literalSource, type Literal } from './layout.ts'

export interface TableSourceOptions {
  readonly memoryBound: number
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
    '  points: [',
    ...points.map((point) => `    ${literalSource(point, '    ', 1)},`),
    '  ],',
    '})',
  ]
}

function pointLiteral(point: TablePoint, options: TableSourceOptions): Literal {
  switch (point.kind) {
    case 'message': {
      const moves = point.moves.map((move) => [move.label, moveLiteral(move, options)] as const)
      return new Fields([
        ['from', point.from],
        ['moves', new Fields(moves)],
      ])
    }
    case 'signal':
      return new Fields([
        ['from', point.from],
        ['signal', point.signal],
        ['next', point.next],
      ])
    case 'local':
      return new Fields([
        ['side', point.side],
        ['local', point.local],
        ['next', point.next],
      ])
    case 'end':
      return new Fields([['end', true]])
  }
}

function moveLiteral(move: TableMove, options: TableSourceOptions): Literal {
  return new Fields([
    ['next', move.next],
    ['payload', move.payload === undefined ? undefined : new Code(options.codecNameOf(move.payload))],
    ['at', move.at],
    ['via', move.via],
    ['sent', move.sent],
    ['sentVia', move.sentVia],
    ['outcome', move.outcome],
  ])
}
