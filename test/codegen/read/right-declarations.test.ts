/** Every word and every payload type, beside the data that is expected of them. */

import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readDeclarations } from '../../../codegen/read/index.ts'
import type { DeclarationFile } from '../../../src/ir/declaration.ts'
import * as steer from '../../../src/steer/index.ts'
import { FIXTURES, fixtureFiles, readFixtureLine } from './fixture-files.ts'
import { printIr } from './print-ir.ts'

const files = fixtureFiles('right')
const read = readDeclarations({ root: FIXTURES, files })

function fileNamed(name: string): DeclarationFile {
  const file = read.files.find((other) => other.file === `right/${name}.steer.ts`)
  if (file === undefined) throw new Error(`no fixture ${name}`)
  return file
}

describe('a right declaration', () => {
  it('gets no complaint', () => {
    expect(read.diagnostics).toEqual([])
  })

  it.each(files)('%s gives the expected data', async (file) => {
    const expected = `${FIXTURES}/${file.replace('.steer.ts', '.expected')}`
    expect(process.env['UPDATE_EXPECTED'] !== undefined || existsSync(expected), 'the .expected file is there').toBe(
      true,
    )
    const own = read.files.find((other) => other.file === file)
    await expect(`${printIr(own)}\n`).toMatchFileSnapshot(expected)
  })

  it('holds every word', () => {
    const text = JSON.stringify(
      Array.from({ length: 100 }, (_, line) => readFixtureLine('right/words.steer.ts', line + 1)),
    )
    expect(Object.keys(steer).length).toBe(23)
    for (const word of Object.keys(steer)) expect(text).toMatch(new RegExp(`\\b${word}\\b`))
  })

  it('gives the same data whatever is read with it and in whatever order', () => {
    const others = [...fixtureFiles('wrong'), ...files].reverse()
    const among = readDeclarations({ root: FIXTURES, files: others }).files
    for (const file of files) {
      const expected = printIr(read.files.find((other) => other.file === file))
      expect(printIr(among.find((other) => other.file === file))).toBe(expected)
      expect(printIr(readDeclarations({ root: FIXTURES, files: [file] }).files[0])).toBe(expected)
    }
  })

  it('keeps numbers of loops apart when a protocol is included twice', () => {
    const both = fileNamed('words').protocols.find(({ name }) => name === 'both')
    expect(both?.steps.flatMap((step) => (step.kind === 'loop' ? [step.loop] : []))).toEqual([0, 1])
  })

  it('gives each named type one number, and a number to the second of a name', () => {
    const names = fileNamed('payloads').types.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toContain('TreeOfString')
    expect(names).toContain('PageOfTreeOfString')
    expect(names).toContain('Tree')
    expect(names.filter((name) => name.startsWith('Status'))).toEqual(['Status', 'Status2'])
  })
})
