import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const INSTALL = fileURLToPath(new URL('../../.ci/install.js', import.meta.url))

/** In place of npm: says what it was asked for, and ends as it is told to. */
const FALSE_NPM = "console.log('npm', process.argv[2]); process.exitCode = Number(process.env.NPM_EXIT)\n"

const LOCKED = {
  '': { name: 'project' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/other-platform': { version: '2.0.0', integrity: 'sha512-b', optional: true },
}

let project: string

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'coxswain-install-'))
  mkdirSync(join(project, '.ci'))
  copyFileSync(INSTALL, join(project, '.ci/install.js'))
  write('npm-cli.js', FALSE_NPM)
  write('package.json', '{ "type": "module" }')
  write('package-lock.json', JSON.stringify({ packages: LOCKED }))
})

afterEach(() => {
  rmSync(project, { recursive: true, force: true })
})

function write(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true })
  writeFileSync(join(project, path), text)
}

function writeInstalled(packages: object): void {
  write('node_modules/.package-lock.json', JSON.stringify({ packages }))
}

function ensureInstalled(npmExit: number): { readonly code: number | null; readonly output: string } {
  const script = "import { ensureInstalled } from './.ci/install.js'; ensureInstalled(); console.log('ready')"
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, npm_execpath: join(project, 'npm-cli.js'), NPM_EXIT: String(npmExit) },
  })
  return { code: status, output: stdout + stderr }
}

describe('the set-up', () => {
  test('installs from the lock file when nothing is installed, and says so in one line', () => {
    const output = 'setup: the dependencies are not installed; installing from package-lock.json\nnpm ci\nready\n'
    expect(ensureInstalled(0)).toEqual({ code: 0, output })
  })

  test('does nothing and says nothing when what is installed is what is locked, binaries of other platforms aside', () => {
    writeInstalled({ 'node_modules/a': LOCKED['node_modules/a'] })
    expect(ensureInstalled(0)).toEqual({ code: 0, output: 'ready\n' })
  })

  test.each([
    ['a version differs', { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }],
    ['the content differs', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-c' } }],
    ['a package is missing', {}],
  ])('installs again when %s', (_, installed) => {
    writeInstalled(installed)
    const { code, output } = ensureInstalled(0)
    expect(output).toContain('setup: node_modules/a differs from the lock file')
    expect(output).toContain('npm ci')
    expect(code).toBe(0)
  })

  test('ends with a failure when the install fails, before anything else runs', () => {
    const { code, output } = ensureInstalled(3)
    expect(code).toBe(1)
    expect(output).toContain('setup: npm ci failed')
    expect(output).not.toContain('ready')
  })

  test('ends with a failure when there is no lock file', () => {
    rmSync(join(project, 'package-lock.json'))
    writeInstalled({})
    const { code, output } = ensureInstalled(0)
    expect({ code, output }).toEqual({ code: 1, output: 'setup: package-lock.json is missing or unreadable\n' })
  })
})
