import { describe, expect, test } from 'vitest'

import { checkProtocol } from '../../../codegen/check/index.ts'
import { pascalCase } from '../../../src/ir/pascal-case.ts'
import type { Step } from '../../../src/ir/declaration.ts'
import { choose, loop, offer, on, point, protocol, receive, send } from '../../ir/declare.ts'

function complaints(...steps: Step[]): [code: string, line: number][] {
  return checkProtocol(protocol(...steps), []).diagnostics.map(({ code, source }) => [code, source.line])
}

describe('names', () => {
  test('of labels that differ in punctuation or case only are refused', () => {
    const twin = receive('GO_ON')
    expect(complaints(send('go-on'), twin, send('GO_ON'))).toEqual([['STEER2014', twin.source.line]])
    expect(complaints(send('goOn'), receive('go-on'))[0]?.[0]).toBe('STEER2014')
    expect(complaints(send('MAIL'), receive('mail'), send('mail'))).toHaveLength(1)
  })

  test('that a number tells apart are a warning for each of the others, on either side', () => {
    const second = receive('x')
    const steps = [receive('x'), loop((_again, leave) => [second, offer({ y: on(leave), z: on() })])]
    const { diagnostics } = checkProtocol(protocol(...steps), [])
    expect(diagnostics.map(({ source, message }) => [source.line, message])).toEqual([
      [second.source.line, 'nothing but a number tells the state "x#2" of the master apart'],
      [second.source.line, 'nothing but a number tells the state "sent.x#2" of the peer apart'],
    ])
    expect(checkProtocol(protocol(...steps), []).model).toBeDefined()
  })

  test('that a number would tell apart are no matter under a point', () => {
    const steps = [
      receive('x'),
      loop((_again, leave) => [receive('x'), point('asked'), choose({ y: on(leave), z: on() })]),
    ]
    expect(complaints(...steps)).toEqual([])
  })

  test('of two outcomes are different', () => {
    const steps = [
      loop((_again, leave) => [
        choose({ a: on(), stop: on(leave) }),
        receive('x'),
        choose({ b: on(), stop: on(leave) }),
      ]),
    ]
    expect(complaints(...steps).map(([code]) => code)).toContain('STEER2013')
  })
})

describe('a point', () => {
  test('that names no state is refused', () => {
    const over = point('over')
    expect(complaints(send('ask'), over)).toEqual([['STEER2011', over.source.line]])
  })

  test('behind another one names no state either', () => {
    const second = point('second')
    expect(complaints(receive('ask'), point('first'), second, send('yes'))).toEqual([['STEER2011', second.source.line]])
  })

  test('stands once', () => {
    const again = point('p')
    expect(complaints(send('x'), point('p'), receive('y'), again, send('z'))).toEqual([
      ['STEER2012', again.source.line],
    ])
  })

  test('has no name that a state of that side has already', () => {
    const taken = point('hello')
    expect(complaints(receive('hello'), send('x'), receive('y'), taken, send('z'))).toEqual([
      ['STEER2012', taken.source.line],
    ])
  })

  test('may have the name of the only state that it names', () => {
    expect(complaints(receive('hello'), point('hello'), send('x'))).toEqual([])
  })

  test('may have a name that the other side knows', () => {
    expect(complaints(send('x'), receive('y'), point('x'), send('z'))).toEqual([])
  })
})

describe('the case of type names', () => {
  test.each([
    ['ask', 'Ask'],
    ['EHLO.250', 'Ehlo250'],
    ['220', '220'],
    ['sent.quoteAll', 'SentQuoteAll'],
    ['go-on_now', 'GoOnNow'],
    ['x#2', 'X2'],
    ['A', 'A'],
    ['-', ''],
  ])('of %s is %s', (name, expected) => {
    expect(pascalCase(name)).toBe(expected)
  })
})
