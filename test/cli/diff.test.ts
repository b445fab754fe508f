import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'

import { run as runCommand } from '../../src/cli/run.ts'
import { createTerminal } from '../../src/cli/terminal.ts'
import { withWords } from '../codegen/emit/generate.ts'
import { project } from './project.ts'
import { run } from './run.ts'

const FIRST = withWords(`
export interface Order { item: string; count: number }
export const Shop = steer('shop', receive<Order>('order'), choose({ shipped: on(), refused: on<string>() }))`)
const WITH_LATER = FIRST.replace('refused: on<string>() }', 'refused: on<string>(), later: on() }')
const WITH_NOTE = FIRST.replace('count: number', 'count: number; note?: string')
const REORDERED = FIRST.replace('item: string; count: number', 'count: number; item: string')
const BROKEN = FIRST.replace("'order'", "'purchase'")
const BELL = withWords("export const Bell = steer('bell', send('ring'))")
const NAMELESS = withWords("export const Bad = steer('bad', send('x'), point('over'))")
const RENAMED = BELL.replace("'bell'", "'gong'")

interface Repository {
  readonly root: string
  write(files: Readonly<Record<string, string>>): void
  git(...args: string[]): string
  commit(message: string): void
}

/** A repository with one commit. */
function repository(files: Readonly<Record<string, string>>): Repository {
  const root = project(files)
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' })
  const commit = (message: string): void => {
    git('add', '--all')
    git('-c', 'user.name=x', '-c', 'user.email=x@example.org', '-c', 'commit.gpgsign=false', 'commit', '-qm', message)
  }
  git('init', '-q')
  commit('first')
  return {
    root,
    git,
    commit,
    write: (changed) => {
      for (const [path, text] of Object.entries(changed)) {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), text)
      }
    },
  }
}

interface Report {
  readonly ok: boolean
  readonly old: string
  readonly new: string
  readonly protocols: readonly Record<string, unknown>[]
}

async function report(root: string, ...args: string[]): Promise<Report & { readonly code: number }> {
  const { code, out, err } = await run(root, 'diff', ...args, '--json')
  expect(err).toBe('')
  return { ...(JSON.parse(out) as Report), code }
}

const verdictsOf = ({ protocols }: Report): unknown[] =>
  protocols.map(({ name, change, verdict }) => [name, change, verdict].filter(Boolean).join(' '))

