import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { GENERATOR_VERSION } from '../../codegen/index.ts'
import { completeManifest } from '../../src/cli/first-project.ts'
import { project } from './project.ts'
import { run } from './run.ts'

const FILES = ['greet.steer.ts', 'master.ts', 'package.json', 'peer.ts', 'tsconfig.json']

function readManifest(root: string): unknown {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
}

/** The refusal, after which the folder is as it was. */
async function refusalIn(root: string, ...args: string[]): Promise<string> {
  const before = readdirSync(root)
  const { code, out, err } = await run(root, 'init', ...args)
  expect([code, out]).toEqual([1, ''])
  expect(readdirSync(root)).toEqual(before)
  expect(err).not.toContain('\n')
  return err
}

describe('coxswain init', () => {
  test('writes a project into the folder that one is in, and says how to go on', async () => {
    const root = project()
    const { code, out, err } = await run(root, 'init')
    expect([code, err]).toEqual([0, ''])
    expect(readdirSync(root).sort()).toEqual(FILES)
    expect(out).toMatch(/^written {3}greet\.steer\.ts\n/)
    expect(out).toContain('Next:\n  npm install\n  npm run gen\n')
  })

  test('writes a project whose declaration generates without a word', async () => {
    const root = project()
    await run(root, 'init')
    const { code, out, err } = await run(root, 'gen')
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('1 declaration, 2 files written')
  })

  test('makes the folder that it is told, and names the package after it', async () => {
    const root = project()
    const { code, out } = await run(root, 'init', 'new/My First!')
    expect(code).toBe(0)
    expect(out).toContain(`written   ${join('new/My First!', 'master.ts')}`)
    expect(out).toContain(`  cd ${join('new', 'My First!')}\n`)
    expect(readManifest(join(root, 'new/My First!'))).toMatchObject({
      name: 'my-first',
      private: true,
      type: 'module',
      scripts: { gen: 'coxswain gen' },
      dependencies: { coxswain: GENERATOR_VERSION },
      devDependencies: { tsx: expect.any(String) as unknown },
    })
  })

  test('prints what it wrote as JSON', async () => {
    const { out } = await run(project(), 'init', 'here', '--json')
    expect(JSON.parse(out)).toEqual({
      ok: true,
      folder: 'here',
      written: ['greet.steer.ts', 'master.ts', 'peer.ts', 'tsconfig.json', 'package.json'],
    })
  })

  test('takes one folder', async () => {
    expect(await run(project(), 'init', 'a', 'b')).toEqual({
      code: 2,
      out: '',
      err: 'coxswain init: takes one folder\nTry: coxswain init --help',
    })
  })

  test('completes a package.json that is there, and changes nothing in it', async () => {
    const existing = {
      name: 'mine',
      scripts: { gen: 'something else', other: 'x' },
      dependencies: { coxswain: 'file:../coxswain' },
      devDependencies: { typescript: '6.0.0' },
      custom: [1, 2],
    }
    const root = project({ 'package.json': `\ufeff${JSON.stringify(existing)}` })
    expect((await run(root, 'init')).code).toBe(0)
    const manifest = readManifest(root)
    expect(manifest).toMatchObject(existing)
    expect(manifest).toMatchObject({ type: 'module', scripts: { master: 'tsx master.ts' } })
    expect(manifest).not.toHaveProperty('private')
  })

  test('refuses where a file of its own would be overwritten', async () => {
    const root = project({ 'master.ts': '' })
    symlinkSync(join(root, 'nowhere'), join(root, 'peer.ts'))
    expect(await refusalIn(root)).toBe('coxswain: in the way in .: master.ts, peer.ts; nothing was written')
  })

  test.each([
    ['{', 'package.json cannot be read as JSON'],
    ['[]', 'package.json holds no object'],
    ['null', 'package.json holds no object'],
    ['{ "scripts": "all" }', '"scripts" of package.json is no object'],
    ['{ "dependencies": [] }', '"dependencies" of package.json is no object'],
    ['{ "devDependencies": null }', '"devDependencies" of package.json is no object'],
    ['{ "type": "commonjs" }', 'package.json says "type": "commonjs"; make it "module" first'],
  ])('refuses a package.json that holds %s', async (text, problem) => {
    const root = project({ 'package.json': text })
    expect(await refusalIn(root)).toBe(`coxswain: ${problem}; nothing was written`)
    expect(readFileSync(join(root, 'package.json'), 'utf8')).toBe(text)
  })

  test('refuses a package.json that is a folder, and a folder that is a file', async () => {
    const root = project({ 'package.json/x': '', file: '' })
    expect(await refusalIn(root)).toBe('coxswain: package.json cannot be read: EISDIR; nothing was written')
    expect(await refusalIn(root, 'file')).toMatch(/^coxswain: package\.json cannot be read: ENOTDIR; nothing/)
    const json = await run(root, 'init', '--json', 'file/deep')
    expect([json.code, JSON.parse(json.out)]).toMatchObject([1, { ok: false, error: { code: 'misuse' } }])
  })

  test('writes nothing when one of the files cannot be written', async () => {
    const root = project()
    // A folder stands where the draft of a file would: nobody, root included, can write there.
    mkdirSync(join(root, `.peer.ts.${process.pid}.tmp`))
    expect(await refusalIn(root)).toMatch(/^coxswain: peer\.ts cannot be written: E[A-Z]+; nothing was written$/)
  })

  test('says that a folder cannot be written to, where permissions count', async () => {
    const root = project({ 'closed/x': '' })
    chmodSync(join(root, 'closed'), 0o555)
    const { code, err } = await run(root, 'init', 'closed')
    chmodSync(join(root, 'closed'), 0o755)
    const isRoot = process.getuid?.() === 0
    expect([code, err]).toEqual(
      isRoot ? [0, ''] : [1, 'coxswain: greet.steer.ts cannot be written: EACCES; nothing was written'],
    )
    expect(existsSync(join(root, 'closed/peer.ts'))).toBe(isRoot)
  })
})

describe('the name of a first package', () => {
  test.each([
    ['health', 'health'],
    ['My First!', 'my-first'],
    ['_.-', 'first-conversation'],
    ['Größe', 'gr-e'],
    ['x'.repeat(300), 'x'.repeat(214)],
  ])('made from the folder %s is one that npm takes', (folder, name) => {
    expect(completeManifest({}, folder, '0.0.0')).toMatchObject({ name })
  })
})
