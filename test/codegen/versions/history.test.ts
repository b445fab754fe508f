import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  findMisfit,
  fingerprintOfVersion,
  formatHistory,
  readHistory,
  versionOf,
  withVersion,
  type History,
  type ProtocolVersion,
} from '../../../codegen/versions/index.ts'
import type { Step } from '../../../src/ir/declaration.ts'
import { lowerProtocol } from '../../../src/ir/lower.ts'
import { createModel } from '../../../src/ir/model.ts'
import type { Shape } from '../../../src/ir/shape.ts'
import { handshake, keepalive, loop, negotiate, offer, on, onWith, protocol, receive, send } from '../../ir/declare.ts'
import { shapeArbitrary, TYPES } from '../codec/arbitrary-shape.ts'

const SEED = Number(process.env['FAST_CHECK_SEED'])
const SOURCE = { file: 'x', line: 1, column: 1, length: 1 }
const DEFINITIONS = TYPES.map((type) => ({ ...type, source: SOURCE }))

function versionWith(payload: Shape, open: boolean): ProtocolVersion {
  const steps = [
    handshake('peer'),
    loop((again, leave) => [
      offer({ '220': on(send('it', payload), again), again: onWith(payload, again), done: on(leave) }),
    ]),
    { ...receive('sealed', payload), sealed: true } as Step,
    { ...send('stream', payload), stream: { window: 3 } } as Step,
    keepalive('peer'),
  ]
  return versionFrom(steps, open)
}

function versionFrom(steps: readonly Step[], open: boolean): ProtocolVersion {
  const declaration = { ...protocol(...steps), open }
  return versionOf(createModel(declaration, lowerProtocol(declaration), DEFINITIONS), DEFINITIONS)
}

function historyOf(...versions: ProtocolVersion[]): History {
  return versions.reduce<History>((history, version) => withVersion(history, version), new Map())
}

describe(`a history (FAST_CHECK_SEED=${SEED})`, () => {
  test('is read back as what was written, whatever the payloads, and is written the same again', () => {
    const property = fc.property(shapeArbitrary, fc.boolean(), (payload, open) => {
      const version = versionWith(payload, open)
      expect(fingerprintOfVersion(version)).toBe(version.fingerprint)
      const text = formatHistory(historyOf(version))
      const reading = readHistory(text)
      if ('problem' in reading) throw new Error(reading.problem)
      expect(formatHistory(reading.history)).toBe(text)
      const back = reading.history.get('test')![0]!
      expect(back.fingerprint).toBe(version.fingerprint)
      const [sent, taken] = [version, back].map(({ states, types }) => {
        return { shape: states.flatMap(({ moves }) => moves).find(({ label }) => label === 'it')!.payload!, types }
      })
      expect([findMisfit(sent!, taken!, false), findMisfit(taken!, sent!, false)]).toEqual([undefined, undefined])
    })
    fc.assert(property, { numRuns: 150, seed: SEED })
  })

  test('holds the smallest machine, whichever way it was declared', () => {
    const { states } = versionFrom(negotiate(), false)
    expect(states.map(({ turn, moves }) => [turn, ...moves.map(({ label, next }) => `${label} ${next}`)])).toEqual([
      ['master', 'ask 1'],
      ['peer', 'accept 2', 'counter 3', 'reject 4'],
      ['master', 'confirm 4'],
      ['master', 'accept 5', 'counter 1', 'reject 4'],
      ['end'],
      ['peer', 'confirm 4'],
    ])
  })

  test('never believes a text that was changed in a place that counts', () => {
    const text = formatHistory(historyOf(versionWith({ kind: 'number', format: 'u8' }, false)))
    const property = fc.property(
      fc.nat(text.length - 1),
      fc.constantFrom(...'0 1 2 3 4 5 6 7 8 9 a b c d e f l m n o r s t u'.split(' ')),
      (at, letter) => {
        const changed = text.slice(0, at) + letter + text.slice(at + 1)
        const reading = readHistory(changed)
        if ('problem' in reading) return
        // What may change unseen is what is for people, and the names by which protocols and types are called.
        const [before, after] = [text, changed].map((each) => {
          const { protocols } = JSON.parse(each) as { protocols: Record<string, { types: object[] }[]> }
          return Object.values(protocols).map(([version]) => ({ ...version, types: version?.types.length }))
        })
        expect(after).toEqual(before)
      },
    )
    fc.assert(property, { numRuns: 600, seed: SEED })
  })
})