describe('coxswain diff of two files', () => {
  test.each([
    ['identical', FIRST, REORDERED, 0, [0, 0, 0]],
    ['compatible, any order', FIRST, FIRST.replace("steer('shop',", "steer('shop', { open: true },"), 0, [0, 0, 0]],
    ['deploy peers first', FIRST, WITH_LATER, 1, [0, 1, 0]],
    ['deploy masters first', FIRST, WITH_NOTE, 1, [1, 0, 0]],
    ['breaking', FIRST, BROKEN, 1, [1, 1, 1]],
  ])('says %s', async (verdict, older, newer, expected, [peersFirst, mastersFirst, order]) => {
    const root = project({ 'old/shop.steer.ts': older, 'new/shop.steer.ts': newer })
    const compare = (...flags: string[]): ReturnType<typeof run> =>
      run(root, 'diff', 'old/shop.steer.ts', 'new/shop.steer.ts', ...flags)
    const { code, out, err } = await compare()
    expect([code, err]).toEqual([expected, ''])
    expect(out).toContain(`shop (new/shop.steer.ts): ${verdict}\n`)
    expect(out.split('\n').at(-1)).toBe(`1 protocol, 1 ${verdict}`)
    expect((await compare('--allow', 'peers-first')).code).toBe(peersFirst)
    expect((await compare('--allow', 'masters-first')).code).toBe(mastersFirst)
    expect((await compare('--allow', 'order')).code).toBe(order)
    expect((await compare('--allow', 'order', '--allow', 'breaking')).code).toBe(0)
  })

  test('draws the shortest way to where the two part, for each pair that does', async () => {
    const root = project({ 'old.steer.ts': FIRST, 'new.steer.ts': WITH_LATER, 'broken.steer.ts': BROKEN })
    expect((await run(root, 'diff', 'old.steer.ts', 'new.steer.ts')).out).toBe(`shop (new.steer.ts): deploy peers first
  A new master and an old peer part:

    master ◀─ order ─ peer
    master ─ later ─▶ peer ✗
    ✗ the peer does not expect "later" from the master here

1 protocol, 1 deploy peers first`)
    const { out } = await run(root, 'diff', 'old.steer.ts', 'broken.steer.ts')
    expect(out).toContain('A new master and an old peer part:\n\n    master ◀─ order ─ peer ✗')
    expect(out).toContain('An old master and a new peer part:\n\n    master ◀─ purchase ─ peer ✗')
  })

  test('takes files and folders that lie elsewhere', async () => {
    const [here, elsewhere] = [project({ 'shop.steer.ts': WITH_LATER }), project({ 'old/shop.steer.ts': FIRST })]
    for (const path of [join(elsewhere, 'old/shop.steer.ts'), join(elsewhere, 'old'), elsewhere]) {
      const { code, out } = await run(here, 'diff', path, 'shop.steer.ts')
      expect([code, out.split('\n')[0]]).toEqual([1, 'shop (shop.steer.ts): deploy peers first'])
    }
  })

  test('is one JSON document under --json', async () => {
    const root = project({ 'old.steer.ts': FIRST, 'new.steer.ts': WITH_LATER })
    const { code, ...rest } = await report(root, 'old.steer.ts', 'new.steer.ts')
    expect(code).toBe(1)
    expect(rest).toEqual({
      ok: false,
      old: 'old.steer.ts',
      new: 'new.steer.ts',
      protocols: [
        {
          name: 'shop',
          change: 'compared',
          verdict: 'deploy peers first',
          allowed: false,
          old: {
            name: 'shop',
            export: 'Shop',
            file: 'old.steer.ts',
            fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
          },
          new: {
            name: 'shop',
            export: 'Shop',
            file: 'new.steer.ts',
            fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
          },
          newMasterOldPeer: {
            kind: 'unexpected',
            text: 'the peer does not expect "later" from the master here',
            trace: [
              { from: 'peer', label: 'order' },
              { from: 'master', label: 'later' },
            ],
          },
        },
      ],
    })
  })

  test('is coloured on a terminal, and says the same there', async () => {
    const root = project({ 'old.steer.ts': FIRST, 'new.steer.ts': WITH_LATER })
    const out: string[] = []
    const terminal = { out: (text: string) => void out.push(text), err: () => undefined, color: false, outColor: true }
    const args = ['diff', 'old.steer.ts', 'new.steer.ts']
    expect(await runCommand(args, terminal, root)).toBe(1)
    expect(out[0]).toBe('shop (new.steer.ts): \u001b[33mdeploy peers first\u001b[39m')
    expect(out.map(stripVTControlCharacters).join('\n')).toBe((await run(root, ...args)).out)
    const stream = { write: () => true }
    const outColor = (isTTY: boolean, env = {}): boolean | undefined =>
      createTerminal({ stdout: { ...stream, isTTY }, stderr: stream, env }).outColor
    expect([outColor(true), outColor(false), outColor(true, { NO_COLOR: '1' })]).toEqual([true, false, false])
  })
})

describe('coxswain diff of folders', () => {
  test('says what has come, gone or another name, and where protocols have moved compares them', async () => {
    const root = project({
      'old/shop.steer.ts': FIRST,
      'old/bell.steer.ts': BELL,
      'old/gone.steer.ts': BELL.replace("Bell = steer('bell'", "Gone = steer('gone'").replace('ring', 'rang'),
      'new/moved/shop.steer.ts': REORDERED,
      'new/bell.steer.ts': RENAMED,
      'new/more.steer.ts': BELL.replace("Bell = steer('bell'", "More = steer('more'").replace('ring', 'rung'),
    })
    const found = await report(root, 'old', 'new')
    expect(verdictsOf(found)).toEqual([
      'gone removed breaking',
      'gong renamed breaking',
      'more added',
      'shop compared identical',
    ])
    expect(found.code).toBe(1)
    const { code, out } = await run(root, 'diff', 'old', 'new', '--allow', 'breaking')
    expect(code).toBe(0)
    expect(out).toContain('gone (old/gone.steer.ts): breaking, removed\n')
    expect(out).toContain('gong (new/bell.steer.ts): breaking, renamed\n  On the wire it was "bell"')
    expect(out).toContain('more (new/more.steer.ts): added\n')
    expect(out.split('\n').at(-1)).toBe('4 protocols, 1 removed, 1 renamed, 1 added, 1 identical')
  })

  test('tells protocols of one name apart by their files', async () => {
    const other = BELL.replace('ring', 'rang')
    const root = project({
      'old/a/bell.steer.ts': BELL,
      'old/b/bell.steer.ts': other,
      'now/b/bell.steer.ts': other,
      'now/a/bell.steer.ts': BELL,
    })
    renameSync(join(root, 'old'), join(root, 'x'))
    // The files have other names on the two sides here, so the order decides; in one place they keep them.
    expect(verdictsOf(await report(root, 'x', 'now'))).toEqual(['bell compared identical', 'bell compared identical'])
  })

  test('without protocols has nothing to say', async () => {
    const root = project({ 'a/x.txt': '', 'b/x.txt': '' })
    expect(await run(root, 'diff', 'a', 'b')).toEqual({ code: 0, out: 'no protocols in a or b', err: '' })
  })
})

