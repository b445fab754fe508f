/** Each wrong declaration beside the complaints that are expected of it, to the column. */

import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DIAGNOSTICS, formatDiagnostic, type Diagnostic } from '../../../codegen/diagnostics/index.ts'
import { readDeclarations } from '../../../codegen/read/index.ts'
import { FIXTURES, fixtureFiles, readFixtureLine } from './fixture-files.ts'

const files = fixtureFiles('wrong')
const { diagnostics } = readDeclarations({ root: FIXTURES, files })

function format(of: readonly Diagnostic[]): string {
  return of.map((diagnostic) => formatDiagnostic(diagnostic, { color: false, readLine: readFixtureLine })).join('\n')
}

describe('a wrong declaration', () => {
  it('stands here in at least 40 forms, and nothing is said of other files', () => {
    expect(files.length).toBeGreaterThanOrEqual(40)
    expect(diagnostics.filter(({ source }) => !files.includes(source.file))).toEqual([])
  })

  it.each(files)('%s is refused as expected', async (file) => {
    const expected = `${FIXTURES}/${file.replace('.steer.ts', '.expected')}`
    const own = diagnostics.filter(({ source }) => source.file === file)
    expect(own.map(({ code }) => code)).toContain(`STEER${/\/(\d{4})-/.exec(file)?.[1]}`)
    expect(process.env['UPDATE_EXPECTED'] !== undefined || existsSync(expected), 'the .expected file is there').toBe(
      true,
    )
    await expect(format(own)).toMatchFileSnapshot(expected)
  })

  it('gets the same complaints when its file is read alone', () => {
    for (const file of [
      'wrong/3005-over-files.steer.ts',
      'wrong/1022-stream-options.steer.ts',
      'wrong/3019-sealed-parts.steer.ts',
      'wrong/1008-not-a-step.steer.ts',
    ]) {
      const alone = readDeclarations({ root: FIXTURES, files: [file] }).diagnostics
      expect(format(alone)).toBe(readFileSync(`${FIXTURES}/${file.replace('.steer.ts', '.expected')}`, 'utf8'))
    }
  })

  it('is shown for every code of the reader', () => {
    const shown = new Set(diagnostics.map(({ code }) => code))
    const ofReader = Object.keys(DIAGNOSTICS).filter((code) => /^STEER[13]/.test(code))
    expect(ofReader.filter((code) => !shown.has(code as Diagnostic['code']))).toEqual([])
  })
})
