import { describe, expect, it } from 'vitest'

import { DEFAULT_LIMITS, resolveLimits, type Limits } from '../../src/base/limits.ts'

describe('limits', () => {
  it('have their defaults where nothing is given', () => {
    expect(resolveLimits(undefined)).toBe(DEFAULT_LIMITS)
    expect(resolveLimits({ windowMessages: undefined } as unknown as Partial<Limits>)).toEqual(DEFAULT_LIMITS)
    expect(resolveLimits({ windowMessages: 5 })).toEqual({ ...DEFAULT_LIMITS, windowMessages: 5 })
  })

  it.each(Object.keys(DEFAULT_LIMITS) as (keyof Limits)[])('refuse nonsense for %s by name', (name) => {
    for (const value of [0, -1, 1.5, Number.NaN, Infinity, 2 ** 40, '5']) {
      if (name === 'turnMaxMs' && value === Infinity) continue
      expect(() => resolveLimits({ [name]: value })).toThrow(
        expect.objectContaining({ code: 'misuse', rawMessage: expect.stringContaining(name) }),
      )
    }
  })

  it('let turns last for ever only by name', () => {
    expect(resolveLimits({ turnMaxMs: Infinity }).turnMaxMs).toBe(Infinity)
  })

  it('refuse a name that does not exist', () => {
    expect(() => resolveLimits({ windowMesages: 5 } as never)).toThrow(/no limit called "windowMesages"/)
    expect(() => resolveLimits({ constructor: 5 } as never)).toThrow(/no limit called/)
  })
})