describe('coxswain diff of revisions', () => {
  const BASE = { 'shop/order.steer.ts': FIRST, 'shop/money.ts': 'export type Money = number\n' }

  test('takes files out of them, with what they import there', async () => {
    const importing = FIRST.replace('count: number', 'count: Money').replace(
      'export interface',
      "import type { Money } from './money.ts'\n\nexport interface",
    )
    const { root, write, commit, git } = repository({ ...BASE, 'shop/order.steer.ts': importing })
    write({ 'shop/money.ts': 'export type Money = string\n' })
    const status = git('status', '--porcelain')
    const at = 'shop/order.steer.ts'
    for (const args of [['HEAD:' + at, at], ['HEAD', at], ['HEAD'], ['HEAD:' + at]]) {
      const found = await report(root, ...args)
      expect([args, ...verdictsOf(found)]).toEqual([args, 'shop compared breaking'])
    }
    expect(git('status', '--porcelain')).toBe(status)
    commit('second')
    expect(verdictsOf(await report(root, 'HEAD'))).toEqual(['shop compared identical'])
    expect(verdictsOf(await report(root, 'HEAD~1', 'HEAD'))).toEqual(['shop compared breaking'])
    expect(verdictsOf(await report(root, 'HEAD~1:' + at, 'HEAD:' + at))).toEqual(['shop compared breaking'])
    expect(verdictsOf(await report(root, at, 'HEAD'))).toEqual(['shop compared identical'])
  })

  test('names paths as git does: from the top, or with a dot from here', async () => {
    const { root, write } = repository(BASE)
    write({ 'shop/order.steer.ts': WITH_LATER })
    const here = join(root, 'shop')
    for (const args of [
      ['HEAD:shop/order.steer.ts', 'order.steer.ts'],
      ['HEAD:./order.steer.ts', 'order.steer.ts'],
      ['HEAD:shop', '.'],
      ['HEAD:shop'],
      ['HEAD:', '..'],
      ['HEAD', 'HEAD:shop', '--allow', 'order'],
      ['HEAD'],
    ]) {
      const [verdict] = verdictsOf(await report(here, ...args))
      expect([args, verdict]).toEqual([
        args,
        args[1] === 'HEAD:shop' ? 'shop compared identical' : 'shop compared deploy peers first',
      ])
    }
  })

  test('takes paths that only one of them has for come or gone', async () => {
    const { root, write, commit } = repository(BASE)
    write({ 'bell/bell.steer.ts': BELL })
    expect(verdictsOf(await report(root, 'HEAD', 'bell'))).toEqual(['bell added'])
    commit('second')
    rmSync(join(root, 'bell'), { recursive: true })
    expect(verdictsOf(await report(root, 'HEAD', 'bell'))).toEqual(['bell removed breaking'])
    expect(verdictsOf(await report(root, 'HEAD', 'HEAD~1', 'bell'))).toEqual(['bell removed breaking'])
    expect(await run(root, 'diff', 'HEAD', 'HEAD~1', 'bel')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no bel on either side'),
    })
    const missing = await run(root, 'diff', 'HEAD:bel', 'shop')
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('there is no bel in HEAD') })
  })

  describe('that have submodules', () => {
    const IMPORTING = BELL.replace('export', "import type { Tone } from './parts/tone.ts'\n\nexport").replace(
      "send('ring')",
      "send<Tone>('ring')",
    )

    /** A repository that has another one in `parts`. */
    function withSubmodule(): { readonly outer: Repository; readonly parts: string } {
      const inner = repository({ 'shop.steer.ts': FIRST, 'tone.ts': 'export type Tone = number\n' })
      const outer = repository({ 'bell.steer.ts': IMPORTING })
      outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.root, 'parts')
      outer.commit('second')
      return { outer, parts: join(outer.root, 'parts') }
    }

    test('takes declarations, and what others import, out of those too', async () => {
      const { outer, parts } = withSubmodule()
      expect(verdictsOf(await report(outer.root, 'HEAD'))).toEqual([
        'bell compared identical',
        'shop compared identical',
      ])
      outer.write({ 'parts/shop.steer.ts': BROKEN, 'parts/tone.ts': 'export type Tone = string\n' })
      const status = outer.git('status', '--porcelain')
      expect(verdictsOf(await report(outer.root, 'HEAD'))).toEqual(['bell compared breaking', 'shop compared breaking'])
      expect(verdictsOf(await report(parts, 'HEAD', '.'))).toEqual(['shop compared breaking'])
      expect(outer.git('status', '--porcelain')).toBe(status)
    })

    test('says which commit of one is not there', async () => {
      const { outer } = withSubmodule()
      const absent = '1234567890'.repeat(4)
      outer.git('update-index', '--cacheinfo', `160000,${absent},parts`)
      outer.git('-c', 'user.name=x', '-c', 'user.email=x@example.org', 'commit', '--quiet', '--message', 'third')
      const { code, err } = await run(outer.root, 'diff', 'HEAD')
      expect(code).toBe(2)
      expect(err).toContain(`lacks the commit ${absent}; fetch it first`)
    })

    test('does without those that are not checked out', async () => {
      const { outer } = withSubmodule()
      outer.git('submodule', '--quiet', 'deinit', '--force', 'parts')
      outer.write({ 'bell.steer.ts': BELL })
      expect(await run(outer.root, 'diff', 'HEAD')).toMatchObject({
        code: 2,
        err: expect.stringContaining("Cannot find module './parts/tone.ts'"),
      })
    })
  })

  test('leaves nothing behind', async () => {
    const ours = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('coxswain-diff-'))
    const before = new Set(ours())
    const { root } = repository({ ...BASE, 'bad.steer.ts': NAMELESS })
    expect((await run(root, 'diff', 'HEAD', 'HEAD')).code).toBe(2)
    expect((await run(root, 'diff', 'HEAD', 'shop')).code).toBe(0)
    // Others may be at work in the same folder; none of these is theirs.
    expect(ours().filter((name) => !before.has(name) && readdirSync(join(tmpdir(), name)).length > 0)).toEqual([])
  })
})

