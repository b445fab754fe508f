import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

import { generate } from '../../../codegen/index.ts'

const FIXTURES = fileURLToPath(new URL('./fixtures/', import.meta.url))
const declarations = readdirSync(FIXTURES).filter((name) => name.endsWith('.steer.ts'))

describe('what is generated', () => {
  test('there are fixtures', () => {
    expect(declarations.length).toBeGreaterThan(2)
  })

  test.each(declarations)('from %s is what was reviewed', async (name) => {
    const { outputs, diagnostics } = await generate({ root: FIXTURES, paths: [name] })
    expect(diagnostics).toEqual([])
    expect(outputs.length).toBeGreaterThan(0)
    for (const { path, text } of outputs) {
      if (path.endsWith('.codec.gen.ts')) continue
      // The suffix keeps the file out of the way of the tools that look for TypeScript.
      await expect(text).toMatchFileSnapshot(`${FIXTURES}${path}.txt`)
    }
  })
})

describe('the generated files of this repository', () => {
  test('are those that the generator writes now', async () => {
    const root = fileURLToPath(new URL('../../../', import.meta.url))
    const { outputs } = await generate({ root, paths: ['examples', 'test/types', 'test/protocols'] })
    expect(outputs.length).toBeGreaterThan(5)
    for (const { path, text } of outputs) expect(readFileSync(`${root}${path}`, 'utf8')).toBe(text)
  })
})
