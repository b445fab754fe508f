/** The list, the documentation and the places that raise a code agree. */

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { documentDiagnostics } from '../../../codegen/diagnostics/document.ts'
import { DIAGNOSTICS } from '../../../codegen/diagnostics/index.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** Codes that stand in the sources of the generator and the command, the list itself left out. */
function raisedCodes(): Set<string> {
  const sources = ['codegen', 'src/cli'].flatMap((folder) =>
    readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  )
  const raising = sources.filter((file) => file.endsWith('.ts') && !file.startsWith('codegen/diagnostics/'))
  const texts = raising.map((file) => readFileSync(ROOT + file, 'utf8'))
  return new Set(texts.flatMap((text) => text.match(/(?<=')STEER\d{4}(?=')/g) ?? []))
}

describe('the list of diagnostics', () => {
  it('holds exactly the codes that are raised', () => {
    expect([...raisedCodes()].sort()).toEqual(Object.keys(DIAGNOSTICS).sort())
  })

  it('is what docs/diagnostics.md was written from', () => {
    expect(readFileSync(`${ROOT}docs/diagnostics.md`, 'utf8')).toBe(documentDiagnostics())
  })

  it('documents every code under its range, with an explanation in full sentences and a hint', () => {
    const document = documentDiagnostics()
    for (const [code, entry] of Object.entries(DIAGNOSTICS)) {
      expect(document, code).toContain(`### ${code}: ${entry.title}`)
      expect(entry.explanation, code).toMatch(/^[A-Z`].*\.$/)
      expect(entry.hint, code).toMatch(/^[a-z].*[^.]$/)
      expect(code).toMatch(/^STEER[1-4]\d{3}$/)
    }
  })
})
