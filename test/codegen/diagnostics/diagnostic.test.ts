import { describe, expect, it } from 'vitest'
import {
  createDiagnostic,
  DIAGNOSTICS,
  diagnosticToJson,
  formatDiagnostic,
  sortDiagnostics,
} from '../../../codegen/diagnostics/index.ts'
import type { SourceSpan } from '../../../src/ir/source.ts'

const span = (line: number, column: number, length = 1, file = 'shop/order.steer.ts'): SourceSpan => ({
  file,
  line,
  column,
  length,
})
const LINES = [
  'const a = 1',
  "  send('then'),",
  "\tsend('tab')",
  `${'x'.repeat(100)}send('far')${'y'.repeat(200)}`,
  "send('\u001b[31mred\u202e')",
]
const readLine = (_file: string, line: number): string | undefined => LINES[line - 1]

describe('formatDiagnostic', () => {
  it('prints place, code, message, frame with tildes, and hint', () => {
    const diagnostic = createDiagnostic('STEER1013', span(2, 8, 6), { message: 'the label "then" is reserved' })
    expect(formatDiagnostic(diagnostic, { color: false, readLine })).toBe(
      [
        'shop/order.steer.ts:2:8 - error STEER1013: the label "then" is reserved',
        '',
        "2   send('then'),",
        '         ~~~~~~',
        '',
        '  hint: choose another label',
        '',
      ].join('\n'),
    )
  })

  it('prints related places with frames of their own, further in', () => {
    const related = [{ message: 'the first stands here', source: span(1, 7) }]
    const diagnostic = createDiagnostic('STEER1014', span(2, 3, 4), { message: 'twice', hint: 'rename it', related })
    expect(formatDiagnostic(diagnostic, { color: false, readLine })).toBe(
      [
        'shop/order.steer.ts:2:3 - error STEER1014: twice',
        '',
        "2   send('then'),",
        '    ~~~~',
        '',
        '  hint: rename it',
        '',
        '  shop/order.steer.ts:1:7 the first stands here',
        '',
        '    1 const a = 1',
        '            ~',
        '',
      ].join('\n'),
    )
  })

  it('leaves the frame out where the line cannot be read', () => {
    const diagnostic = createDiagnostic('STEER4003', span(99, 1), { message: 'gone' })
    expect(formatDiagnostic(diagnostic, { color: false, readLine })).not.toContain('~')
  })

  it('shows the neighbourhood of the column in a long line, with the tildes under the span', () => {
    const diagnostic = createDiagnostic('STEER1013', span(4, 101, 11), { message: 'far' })
    const [, , line = '', marks = ''] = formatDiagnostic(diagnostic, { color: false, readLine }).split('\n')
    expect(line.length).toBeLessThanOrEqual(170)
    expect(line.slice(marks.indexOf('~'), marks.lastIndexOf('~') + 1)).toBe("send('far')")
  })

  it('never lets a tilde run past the end of a line', () => {
    const diagnostic = createDiagnostic('STEER1013', span(1, 7, 500), { message: 'long' })
    expect(formatDiagnostic(diagnostic, { color: false, readLine })).toContain('\n        ~~~~~\n')
  })

  it('shows tabs as spaces, and what a terminal would obey as a mark', () => {
    const tab = formatDiagnostic(createDiagnostic('STEER1013', span(3, 2), { message: 'tab' }), {
      color: false,
      readLine,
    })
    expect(tab).toContain("3  send('tab')\n   ~")
    const red = createDiagnostic('STEER1013', span(5, 1), { message: 'a\u001b[2Jb\nsecond line', hint: 'c\u0007' })
    const text = formatDiagnostic(red, { color: false, readLine })
    for (const character of ['\u001b', '\u0007', '\u202e']) expect(text).not.toContain(character)
    expect(text).toContain('a\ufffd[2Jb\nsecond line')
  })

  it('colours by severity, and says the same as without colours', () => {
    for (const [code, ansi] of [
      ['STEER2003', '\u001b[91m'],
      ['STEER2007', '\u001b[93m'],
    ] as const) {
      const diagnostic = createDiagnostic(code, span(2, 3, 4), { message: 'm' })
      const colored = formatDiagnostic(diagnostic, { color: true, readLine })
      expect(colored).toContain(`${ansi}${DIAGNOSTICS[code].severity}`)
      // oxlint-disable-next-line no-control-regex
      expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(formatDiagnostic(diagnostic, { color: false, readLine }))
    }
  })
})

describe('diagnosticToJson', () => {
  it('is flat, and holds hint and related places only where there are some', () => {
    const related = [{ message: 'here', source: span(1, 7) }]
    const full = createDiagnostic('STEER1014', span(2, 3, 4), { message: 'twice', related })
    expect(diagnosticToJson(full)).toEqual({
      code: 'STEER1014',
      severity: 'error',
      file: 'shop/order.steer.ts',
      line: 2,
      column: 3,
      length: 4,
      message: 'twice',
      hint: DIAGNOSTICS.STEER1014.hint,
      related: [{ file: 'shop/order.steer.ts', line: 1, column: 7, length: 1, message: 'here' }],
    })
    const bare = { code: 'STEER1014', severity: 'error', message: 'm', source: span(1, 1) } as const
    expect(Object.keys(diagnosticToJson(bare))).toEqual([
      'code',
      'severity',
      'file',
      'line',
      'column',
      'length',
      'message',
    ])
  })
})

describe('sortDiagnostics', () => {
  it('sorts by file, line, column, code and message, and keeps one of each', () => {
    const make = (file: string, line: number, column: number, message: string) =>
      createDiagnostic('STEER1013', span(line, column, 1, file), { message })
    const expected = [
      make('a', 2, 9, 'm'),
      make('a', 10, 1, 'm'),
      make('a', 10, 1, 'n'),
      make('a', 10, 2, 'm'),
      make('b', 1, 1, 'm'),
    ]
    const shuffled = [4, 2, 0, 3, 1, 2, 0].map((index) => expected[index]!)
    expect(sortDiagnostics(shuffled)).toEqual(expected)
    expect(shuffled[0]).toBe(expected[4])
  })

  it('puts upper case before lower case on any machine', () => {
    const files = ['b', 'B', 'a', 'A', 'ä'].map((file) =>
      createDiagnostic('STEER1013', span(1, 1, 1, file), { message: 'm' }),
    )
    expect(sortDiagnostics(files).map(({ source }) => source.file)).toEqual(['A', 'B', 'a', 'b', 'ä'])
  })
})
