/** The declarations that the documentation shows as wrong are wrong, and in the way that it says. */

import { describe, expect, test } from 'vitest'

import { DIAGNOSTICS } from '../../../codegen/index.ts'
import { generateFrom, withWords } from '../emit/generate.ts'

const EXAMPLES = Object.entries(DIAGNOSTICS).flatMap(([code, { example, severity }]) =>
  example === undefined ? [] : [{ code, example, severity }],
)

/** A whole file as it is, and what is part of one inside the least that it can be part of. */
function asFile(example: string): string {
  if (example.startsWith('import ')) return example
  const whole = /^(export|const|class|interface|enum) /.test(example)
  const refinements = ['Match', 'Text'].filter((name) => example.includes(`${name}<`))
  const imports = refinements.map((name) => `import type { ${name} } from 'coxswain/steer'\n`)
  return `${imports.join('')}${withWords(whole ? example : `export const A = steer('a', ${example})`)}`
}

describe('the examples of the diagnostics', () => {
  test('are there for most codes', () => {
    expect(EXAMPLES.length).toBeGreaterThan(30)
  })

  test.each(EXAMPLES)('raise $code', async ({ code, example, severity }) => {
    const { diagnostics } = await generateFrom({ 'x.steer.ts': asFile(example) })
    expect(diagnostics.map((diagnostic) => `${diagnostic.severity} ${diagnostic.code}`)).toContain(
      `${severity} ${code}`,
    )
  })
})
