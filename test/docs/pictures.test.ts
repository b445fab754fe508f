import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

import { drawPictures } from '../../.ci/pictures.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const EXAMPLES = ['capitan', 'chat', 'ciphers', 'health', 'negotiate', 'smtp', 'upload']
const PAGES = ['README.md', ...EXAMPLES.map((name) => `examples/${name}/README.md`)]

/** The pictures that a page shows, by their paths from the root. */
function picturesOf(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8')
  return [...text.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, path]) => normalize(join(dirname(page), path!)))
}

describe('the pictures of the documents', () => {
  test('are drawn anew from the declarations, byte for byte', async () => {
    const pictures = await drawPictures()
    expect(pictures.length).toBeGreaterThan(14)
    const stale = pictures.filter(({ file, text }) => {
      return !existsSync(join(ROOT, file)) || readFileSync(join(ROOT, file), 'utf8') !== text
    })
    expect(stale.map(({ file }) => file)).toEqual([])
    const shown = new Set(PAGES.flatMap(picturesOf))
    expect(pictures.filter(({ file }) => !shown.has(file))).toEqual([])
  })

  test.each(PAGES)('that %s shows are there', (page) => {
    const pictures = picturesOf(page)
    expect(pictures.length).toBeGreaterThan(1)
    expect(pictures.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})
