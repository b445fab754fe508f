import { describe, expect, test } from 'vitest'

import { checkProtocol, checkSafety } from '../../../codegen/check/index.ts'
import { diagnosticToJson, formatCounterexample, type Counterexample } from '../../../codegen/diagnostics/index.ts'
import type { Step } from '../../../src/ir/declaration.ts'
import type { ProtocolModel } from '../../../src/ir/model.ts'
import type { Table, TableMove, TablePoint } from '../../../src/ir/table.ts'
import { forever, hook, loop, negotiate, offer, on, point, protocol, receive, send } from '../../ir/declare.ts'

function modelOf(...steps: Step[]): ProtocolModel {
  const { model } = checkProtocol(protocol(...steps), [])
  if (model === undefined) throw new Error('not proved')
  return model
}

/** The table with what is at one of its points changed. */
function withPoint(table: Table, number: number, change: (point: TablePoint) => TablePoint): Table {
  return { ...table, points: table.points.map((at, index) => (index === number ? change(at) : at)) }
}

function withMoves(table: Table, number: number, change: (move: TableMove) => TableMove): Table {
  return withPoint(table, number, (at) => (at.kind === 'message' ? { ...at, moves: at.moves.map(change) } : at))
}

function swap(table: Table, number: number): Table {
  return withPoint(table, number, (at) => {
    return at.kind === 'message' ? { ...at, from: at.from === 'master' ? 'peer' : 'master' } : at
  })
}

function pointOf({ table }: ProtocolModel, label: string): number {
  return table.points.findIndex((at) => at.kind === 'message' && at.moves.some((move) => move.label === label))
}

describe('a pair that parts', () => {
  test('is reported at the message that is not taken, with the places of the way there', () => {
    const bye = receive('bye')
    const model = modelOf(send('ask'), hook('look', 'peer'), bye)
    const master = withMoves(model.table, pointOf(model, 'bye'), (move) => ({ ...move, label: 'farewell' }))
    const [found, ...more] = checkSafety(model, { master, peer: model.table })
    expect(more).toEqual([])
    expect(found).toMatchObject({ code: 'STEER2015', source: { line: bye.source.line } })
    expect(found?.message).toContain('the other side does not expect "bye"')
    expect(found?.counterexample?.trace.map(({ label }) => label)).toEqual(['ask', 'bye'])
  })

  test('is drawn as a sequence with the place of each message, and where each side stands', () => {
    const model = modelOf(...negotiate())
    const asked = model.declaration.steps[0]!.source
    const peer = swap(model.table, pointOf(model, 'counter'))
    const [found] = checkSafety(model, { master: model.table, peer })
    expect(found?.counterexample).toMatchObject({
      kind: 'both-wait',
      trace: [{ from: 'master', label: 'ask', source: asked }],
      standing: {
        master: { does: 'receive', labels: ['accept', 'reject', 'counter'] },
        peer: { does: 'receive', labels: ['accept', 'reject', 'counter'] },
      },
    })
    const choice = `x.steer.ts:${found?.source.line}:3`
    expect(found?.message).toBe(`the pair of "test" is not safe: both sides wait:

  master        peer
    │─── ask ───▶│  x.steer.ts:${asked.line}:3
  the master expects "accept", "reject" or "counter"  ${choice}
  the peer expects "accept", "reject" or "counter"  ${choice}`)
  })

  test('is JSON as it is', () => {
    const model = modelOf(send('ask'), receive('bye'))
    const peer = swap(model.table, 0)
    const [found] = checkSafety(model, { master: model.table, peer })
    const json: unknown = JSON.parse(JSON.stringify(diagnosticToJson(found!)))
    expect(json).toMatchObject({
      code: 'STEER2015',
      counterexample: { kind: 'both-send', trace: [], standing: { master: { does: 'send' }, peer: { does: 'send' } } },
    })
  })

  test('is found where a hook comes first, and where points do', () => {
    const model = modelOf(hook('first', 'master'), point('ready'), send('ask'), receive('bye'))
    const asked = pointOf(model, 'ask')
    const [found] = checkSafety(model, { master: model.table, peer: swap(model.table, asked) })
    expect(found?.counterexample?.kind).toBe('both-send')
  })

  test('has no end where a loop that lost its exit is not declared forever', () => {
    const model = modelOf(loop((again, leave) => [send('tick'), offer({ more: on(again), stop: on(leave) })]))
    const at = pointOf(model, 'stop')
    const table = withMoves(model.table, at, (move) => ({ ...move, next: 0 }))
    const [found] = checkSafety(model, { master: table, peer: table })
    expect(found?.code).toBe('STEER2005')
    expect(found?.counterexample).toMatchObject({ kind: 'no-end', trace: [] })
    expect(found?.message).toMatch(/^from here on no end can be reached:/)
  })

  test('has no end behind the message that leads into such a loop, which the trace shows', () => {
    const ticking = loop((again, leave) => [send('tick'), offer({ more: on(again), stop: on(leave) })])
    const model = modelOf(offer({ no: on(), go: on(ticking) }))
    const table = withMoves(model.table, pointOf(model, 'stop'), (move) => ({ ...move, next: pointOf(model, 'tick') }))
    const [found] = checkSafety(model, { master: table, peer: table })
    expect(found?.counterexample).toMatchObject({ kind: 'no-end', trace: [{ from: 'peer', label: 'go' }] })
    expect(found?.source).toEqual(ticking.kind === 'loop' ? ticking.steps[0]?.source : undefined)
  })

  test('needs no end in a loop that is declared to have none, also behind a hook or a point', () => {
    const bodies: Step[][] = [[], [hook('h', 'peer')], [point('p')], [point('p'), hook('h', 'master')]]
    for (const before of bodies) {
      const model = modelOf(
        receive('go'),
        forever(() => [...before, send('tick')]),
      )
      expect(checkSafety(model)).toEqual([])
    }
  })
})

describe('a counterexample as text', () => {
  const standing = { does: 'send', labels: ['a'] } as const
  const example: Counterexample = {
    kind: 'unspecified-reception',
    problem: 'p',
    trace: [
      { from: 'master', label: 'chunks', stream: true },
      { from: 'peer', label: 'secret', sealed: true, source: { file: 'y.steer.ts', line: 7, column: 9, length: 1 } },
    ],
    standing: { master: { does: 'end', labels: [] }, peer: standing },
  }

  test('marks streams, what is sealed, and the message that is not taken', () => {
    expect(formatCounterexample(example)).toBe(
      [
        '  master                peer',
        '    │─ chunks (stream) ─▶│',
        '    │✗─ secret (sealed) ─│  y.steer.ts:7:9',
        '  the master has ended',
        '  the peer may send "a"',
      ].join('\n'),
    )
  })

  test('shows the end of a long conversation', () => {
    const trace = Array.from({ length: 200 }, (_, number) => ({ from: 'master' as const, label: `m${number}` }))
    const text = formatCounterexample({ ...example, kind: 'both-send', trace })
    expect(text).toContain('140 before')
    expect(text).toContain(' m199 ')
    expect(text).not.toContain(' m139 ')
    expect(text.split('\n').length).toBeLessThan(70)
  })

  test('names the first of many labels, and how many more there are', () => {
    const labels = Array.from({ length: 20 }, (_, number) => `l${number}`)
    const many = { does: 'receive', labels } as const
    expect(formatCounterexample({ ...example, standing: { master: many, peer: standing } })).toContain(
      'expects "l0", "l1", "l2", "l3", "l4", "l5", "l6", "l7" and 12 more',
    )
  })
})
