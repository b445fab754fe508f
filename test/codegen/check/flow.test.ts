import { describe, expect, test } from 'vitest'

import { checkFile, checkProtocol } from '../../../codegen/check/index.ts'
import type { Step } from '../../../src/ir/declaration.ts'
import {
  call,
  choose,
  forever,
  handshake,
  hook,
  keepalive,
  loop,
  negotiate,
  offer,
  on,
  point,
  protocol,
  receive,
  send,
  smtp,
} from '../../ir/declare.ts'

function codesOf(...steps: Step[]): string[] {
  return checkProtocol(protocol(...steps), []).diagnostics.map((diagnostic) => diagnostic.code)
}

/** The one complaint about the steps: its code and the line of its place, and the line of the step that was meant. */
function onlyComplaint(...steps: Step[]): [code: string, line: number] {
  const { diagnostics } = checkProtocol(protocol(...steps), [])
  expect(diagnostics).toHaveLength(1)
  const [diagnostic] = diagnostics
  expect(diagnostic?.hint).toBeTruthy()
  return [diagnostic?.code ?? '', diagnostic?.source.line ?? 0]
}

describe('protocols of all kinds', () => {
  test('pass when they are well formed', () => {
    expect(codesOf(...negotiate())).toEqual([])
    expect(codesOf(...smtp(point('ready')))).toEqual([])
    expect(codesOf(handshake('peer'), receive('status'), keepalive('master'))).toEqual([])
    expect(
      codesOf(
        ...call('load'),
        hook('seen', 'peer'),
        forever((again) => [send('tick'), again]),
      ),
    ).toEqual([])
  })

  test('may leave a loop by a jump of the loop around it', () => {
    expect(codesOf(loop((again, leave) => [loop(() => [offer({ a: on(), b: on(again), c: on(leave) })])]))).toEqual([])
  })

  test('may leave an endless loop by a jump of the loop around it', () => {
    expect(codesOf(loop((_again, leave) => [forever(() => [offer({ a: on(), c: on(leave) })])]))).toEqual([])
  })
})

describe('a round without a message', () => {
  test('is refused at its loop', () => {
    const spinning = loop((again, _leave) => [keepalive('master'), again])
    expect(codesOf(send('a'), spinning)).toContain('STEER2001')
    expect(
      onlyComplaint(
        send('a'),
        forever(() => [keepalive('master'), hook('h', 'peer'), point('p')]),
      )[0],
    ).toBe('STEER2001')
  })

  test('is found through loops that can be passed without a message', () => {
    const inner = loop((_again, leave) => [leave])
    expect(
      codesOf(
        send('a'),
        forever(() => [inner]),
      ),
    ).toEqual(['STEER2001'])
    const jumping = forever((outer) => [loop(() => [outer])])
    expect(codesOf(send('a'), jumping)).toEqual(['STEER2001'])
  })

  test('is found beside rounds that have one', () => {
    const mixed = forever((again) => [
      loop((_again, leave) => [leave]),
      loop((inner, leave) => [offer({ x: on(inner), y: on(leave), z: on(again) })]),
    ])
    expect(codesOf(mixed)).toEqual([])
    const skipping = loop((_again, leave) => [leave])
    expect(
      codesOf(
        forever(() => [skipping, loop((_a, l) => [l])]),
        send('never'),
      ),
    ).toContain('STEER2001')
  })

  test('is no matter where the message comes in another branch of the same choice', () => {
    expect(codesOf(loop((again, leave) => [choose({ a: on(again), b: on(leave) })]))).toEqual([])
  })
})

describe('a step that nothing leads to', () => {
  test('is refused once, at the first of them', () => {
    const late = receive('late')
    expect(
      onlyComplaint(
        forever(() => [send('tick')]),
        late,
        receive('later'),
      ),
    ).toEqual(['STEER2002', late.source.line])
  })

  test('is found behind a choice of which every branch jumps', () => {
    const late = send('late')
    const steps = [loop((again, leave) => [choose({ a: on(again), b: on(leave) }), late])]
    expect(onlyComplaint(...steps)).toEqual(['STEER2002', late.source.line])
  })

  test('is found in a branch', () => {
    const late = send('late')
    expect(
      onlyComplaint(
        choose({
          a: on(
            forever(() => [send('x')]),
            late,
          ),
          b: on(),
        }),
      ),
    ).toEqual(['STEER2002', late.source.line])
  })
})

describe('a loop', () => {
  test('that nothing leaves is refused, and what follows it is not blamed', () => {
    const endless = loop((again) => [send('tick'), again])
    expect(onlyComplaint(endless, send('after'))).toEqual(['STEER2003', endless.source.line])
  })

  test('whose exit cannot be reached is refused at the exit', () => {
    let exit = 0
    const steps = [
      loop((_again, leave) => {
        exit = leave.source.line
        return [forever(() => [send('tick')]), leave]
      }),
    ]
    const found = checkProtocol(protocol(...steps), []).diagnostics.map(({ code, source }) => [code, source.line])
    expect(found).toEqual([
      ['STEER2002', exit],
      ['STEER2004', exit],
    ])
  })

  test('whose exit stands in a branch that cannot be reached is refused there', () => {
    const steps = [loop((_again, leave) => [forever(() => [send('tick')]), choose({ a: on(leave), b: on() })])]
    expect(codesOf(...steps)).toEqual(['STEER2002', 'STEER2004'])
  })
})

describe('a choice', () => {
  test('without branches is refused', () => {
    const empty = choose({})
    expect(onlyComplaint(empty, send('after'))).toEqual(['STEER2006', empty.source.line])
  })

  test('with one branch is a warning, and the protocol is proved', () => {
    const one = offer({ only: on() })
    expect(onlyComplaint(one)).toEqual(['STEER2007', one.source.line])
    expect(checkProtocol(protocol(offer({ only: on() })), []).model).toBeDefined()
  })
})

describe('a protocol', () => {
  test('without a message is refused', () => {
    expect(codesOf(handshake('peer'), keepalive('master'))).toEqual(['STEER2008'])
    expect(codesOf()).toEqual(['STEER2008'])
  })

  test('is left out of the models when it has an error, and the others of its file are not', () => {
    const file = {
      file: 'x.steer.ts',
      types: [],
      protocols: [protocol(), { ...protocol(send('a')), exportName: 'Good' }],
    }
    const checked = checkFile(file)
    expect(checked.models.map((model) => model.declaration.exportName)).toEqual(['Good'])
    expect(checked.diagnostics).toHaveLength(1)
  })
})
