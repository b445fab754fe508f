import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

import { OUTSIDE, REJECTIONS } from './verdict.ts'

test('docs/corpus.md explains every code, each in its table and in order', () => {
  const text = readFileSync(new URL('../../docs/corpus.md', import.meta.url), 'utf8')
  const codesBelow = (heading: string): string[] => {
    const section = text.split(`## ${heading}\n`)[1]!.split('\n## ')[0]!
    return [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code!)
  }
  expect(codesBelow('Why a file is rejected')).toEqual([...REJECTIONS])
  expect(codesBelow('What is unsupported')).toEqual([...OUTSIDE])
})
