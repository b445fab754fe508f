import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { writeOutputs } from '../../src/cli/output-files.ts'
import { withWords } from '../codegen/emit/generate.ts'
import { project } from './project.ts'
import { run } from './run.ts'

const GOOD = withWords(
  "export interface Note { text: string }\nexport const Good = steer('good', send<Note>('note'), receive('thanks'))",
)
const BAD = withWords("export const Bad = steer('bad', send('x'), point('over'))")

function listAll(root: string): string[] {
  return (readdirSync(root, { recursive: true }) as string[])
    .filter((path) => !statSync(join(root, path)).isDirectory())
    .sort()
}

describe('coxswain gen', () => {
  test('writes beside each declaration, and touches nothing that is up to date', async () => {
    const root = project({ 'a/good.steer.ts': GOOD, 'b/other.steer.ts': GOOD })
    const first = await run(root, 'gen')
    expect([first.code, first.err]).toEqual([0, ''])
    expect(first.out).toMatch(
      /^written {3}a\/good\.codec\.gen\.ts\nwritten {3}a\/good\.gen\.ts {2}\(at most unread in one session: good 1 MiB\)/,
    )
    expect(first.out).toMatch(/2 declarations, 4 files written \(\d+\.\d s\)$/)
    const before = statSync(join(root, 'a/good.gen.ts')).mtimeMs
    const second = await run(root, 'gen', 'a', 'b/other.steer.ts')
    expect(second.out).toMatch(/2 declarations, 4 files unchanged/)
    expect(statSync(join(root, 'a/good.gen.ts')).mtimeMs).toBe(before)
    expect(listAll(root).filter((path) => path.endsWith('.tmp'))).toEqual([])
  })

  test('passes over folders that hold no source', async () => {
    const files = Object.fromEntries(
      ['node_modules/x', 'dist', '.hidden/y', 'src/dist'].map((at) => [`${at}/bad.steer.ts`, BAD]),
    )
    const root = project({ ...files, 'good.steer.ts': GOOD })
    expect((await run(root, 'gen')).out).toContain('1 declaration, 2 files written')
  })

  test('writes nothing at all while one declaration is wrong, and shows where', async () => {
    const root = project({ 'good.steer.ts': GOOD, 'bad.steer.ts': BAD })
    const { code, err, out } = await run(root, 'gen')
    expect(code).toBe(1)
    expect(err).toContain('bad.steer.ts:3:50 - error STEER2011: the point "over" names no state')
    expect(err).toContain("export const Bad = steer('bad'")
    expect(err).toContain('hint: ')
    expect(out).toContain('2 declarations, 1 error')
    expect(listAll(root)).toEqual(['bad.steer.ts', 'good.steer.ts'])
  })

  test.each(['gen', 'gen --check', 'check'])('says under `%s` that a folder holds no declaration', async (command) => {
    const root = project({ 'one.ts': 'export {}' })
    const { code, err, out } = await run(root, ...command.split(' '))
    expect(code).toBe(0)
    expect(err).toBe('no *.steer.ts file was found in .')
    expect(out).toMatch(/^0 declarations \(/)
  })

  test('prints warnings, and writes', async () => {
    const root = project({ 'one.steer.ts': withWords("export const One = steer('one', offer({ only: on() }))") })
    const { code, err, out } = await run(root, 'gen')
    expect(code).toBe(0)
    expect(err).toContain('warning STEER2007')
    expect(out).toContain('1 file written, 1 warning')
  })

  test('fails under --check on stale, missing and orphaned files, and writes nothing', async () => {
    const root = project({ 'good.steer.ts': GOOD, 'stale.steer.ts': GOOD, 'gone.steer.ts': GOOD })
    expect((await run(root, 'gen')).code).toBe(0)
    expect((await run(root, 'gen', '--check')).code).toBe(0)
    rmSync(join(root, 'gone.steer.ts'))
    rmSync(join(root, 'good.codec.gen.ts'))
    writeFileSync(join(root, 'stale.gen.ts'), `${readFileSync(join(root, 'stale.gen.ts'), 'utf8')}\n`)
    const before = listAll(root)
    const { code, err, out } = await run(root, 'gen', '--check')
    expect(code).toBe(1)
    expect(err).toContain('good.codec.gen.ts:1:1 - error STEER4002')
    expect(err).toContain('stale.gen.ts:1:1 - error STEER4001')
    expect(err).toContain('gone.gen.ts:1:1 - error STEER4007: nothing declares this generated file any more')
    expect(err).toContain('gone.codec.gen.ts:1:1 - error STEER4007')
    expect(out).toContain('4 errors')
    expect(out).toContain('missing   good.codec.gen.ts')
    expect(listAll(root)).toEqual(before)
  })

  test('fails under --check on an orphan alone, which gen without it only names', async () => {
    const root = project({ 'gone.steer.ts': GOOD, 'good.steer.ts': GOOD })
    await run(root, 'gen')
    rmSync(join(root, 'gone.steer.ts'))
    expect((await run(root, 'gen', '--check')).code).toBe(1)
    const named = await run(root, 'gen')
    expect([named.code, named.err]).toEqual([
      0,
      'orphaned  gone.codec.gen.ts: nothing declares it any more; delete it\norphaned  gone.gen.ts: nothing declares it any more; delete it',
    ])
  })

  test('names the codecs of a declaration that has no payloads any more, but not while it is wrong', async () => {
    const root = project({ 'good.steer.ts': GOOD })
    await run(root, 'gen')
    writeFileSync(join(root, 'good.steer.ts'), BAD)
    expect((await run(root, 'gen', '--check')).err).not.toContain('STEER4007')
    writeFileSync(join(root, 'good.steer.ts'), withWords("export const Good = steer('good', send('note'))"))
    const { code, err } = await run(root, 'gen')
    expect([code, err]).toEqual([0, 'orphaned  good.codec.gen.ts: nothing declares it any more; delete it'])
    expect((await run(root, 'gen', '--check')).err).toContain('good.codec.gen.ts:1:1 - error STEER4007')
  })

  test('leaves the files of other generators alone', async () => {
    const root = project({ 'good.steer.ts': GOOD, 'other.gen.ts': 'export {}\n' })
    expect((await run(root, 'gen', '--check')).err).not.toContain('other.gen.ts')
    writeFileSync(join(root, 'good.gen.ts'), '// mine\n')
    const { code, err } = await run(root, 'gen')
    expect(code).toBe(1)
    expect(err).toContain('good.gen.ts:1:1 - error STEER4005')
    expect(readFileSync(join(root, 'good.gen.ts'), 'utf8')).toBe('// mine\n')
    expect(existsSync(join(root, 'good.codec.gen.ts'))).toBe(false)
  })

  test('writes none of the files when one cannot be written', async () => {
    const root = project({ 'a/good.steer.ts': GOOD, 'b/good.steer.ts': GOOD })
    // A folder stands where the draft of the last file would: nobody, root included, can write there.
    mkdirSync(join(root, `b/.good.gen.ts.${process.pid}.tmp`))
    const { code, err } = await run(root, 'gen')
    expect(code).toBe(1)
    expect(err).toContain('b/good.gen.ts:1:1 - error STEER4006: the file cannot be written: ')
    expect(listAll(root)).toEqual(['a/good.steer.ts', 'b/good.steer.ts'])
  })

  test('undoes the files that were in place when a later one cannot be moved there', () => {
    const root = project({ 'a.gen.ts': 'old' })
    mkdirSync(join(root, 'c.gen.ts'))
    const outputs = ['a.gen.ts', 'b.gen.ts', 'c.gen.ts'].map((path) => ({ path, text: 'new' }))
    expect(writeOutputs(root, outputs)?.path).toBe('c.gen.ts')
    expect(listAll(root)).toEqual(['a.gen.ts'])
    expect(readFileSync(join(root, 'a.gen.ts'), 'utf8')).toBe('old')
  })

  test('says what it cannot read', async () => {
    const root = project({ 'good.steer.ts': GOOD, 'notes.txt': '' })
    const { code, err } = await run(root, 'gen', 'nowhere', 'notes.txt', 'good.steer.ts')
    expect(code).toBe(1)
    expect(err).toContain('nowhere:1:1 - error STEER4003')
    expect(err).toContain('notes.txt:1:1 - error STEER4004')
    mkdirSync(join(root, 'good.gen.ts'))
    expect((await run(root, 'gen', 'good.steer.ts')).err).toContain('good.gen.ts:1:1 - error STEER4003')
  })

  test('says what is no file, waits for no pipe and shows no stack', async () => {
    const root = project({ 'good.steer.ts': GOOD })
    execFileSync('mkfifo', [join(root, 'pipe.steer.ts')])
    symlinkSync('loop.steer.ts', join(root, 'loop.steer.ts'))
    const { code, err } = await run(root, 'gen', '.', 'good.steer.ts/x')
    expect(code).toBe(1)
    for (const path of ['pipe.steer.ts', 'loop.steer.ts', 'good.steer.ts/x']) {
      expect(err).toContain(`${path}:1:1 - error STEER4003: `)
    }
    expect(err).not.toContain('    at ')
    rmSync(join(root, 'pipe.steer.ts'))
    rmSync(join(root, 'loop.steer.ts'))
    execFileSync('mkfifo', [join(root, 'good.gen.ts')])
    expect((await run(root, 'gen')).err).toContain('good.gen.ts:1:1 - error STEER4003: the file cannot be read')
  })

  test('points at the right column behind a byte order mark and before Windows line ends', async () => {
    const text = "import { nope, send, steer } from 'coxswain/steer'\r\nexport const A = steer('a', send('x'))\r\n"
    const root = project({ 'a.steer.ts': `\ufeff${text}` })
    const { err } = await run(root, 'check')
    expect(err).toContain("\n1 import { nope, send, steer } from 'coxswain/steer'\n           ~~~~\n")
  })

  test('says that a folder cannot be read, where permissions count', async () => {
    const root = project({ 'closed/good.steer.ts': GOOD })
    chmodSync(join(root, 'closed'), 0)
    const isRoot = process.getuid?.() === 0
    const { code } = await run(root, 'gen')
    chmodSync(join(root, 'closed'), 0o755)
    expect(code).toBe(isRoot ? 0 : 1)
  })

  test('prints one JSON document under --json', async () => {
    const root = project({ 'good.steer.ts': GOOD })
    const { out, err, code } = await run(root, 'gen', '--json')
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      declarations: ['good.steer.ts'],
      protocols: [{ file: 'good.steer.ts', exportName: 'Good', name: 'good', states: { master: 2, peer: 1 } }],
      files: [
        { path: 'good.codec.gen.ts', state: 'written' },
        { path: 'good.gen.ts', state: 'written' },
      ],
      orphans: [],
      diagnostics: [],
    })
    writeFileSync(join(root, 'good.steer.ts'), BAD)
    const bad = await run(root, 'gen', '--json')
    expect(bad.code).toBe(1)
    expect(JSON.parse(bad.out)).toMatchObject({ ok: false, files: [], diagnostics: [{ code: 'STEER2011' }] })
  })
})

describe('coxswain check', () => {
  test('proves without writing', async () => {
    const root = project({ 'good.steer.ts': GOOD })
    const { code, out } = await run(root, 'check')
    expect(code).toBe(0)
    expect(out).toContain(
      'proved good (good.steer.ts): 2 states as master, 1 as peer, at most 1 MiB unread in one session',
    )
    expect(listAll(root)).toEqual(['good.steer.ts'])
  })

  test('fails for a declaration that is wrong, in text and in JSON', async () => {
    const root = project({ 'bad.steer.ts': BAD })
    const { code, err, out } = await run(root, 'check')
    expect([code, out.includes('1 declaration, 1 error')]).toEqual([1, true])
    expect(err).toContain('STEER2011')
    const json = await run(root, 'check', '--json')
    expect(json.code).toBe(1)
    expect(JSON.parse(json.out)).toMatchObject({
      ok: false,
      protocols: [],
      diagnostics: [{ code: 'STEER2011', severity: 'error' }],
    })
  })
})
