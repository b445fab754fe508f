import { expect, test } from 'vitest'

import { generateFrom, withWords } from '../emit/generate.ts'

test.each(['1n', '-0', '0', '12345678901234567890n', '"1n"', 'true'])(
  'a payload with the literal type %s is checked and emitted',
  async (literal) => {
    const files = { 'x.steer.ts': withWords(`export const Once = steer('once', send<{ value: ${literal} }>('value'))`) }
    const { diagnostics, outputs } = await generateFrom(files)
    expect(diagnostics).toEqual([])
    expect(outputs).toHaveLength(2)
  },
)
