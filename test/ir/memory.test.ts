import { describe, expect, test } from 'vitest'

import { lastPayloads } from '../../src/ir/last-payload.ts'
import { memoryBoundOf } from '../../src/ir/memory.ts'
import type { Step } from '../../src/ir/declaration.ts'
import {
  choose,
  forever,
  keepalive,
  loop,
  machine,
  negotiate,
  NUMBER,
  on,
  onWith,
  receive,
  send,
  TEXT,
} from './declare.ts'

const LIMITS = { windowMessages: 8, windowBytes: 1000, frameMaxBytes: 5000 }

function bound(...steps: Step[]): number {
  return memoryBoundOf(machine(...steps), (payload) => (payload.kind === 'number' ? 10 : Infinity), LIMITS)
}

describe('the memory that a session can hold', () => {
  test('is nothing without payloads', () => {
    expect(bound(forever(() => [send('tick')]))).toBe(0)
  })

  test('is what can be sent before an answer is due', () => {
    expect(bound(send('a', NUMBER), receive('b', NUMBER), send('c', NUMBER))).toBe(10)
    expect(bound(send('a', NUMBER), send('b'), send('c', NUMBER), receive('d'))).toBe(30)
    expect(bound(...negotiate())).toBe(10)
  })

  test('counts the longest way where ways meet', () => {
    expect(bound(choose({ a: on(), b: on(send('c'), send('d')) }), send('e', NUMBER))).toBe(40)
  })

  test('ends at a frame of the other side, automatic ones included', () => {
    expect(bound(send('a', NUMBER), keepalive('peer'), send('b', NUMBER))).toBe(10)
    expect(bound(send('a', NUMBER), keepalive('master'), send('b', NUMBER))).toBe(20)
  })

  test('is the window of messages for a loop in which one side sends and sends', () => {
    expect(bound(forever(() => [send('tick', NUMBER)]))).toBe(80)
    expect(
      bound(
        loop((again, leave) => [choose({ more: onWith(NUMBER, again), stop: on(leave) })]),
        receive('ok'),
      ),
    ).toBe(80)
  })

  test('is the longest frame for a payload without a bound, and the window with one more for many', () => {
    expect(bound(send('a', TEXT))).toBe(5000)
    expect(bound(forever(() => [send('a', TEXT)]))).toBe(6000)
  })
})

describe('the last payload of a side', () => {
  const lastOf = (role: 'master' | 'peer', ...steps: Step[]): Record<string, string[]> => {
    const found = lastPayloads(machine(...steps), role, (payload) => payload.kind)
    return Object.fromEntries([...found].map(([move, payloads]) => [move.path.join('.'), [...payloads.keys()]]))
  }

  test('is that of the last message with one', () => {
    expect(lastOf('master', receive('a', NUMBER), receive('b'), send('c', TEXT))).toEqual({ 'start.c': ['number'] })
    expect(lastOf('peer', receive('a', NUMBER), receive('b'), send('c', TEXT))).toEqual({ 'start.c': ['string'] })
  })

  test('is nothing where none has come', () => {
    expect(lastOf('master', send('a', NUMBER))).toEqual({ 'start.a': [''] })
  })

  test('is any of those that a loop can bring', () => {
    const steps = [
      loop((again, leave) => [choose({ n: onWith(NUMBER, again), t: onWith(TEXT, again), stop: on(leave) })]),
      keepalive('peer'),
    ]
    expect(lastOf('peer', ...steps)).toEqual({ 'start.stop': ['', 'number', 'string'] })
  })
})
