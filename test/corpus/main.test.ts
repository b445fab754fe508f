import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { run } from './main.ts'
import { scribble } from './module-text.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'corpus-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function runIn(...args: string[]): { readonly exit: number; readonly lines: string[]; readonly complaints: string[] } {
  const lines: string[] = []
  const complaints: string[] = []
  const exit = run(
    args,
    (line) => lines.push(line),
    (line) => complaints.push(line),
  )
  return { exit, lines, complaints }
}

describe('npm run corpus', () => {
  test('prints a line with five columns for each protocol file, sorted, folders included, and nothing of others', () => {
    mkdirSync(path.join(folder, 'below'))
    writeFileSync(path.join(folder, 'below', 'a.txt'), 'A: B!a; end\nB: A?b; end')
    writeFileSync(path.join(folder, 'b.scr'), scribble('a() from A to B;'))
    writeFileSync(path.join(folder, 'c.nuscr'), 'global protocol P(role A, role B, role C) { }')
    writeFileSync(path.join(folder, 'MANIFEST.tsv'), 'file')
    expect(runIn(folder)).toEqual({
      exit: 0,
      lines: [
        'b.scr\tok\t\t\t',
        'below/a.txt\trejected\tunspecified-reception\t1:4\tthe other side does not expect "a" after a->',
        'c.nuscr\tunsupported\troles\t1:17\tP has 3 roles',
      ],
      complaints: [],
    })
  })

  test('goes on after a file that cannot be read, and exits with 1', () => {
    writeFileSync(path.join(folder, 'a.scr'), scribble('a() from A to B;'))
    symlinkSync('nowhere', path.join(folder, '0.scr'))
    const { exit, lines, complaints } = runIn(folder)
    expect(exit).toBe(1)
    expect(lines).toEqual(['a.scr\tok\t\t\t'])
    expect(complaints).toHaveLength(1)
    expect(complaints[0]).toContain('cannot read 0.scr')
  })

  test('reads files alone: no folder, and no pipe, which would never end', () => {
    mkdirSync(path.join(folder, 'folder.scr'))
    execFileSync('mkfifo', [path.join(folder, 'pipe.txt')])
    writeFileSync(path.join(folder, 'z.scr'), scribble('a() from A to B;'))
    const { exit, lines, complaints } = runIn(folder)
    expect([exit, lines]).toEqual([1, ['z.scr\tok\t\t\t']])
    expect(complaints).toEqual(['cannot read pipe.txt: Error: it is no file'])
  })

  test('calls a file too large without reading it, and one that holds no text what it is', () => {
    writeFileSync(path.join(folder, 'a.scr'), '')
    truncateSync(path.join(folder, 'a.scr'), 8_000_000_000)
    writeFileSync(path.join(folder, 'b.scr'), Buffer.from('fffe6d006f00640075006c006500', 'hex'))
    const { exit, lines } = runIn(folder)
    expect([exit, lines.map((line) => line.split('\t').slice(0, 3))]).toEqual([
      0,
      [
        ['a.scr', 'unsupported', 'too-large'],
        ['b.scr', 'unsupported', 'syntax'],
      ],
    ])
  })

  test('keeps a verdict on its line, whatever the file is called', () => {
    writeFileSync(path.join(folder, 'a.scr\tok\nb.scr'), scribble('a() from A to A;'))
    expect(runIn(folder).lines).toEqual([expect.stringMatching(/^a\.scr\?ok\?b\.scr\trejected\tself-message\t/)])
  })

  test('refuses a folder that is not there, and any other use', () => {
    expect(runIn(path.join(folder, 'none')).exit).toBe(1)
    expect(runIn().exit).toBe(2)
    expect(runIn(folder, folder)).toEqual({ exit: 2, lines: [], complaints: ['usage: npm run corpus -- DIR'] })
  })
})
