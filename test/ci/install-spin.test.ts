import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const SCRIPT = fileURLToPath(new URL('../../.ci/install-spin', import.meta.url))
const FOUND_BY_PATH = ['bash', 'cat', 'env', 'mktemp', 'rm']

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-spin-'))
  for (const name of FOUND_BY_PATH) {
    const { stdout } = spawnSync('bash', ['-c', `command -v ${name}`], { encoding: 'utf8' })
    symlinkSync(stdout.trim(), join(folder, name))
  }
  program('id', 'echo 0')
  program('apt-cache', 'exit 0')
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** A program of this name that does this, for a machine that has nothing else. */
function program(name: string, body: string): void {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/bash\n${body}\n`)
  chmodSync(path, 0o755)
}

/** An apt-get that notes what it is asked for, does `body`, and when it installs makes the programs appear. */
function aptGet(body = ''): void {
  const appear = ['spin', 'gcc'].map(
    (name) => `echo '#!/bin/bash' > ${folder}/${name}; /bin/chmod 755 ${folder}/${name}`,
  )
  program('apt-get', `echo "$@" >> ${folder}/asked\n${body}\nif [[ "$*" == *install* ]]; then ${appear.join('; ')}; fi`)
}

function asked(): string[] {
  const lines = readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n')
  return lines.map((line) => line.replace('-o DPkg::Lock::Timeout=120 -qq ', ''))
}

function install(): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(SCRIPT, { encoding: 'utf8', env: { PATH: folder } })
  return { code: status, out: stdout, err: stderr }
}

const INSTALLS = 'install -y --no-install-recommends spin gcc libc6-dev'
const SAYS_SO = 'setup: SPIN is missing; installing spin gcc libc6-dev\n'

describe('the set-up of SPIN', () => {
  test('does nothing and says nothing where it is there', () => {
    program('spin', 'exit 0')
    program('gcc', 'exit 0')
    expect(install()).toEqual({ code: 0, out: '', err: '' })
  })

  test.each(['no spin', 'no gcc', 'a gcc without headers'])('installs the packages where there is %s', (lack) => {
    aptGet()
    if (lack !== 'no spin') program('spin', 'exit 0')
    if (lack === 'a gcc without headers') program('gcc', 'exit 1')
    else if (lack !== 'no gcc') program('gcc', 'exit 0')
    expect(install()).toEqual({ code: 0, out: SAYS_SO, err: '' })
    expect(asked()).toEqual([INSTALLS])
  })

  test('fetches the lists first where they do not know the package', () => {
    aptGet()
    program('apt-cache', 'exit 100')
    expect(install().code).toBe(0)
    expect(asked()).toEqual(['update', INSTALLS])
  })

  test('fetches the lists and tries again where they are out of date', () => {
    aptGet(`if [[ "$*" == *install* && ! -e ${folder}/fetched ]]; then exit 100; fi\n: > ${folder}/fetched`)
    expect(install()).toEqual({ code: 0, out: SAYS_SO, err: '' })
    expect(asked()).toEqual([INSTALLS, 'update', INSTALLS])
  })

  test('goes through sudo where the user is not root', () => {
    aptGet()
    program('id', 'echo 1000')
    program('sudo', `[ "$1" = -n ] || exit 1; shift; echo sudo >> ${folder}/sudone; exec "$@"`)
    program('true', 'exit 0')
    expect(install().code).toBe(0)
    expect(asked()).toEqual([INSTALLS])
    expect(readFileSync(join(folder, 'sudone'), 'utf8')).toBe('sudo\nsudo\n')
  })

  test.each([
    ['there is no apt-get', () => undefined, 'there is no apt-get here to install it with'],
    [
      'the user is not root, and there is no sudo',
      () => {
        aptGet()
        program('id', 'echo 1000')
      },
      'this user is not root, and there is no sudo',
    ],
    [
      'sudo wants a password',
      () => {
        aptGet()
        program('id', 'echo 1000')
        program('sudo', 'exit 1')
      },
      'this user is not root, and sudo asks for a password',
    ],
    [
      'the lists cannot be fetched',
      () => {
        aptGet('echo no network; exit 100')
      },
      'apt-get update failed',
    ],
    [
      'the package is nowhere',
      () => {
        aptGet('[[ "$*" == *update* ]] || { echo unable to locate; exit 100; }')
      },
      'apt-get install failed',
    ],
    [
      'it is not there afterwards',
      () => {
        program('apt-get', 'echo done')
      },
      'it is still not there after its packages were installed',
    ],
  ])('fails with one line that says so where %s, behind what apt had to say', (_, arrange, reason) => {
    arrange()
    const { code, err } = install()
    expect(code).toBe(1)
    expect(err.trimEnd().split('\n').at(-1)).toBe(`setup: SPIN is missing (packages spin gcc libc6-dev), and ${reason}`)
  })
})