describe('a wrong call of coxswain diff', () => {
  test.each([
    [[], 'there is one side only, .: name a revision, or a second path'],
    [['shop.steer.ts'], 'there is one side only, shop.steer.ts: name a revision, or a second path'],
    [['shop.steer.ts', 'nothing'], 'nothing is no file or folder here, and no revision that git knows'],
    [['shop.steer.ts', 'HEAD:shop.steer.ts'], 'HEAD:shop.steer.ts is no file or folder here'],
    [['shop.steer.ts', 'shop.steer.ts', 'shop.steer.ts'], 'more than two things to compare'],
    [['shop.steer.ts', 'shop.steer.ts', '--allow', 'all'], '--allow takes peers-first, masters-first, order, breaking'],
  ])('%j exits with 2, and says what would do', async (args, message) => {
    const root = project({ 'shop.steer.ts': FIRST })
    const { code, out, err } = await run(root, 'diff', ...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(`coxswain diff: ${message}`)
    expect(err).toContain('Try: coxswain diff --help')
    const json = await run(root, 'diff', ...args, '--json')
    expect(json.code).toBe(2)
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, error: { message: expect.stringContaining(message) } })
  })

  test('is one whose declarations are wrong: they are shown as the generator shows them, with their side', async () => {
    const { root, write } = repository({ 'bad.steer.ts': NAMELESS })
    write({ 'bad.steer.ts': BELL })
    const { code, err } = await run(root, 'diff', 'HEAD')
    expect(code).toBe(2)
    expect(err).toMatch(/^bad\.steer\.ts:3:\d+ - error STEER2011/)
    expect(err).toContain("steer('bad'")
    expect(err).toContain('nothing can be compared while declarations are wrong in HEAD')
    const json = JSON.parse((await run(root, 'diff', 'HEAD', '--json')).out) as object
    expect(json).toMatchObject({ ok: false, side: 'HEAD', diagnostics: [{ code: 'STEER2011' }] })
  })
})
