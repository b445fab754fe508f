import { receive, send, steer } from 'coxswain/steer'

import type { Cell, Mutable, Row, Rows } from './rows.ts'

export const Table = steer(
  'table',
  send<Row>('row'),
  receive<Rows>('rows'),
  send<Cell>('cell'),
  receive<Mutable>('rest'),
)
