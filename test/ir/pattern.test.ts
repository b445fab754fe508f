import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPattern } from '../../src/ir/pattern.ts'

describe('checkPattern', () => {
  it.each([
    '',
    '[a-z]+',
    '[a-z0-9]+(?:-[a-z0-9]+)*',
    '[^@]+@[^@]+',
    '.*\\.com',
    '[A-Z]{3}-\\d{4}',
    '\\d{1,3}(?:\\.\\d{1,3}){3}',
    '\\u{1F600}+',
    '\\ud83d\\ude00+',
    '[\\d-]+',
    '([a-zA-Z0-9]|\\s)*',
    '(?<year>\\d{4})-(?<month>\\d\\d)',
    '(a|b)*c(a|b)*',
    '\\w+\\s\\w+',
    '[a-z]{1,2000}',
    '(a|ab)(c|bcd)(d*)',
    '\\p{L}+',
    '[^]',
    '\\x41\\cA\\0\\t\\/\\-?'.replace('\\-', '[\\-\\b]'),
    'a*?b',
  ])('takes %s', (pattern) => {
    expect(checkPattern(pattern)).toEqual({ ok: true })
  })

  it.each([
    ['(a+)+', 1],
    ['x(a*)*b', 2],
    ['(?:|){30}c', 3],
    ['(?:a|a)*', 5],
    ['(a?){30}a{30}', 1],
    ['.+@.+', 2],
    ['(x+x+)+y', 3],
    ['(?:a?b?)*', 5],
    ['\\p{L}+\\d+', 6],
    ['(?:[a-z]{1,90}){1,90}', 3],
    ['(a)\\1', 3],
    ['(?<n>a)\\k<n>', 7],
    ['(?=a)a', 0],
    ['(?<!a)b', 0],
    ['\\bfoo', 0],
    ['^a', 0],
    ['a$', 1],
    ['(', 0],
    [`${'('.repeat(60)}a${')'.repeat(60)}`, 50],
  ])('refuses %s, and says where', (pattern, index) => {
    const verdict = checkPattern(pattern)
    expect(verdict).toMatchObject({ ok: false, index })
  })

  it('takes repeated classes side by side on text that is short enough', () => {
    expect(checkPattern('.*x.*', 8)).toEqual({ ok: true })
    expect(checkPattern('.*x.*', 90)).toEqual({ ok: true })
    expect(checkPattern('.*x.*', 200)).toMatchObject({ ok: false, reason: expect.stringMatching(/more than linear/) })
    expect(checkPattern('.*x.*')).toMatchObject({ ok: false })
    expect(checkPattern('(a+)+', 8)).toMatchObject({ ok: false })
  })

  it('takes only patterns that the engine runs in next to no time', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '[ab]',
      '.',
      '\\w',
      'a?',
      'b*',
      '(?:a|b)',
      '(?:a|ab)',
      '(?:a*|b)',
      '(?:ab?)',
    )
    const repeated = fc
      .tuple(piece, fc.constantFrom('', '', '*', '+', '?', '{2,5}', '{20}'))
      .map(([part, sign]) => `(?:${part})${sign}`)
    const pattern = fc.array(repeated, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''))
    const nested = fc.tuple(pattern, fc.constantFrom('', '*', '+', '{3}')).map(([part, sign]) => `(?:${part})${sign}`)
    let taken = 0
    fc.assert(
      fc.property(fc.oneof(pattern, nested), (text) => {
        if (!checkPattern(text).ok) return
        taken++
        const compiled = new RegExp(`^(?:${text})$`, 'u')
        const start = process.hrtime.bigint()
        for (const input of ['a', 'b', 'ab', 'aab', 'abb']) compiled.test(`${input.repeat(400)}!`)
        expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(500)
      }),
      { numRuns: 1000 },
    )
    expect(taken).toBeGreaterThan(50)
  })
})
