/** The example in docs/wire-format.md, computed from the words of that page alone and by the generator. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

import { generateFrom } from '../codegen/emit/generate.ts'

const DOCUMENT = readFileSync(new URL('../../docs/wire-format.md', import.meta.url), 'utf8')
const SECTION = DOCUMENT.slice(DOCUMENT.indexOf('## 9. The fingerprint'))
const [DECLARATION = '', TYPES = '', TEXT = ''] = [...SECTION.matchAll(/```(?:ts)?\n([^]*?)\n```/g)].map(
  ([, block]) => block,
)
const FINGERPRINT = /`([0-9a-f]{64})`/.exec(SECTION)?.[1]

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** What the page says about rounds of colours; the number of rounds comes with it. */
function digestOf(lines: readonly string[]): readonly [digest: string | undefined, rounds: number] {
  const types = lines.map((line) => {
    const [, text = '', parts = ''] = /^\d+ (\[.*\])([ \d]*)$/.exec(line) ?? []
    return { text, parts: parts.split(' ').filter(Boolean).map(Number) }
  })
  let colours = types.map(({ text }) => sha256(text))
  for (let rounds = 1; ; rounds++) {
    const before = new Set(colours).size
    const last = colours
    colours = types.map(({ text, parts }) => {
      const inner = parts.map((part) => last[part] ?? '')
      return sha256([text, ...(text === '["union"]' ? [...new Set(inner)].sort() : inner)].join('\n'))
    })
    if (new Set(colours).size === before) return [colours[0], rounds]
  }
}

describe('the fingerprint in docs/wire-format.md', () => {
  test('is the one that the generator gives', async () => {
    const { protocols, diagnostics } = await generateFrom({ 'bell.steer.ts': `${DECLARATION}\n` })
    expect(diagnostics).toEqual([])
    expect(protocols.map(({ fingerprint }) => fingerprint)).toEqual([FINGERPRINT])
  })

  test('is the SHA-256 of the text beside it', () => {
    expect(sha256(TEXT)).toBe(FINGERPRINT)
  })

  test('has the digest of the payload that follows from the rounds', () => {
    const [digest, rounds] = digestOf(TYPES.split('\n'))
    expect(TEXT).toContain(`["note ${String(digest)}",1]`)
    // The page says how many rounds it takes.
    expect(SECTION).toContain(`${['no', 'one', 'two', 'three'][rounds] ?? ''} rounds give \`Note\` its digest`)
  })
})
