import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'

import { FolderWatch } from '../../src/cli/folder-watch.ts'
import { withWords } from '../codegen/emit/generate.ts'
import { project } from './project.ts'
import { run } from './run.ts'
import { watch, withoutTime, type Watching } from './watching.ts'

const started: Watching[] = []

afterEach(async () => {
  for (const watching of started.splice(0)) await watching.end()
})

const ONE = withWords("export const One = steer('one', send('x'))")
const OTHER = withWords("export const One = steer('one', send('x'), receive('y'))")
const BAD = withWords("export const One = steer('one', send('x'), point('over'))")
const IMPORTING = `import type { Note } from './note.ts'\n${withWords("export const One = steer('one', send<Note>('x'))")}`

function open(files: Readonly<Record<string, string>>): (path: string, text?: string) => string {
  const root = project(files)
  return (path, text) => {
    const full = join(root, path)
    if (text === undefined) return full
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text)
    return full
  }
}

function start(folder: string, ...args: string[]): Watching {
  const watching = watch(folder, ...args)
  started.push(watching)
  return watching
}

async function roundOf(watching: Watching): Promise<string> {
  return withoutTime(await watching.round())
}

describe('coxswain gen --watch', () => {
  test('begins with a run of its own, and answers an edit by what follows from it', async () => {
    const at = open({ 'one.steer.ts': ONE, 'b/other.steer.ts': ONE })
    const watching = start(at('.'))
    expect(await watching.round()).toMatch(/^watching, 2 files written \(\d+ ms\)$/)
    const untouched = statSync(at('b/other.gen.ts')).mtimeMs
    at('one.steer.ts', OTHER)
    expect(await roundOf(watching)).toBe('watching, 1 file written, 1 file unchanged')
    expect(readFileSync(at('one.gen.ts'), 'utf8')).toContain("'y'")
    expect(statSync(at('b/other.gen.ts')).mtimeMs).toBe(untouched)
    expect(await watching.end()).toBe(0)
    expect(watching.takeComplaints()).toBe('')
  })

  test('answers an edit of a file that a declaration imports, and of one that this imports', async () => {
    const at = open({
      'one.steer.ts': IMPORTING,
      'note.ts': "export type { Note } from './deep/note.ts'",
      'deep/note.ts': 'export interface Note { first: string }',
    })
    const watching = start(at('one.steer.ts'), '.')
    await watching.end()
    const again = start(at('.'), 'one.steer.ts')
    await again.round()
    at('deep/note.ts', 'export interface Note { second: string }')
    expect(await roundOf(again)).toBe('watching, 2 files written')
    expect(readFileSync(at('one.gen.ts'), 'utf8')).toContain('second: string')
    at('note.ts', 'export interface Note { third: string }')
    expect(await roundOf(again)).toBe('watching, 2 files written')
    expect(readFileSync(at('one.gen.ts'), 'utf8')).toContain('third: string')
  })

  test('gives after every edit what a run of its own would give', async () => {
    const at = open({
      'a.steer.ts': IMPORTING,
      'b.steer.ts': `import { One } from './a.steer.ts'\n${withWords("export const B = steer('b', include(One), send('z'))")}`,
      'note.ts': 'export interface Note { first: string }',
    })
    const watching = start(at('.'))
    await watching.round()
    const edits: [string, string][] = [
      ['note.ts', 'export interface Note { first: number }'],
      [
        'a.steer.ts',
        IMPORTING.replace("send<Note>('x')", "send<Note>('x'), receive('y')").replace('{ send', '{ receive, send'),
      ],
      ['note.ts', 'declare global { interface Wide { a: string } }\nexport type Note = Wide'],
      ['c.steer.ts', withWords("export const C = steer('c', send<Wide>('x'))")],
      ['wide.d.ts', 'interface Ambient { b: string }'],
      [
        'note.ts',
        "/// <reference path='./wide.d.ts' />\ndeclare global { interface Wide { c: string } }\nexport type Note = Wide",
      ],
      ['wide.d.ts', 'interface Wide { b: string }'],
    ]
    const names = ['a', 'b', 'c'].flatMap((name) => [`${name}.gen.ts`, `${name}.codec.gen.ts`])
    for (const [path, text] of edits) {
      at(path, text)
      // Nothing knows of this file until another refers to it.
      if (text.includes('Ambient')) continue
      await watching.round()
      const watched = names.filter((name) => existsSync(at(name))).map((name) => readFileSync(at(name), 'utf8'))
      for (const name of names) rmSync(at(name), { force: true })
      // Deleting what was generated is a round of its own, which ends when all is there again.
      await watching.round()
      const fresh = await run(at('.'), 'gen', '--check')
      expect([fresh.code, fresh.err]).toEqual([0, ''])
      expect(names.filter((name) => existsSync(at(name))).map((name) => readFileSync(at(name), 'utf8'))).toEqual(
        watched,
      )
    }
  })

  test('notices declarations that come and go, in folders that come and go', async () => {
    const at = open({ 'one.steer.ts': ONE })
    const watching = start(at('.'))
    await watching.round()
    at('new/deep/two.steer.ts', ONE)
    expect(await roundOf(watching)).toBe('watching, 1 file written, 1 file unchanged')
    at('new/deep/two.steer.ts', OTHER)
    expect(await roundOf(watching)).toBe('watching, 1 file written, 1 file unchanged')
    renameSync(at('new'), at('moved'))
    expect(await roundOf(watching)).toBe('watching, 2 files unchanged')
    at('moved/deep/two.steer.ts', ONE)
    expect(await roundOf(watching)).toBe('watching, 1 file written, 1 file unchanged')
    rmSync(at('one.steer.ts'))
    expect(await roundOf(watching)).toBe('watching, 1 file unchanged')
    expect(watching.takeComplaints()).toBe('orphaned  one.gen.ts: nothing declares it any more; delete it')
    rmSync(at('moved'), { recursive: true })
    let line = await roundOf(watching)
    // Files of a folder that is being deleted go one by one.
    while (line !== 'watching, no declarations') line = await roundOf(watching)
    at('last.steer.ts', ONE)
    expect(await roundOf(watching)).toBe('watching, 1 file written')
  })

  test('prints what is wrong, keeps the files of before, and goes on when it is mended', async () => {
    const at = open({ 'one.steer.ts': ONE })
    const watching = start(at('.'))
    await watching.round()
    const before = readFileSync(at('one.gen.ts'), 'utf8')
    at('one.steer.ts', BAD)
    expect(await roundOf(watching)).toBe('watching, 1 error')
    expect(watching.takeComplaints()).toContain('one.steer.ts:3:50 - error STEER2011')
    expect(readFileSync(at('one.gen.ts'), 'utf8')).toBe(before)
    at('one.steer.ts', ONE)
    expect(await roundOf(watching)).toBe('watching, 1 file unchanged')
    expect(watching.takeComplaints()).toBe('')
  })

  test('notices an import that leads somewhere else since a file was added', async () => {
    const at = open({
      'one.steer.ts': IMPORTING.replace('./note.ts', './note'),
      'note/index.ts': 'export interface Note { far: string }',
    })
    const watching = start(at('.'))
    await watching.round()
    at('note.ts', 'export interface Note { near: string }')
    expect(await roundOf(watching)).toBe('watching, 2 files written')
    expect(readFileSync(at('one.gen.ts'), 'utf8')).toContain('near: string')
    rmSync(at('note.ts'))
    expect(await roundOf(watching)).toBe('watching, 2 files written')
    expect(readFileSync(at('one.gen.ts'), 'utf8')).toContain('far: string')
  })

  test('notices a package that is installed while it watches', async () => {
    const at = open({ 'one.steer.ts': IMPORTING.replace('./note.ts', 'notes') })
    const watching = start(at('.'))
    expect(await roundOf(watching)).toBe('watching, 1 error')
    at('node_modules/notes/index.d.ts', 'export interface Note { text: string }')
    expect(await roundOf(watching)).toBe('watching, 2 files written')
  })

  test('understands an editor that writes beside and renames', async () => {
    const at = open({ 'one.steer.ts': ONE })
    const watching = start(at('.'))
    await watching.round()
    for (const text of [OTHER, ONE, OTHER]) {
      at('.one.steer.ts.swp', text)
      renameSync(at('one.steer.ts'), at('one.steer.ts~'))
      renameSync(at('.one.steer.ts.swp'), at('one.steer.ts'))
      expect(await roundOf(watching)).toBe('watching, 1 file written')
    }
  })

  test('takes a burst of changes for one', async () => {
    const at = open({ 'one.steer.ts': ONE })
    const watching = start(at('.'))
    await watching.round()
    for (let index = 0; index < 20; index++) at(`many/x${index}.steer.ts`, ONE)
    at('one.steer.ts', OTHER)
    expect(await roundOf(watching)).toBe('watching, 21 files written')
  })

  test('says nothing where nothing has changed, and writes again what was deleted', async () => {
    const at = open({ 'one.steer.ts': ONE, 'notes.txt': '' })
    const watching = start(at('.'))
    await watching.round()
    utimesSync(at('one.steer.ts'), 1, 1)
    at('notes.txt', 'changed')
    at('one.steer.ts', ONE)
    rmSync(at('one.gen.ts'))
    expect(await roundOf(watching)).toBe('watching, 1 file written')
    at('one.steer.ts', `${ONE}\n`)
    expect(await roundOf(watching)).toBe('watching, 1 file unchanged')
  })

  test('follows a link to the file that is written', async () => {
    const at = open({ 'real/note.txt': 'export interface Note { first: string }', 'src/one.steer.ts': IMPORTING })
    symlinkSync(at('real/note.txt'), at('src/note.ts'))
    const watching = start(at('src'))
    await watching.round()
    at('real/note.txt', 'export interface Note { second: string }')
    expect(await roundOf(watching)).toBe('watching, 2 files written')
  })

  test('prints one JSON object in one line for each round', async () => {
    const at = open({ 'one.steer.ts': ONE })
    const watching = start(at('.'), '--json')
    const first: unknown = JSON.parse(await watching.round())
    expect(first).toMatchObject({ ok: true, files: [{ path: 'one.gen.ts', state: 'written' }], diagnostics: [] })
    at('one.steer.ts', BAD)
    const second: unknown = JSON.parse(await watching.round())
    expect(second).toMatchObject({ ok: false, files: [], diagnostics: [{ code: 'STEER2011' }] })
    expect(watching.takeComplaints()).toBe('')
  })

  test('ends with 0 on Ctrl-C, and leaves nothing behind', async () => {
    const at = open({ 'one.steer.ts': ONE })
    const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
    const tsx = import.meta.resolve('tsx')
    const child = spawn(process.execPath, ['--import', tsx, main, 'gen', '--watch'], { cwd: at('.') })
    const closed = once(child, 'close')
    let printed = ''
    for await (const chunk of child.stdout) {
      printed += String(chunk)
      if (printed.includes('watching, 1 file written')) child.kill('SIGINT')
    }
    expect(await closed).toEqual([0, null])
    expect(readdirSync(at('.')).sort()).toEqual(['one.gen.ts', 'one.steer.ts'])
  })

  test('says how many folders are too many', () => {
    const folders = new FolderWatch(() => undefined)
    const many = new Set(Array.from({ length: 4097 }, (_, index) => `/nowhere/${index}`))
    expect(() => folders.set(many)).toThrow(/4097 folders are to be watched, at most 4096 can be; name fewer paths/)
    folders.close()
  })

  test('does not go with --check', async () => {
    const at = open({})
    expect(await run(at('.'), 'gen', '--watch', '--check')).toEqual({
      code: 2,
      out: '',
      err: 'coxswain gen: --check and --watch exclude each other\nTry: coxswain gen --help',
    })
  })
})
