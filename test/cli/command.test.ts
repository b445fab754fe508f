import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'

import { GENERATOR_VERSION } from '../../codegen/index.ts'
import { SteerError } from '../../src/base/errors.ts'
import { nearestName } from '../../src/cli/nearest-name.ts'
import { countDiagnostics, formatBytes } from '../../src/cli/report.ts'
import { createTerminal } from '../../src/cli/terminal.ts'
import { createProject, withWords } from '../codegen/emit/generate.ts'
import { run } from './run.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

describe('the command', () => {
  test('prints its version', async () => {
    expect(await run(ROOT, '--version')).toEqual({ code: 0, out: GENERATOR_VERSION, err: '' })
  })

  test('teaches under --help, and for each command', async () => {
    const overview = await run(ROOT, '--help')
    expect(overview.code).toBe(0)
    expect(overview.out).toContain("steer('health', receive<Status>('status'))")
    for (const name of ['init', 'gen', 'check']) {
      expect(overview.out).toContain(`\n  ${name}`)
      const help = await run(ROOT, name, '--help')
      expect([help.code, help.out.split('\n')[0]?.startsWith(`coxswain ${name}: `)]).toEqual([0, true])
      expect(help.out).toContain('Exit code: 0')
      expect(await run(ROOT, 'help', name)).toEqual(help)
    }
  })

  test('called with nothing, an unknown command or an unknown option, exits with 2 and says what would do', async () => {
    expect(await run(ROOT)).toMatchObject({ code: 2, out: '' })
    expect(await run(ROOT, 'gne')).toEqual({
      code: 2,
      out: '',
      err: 'coxswain: there is no command "gne"\nDid you mean: coxswain gen',
    })
    expect((await run(ROOT, 'help', 'destroy')).err).toContain('The commands are: ')
    const option = await run(ROOT, 'gen', '--chekc')
    expect(option).toEqual({
      code: 2,
      out: '',
      err: "coxswain gen: Unknown option '--chekc'\nTry: coxswain gen --help",
    })
  })

  test('runs as a program, and its exit code is the answer', () => {
    const main = join(ROOT, 'src/cli/main.ts')
    expect(readFileSync(main, 'utf8').split('\n')[0]).toBe('#!/usr/bin/env node')
    const tsx = join(ROOT, 'node_modules/tsx/dist/cli.mjs')
    expect(execFileSync(process.execPath, [tsx, main, '--version'], { encoding: 'utf8' })).toBe(
      `${GENERATOR_VERSION}\n`,
    )
    expect(() => execFileSync(process.execPath, [tsx, main, 'nothing'], { stdio: 'pipe' })).toThrow(
      expect.objectContaining({ status: 2 }),
    )
  })
})

describe('a failure of the generator itself', () => {
  afterEach(() => {
    vi.doUnmock('../../codegen/read/index.ts')
    vi.resetModules()
  })

  async function runWithReader(reader: () => Record<string, unknown>, ...args: string[]): ReturnType<typeof run> {
    vi.resetModules()
    vi.doMock('../../codegen/read/index.ts', reader)
    const { run: runCommand } = await import('../../src/cli/run.ts')
    const { root, remove } = createProject({ 'x.steer.ts': withWords("export const A = steer('a', send('x'))") })
    const out: string[] = []
    const err: string[] = []
    const terminal = {
      out: (text: string) => void out.push(text),
      err: (text: string) => void err.push(text),
      color: false,
    }
    try {
      return { code: await runCommand(args, terminal, root), out: out.join('\n'), err: err.join('\n') }
    } finally {
      remove()
    }
  }

  const crash = (): Record<string, unknown> => ({
    DeclarationReader: class {
      read(): never {
        throw new TypeError('broken')
      }
    },
  })

  test('is shown with its stack, and exits with 1', async () => {
    const { code, err } = await runWithReader(crash, 'gen')
    expect(code).toBe(1)
    expect(err).toContain('coxswain: broken\nTypeError: broken\n')
  })

  test('is one JSON document under --json', async () => {
    const { code, out } = await runWithReader(crash, 'check', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toEqual({ ok: false, error: { code: 'internal', message: 'broken' } })
  })
})

describe('without ts-morph', () => {
  test('gen says how to install it, and exits with 1', async () => {
    const { loadReader } = await import('../../codegen/load-reader.ts')
    const missing = Object.assign(new Error("Cannot find package 'ts-morph' imported from x"), {
      code: 'ERR_MODULE_NOT_FOUND',
    })
    await expect(loadReader(() => Promise.reject(missing))).rejects.toThrow(
      new SteerError(
        'dependency',
        'generating needs ts-morph, which is not installed; install it with: npm install --save-dev ts-morph@28.0.0',
      ),
    )
  })

  test('another package that is missing is another failure', async () => {
    const { loadReader } = await import('../../codegen/load-reader.ts')
    const other = Object.assign(new Error("Cannot find package 'other'"), { code: 'ERR_MODULE_NOT_FOUND' })
    await expect(loadReader(() => Promise.reject(other))).rejects.toBe(other)
    await expect(loadReader(() => Promise.reject(new TypeError('ts-morph')))).rejects.toThrow(TypeError)
  })
})

describe('what is printed', () => {
  test('is coloured on a terminal only, and never against NO_COLOR', () => {
    const written: string[] = []
    const stream = { write: (text: string) => written.push(text), isTTY: true }
    const color = (env: Record<string, string>, isTTY: boolean): boolean =>
      createTerminal({ stdout: stream, stderr: { ...stream, isTTY }, env }).color
    expect(color({}, true)).toBe(true)
    expect(color({ NO_COLOR: '' }, true)).toBe(true)
    expect(color({ NO_COLOR: '1' }, true)).toBe(false)
    expect(color({ TERM: 'dumb' }, true)).toBe(false)
    expect(color({}, false)).toBe(false)
    const terminal = createTerminal({ stdout: stream, stderr: stream, env: {} })
    terminal.out('a')
    terminal.err('b')
    expect(written).toEqual(['a\n', 'b\n'])
  })

  test('counts in words', () => {
    const source = { file: 'x', line: 1, column: 1, length: 1 }
    const error = { code: 'STEER2001', severity: 'error', message: '', source } as const
    const warning = { ...error, severity: 'warning' } as const
    expect(countDiagnostics([])).toBe('')
    expect(countDiagnostics([error, error, warning])).toBe('2 errors, 1 warning')
    expect([0, 1000, 1536, 3 * 1024 * 1024, 5000 * 1024 * 1024].map(formatBytes)).toEqual([
      '0 bytes',
      '1000 bytes',
      '1.5 KiB',
      '3 MiB',
      '5000 MiB',
    ])
  })

  test('suggests a name that is near, and no other', () => {
    expect(nearestName('chekc', ['gen', 'check'])).toBe('check')
    expect(nearestName('ge', ['gen', 'check'])).toBe('gen')
    expect(nearestName('x', ['gen', 'check'])).toBeUndefined()
    expect(nearestName('x'.repeat(10_000), ['gen'])).toBeUndefined()
    expect(nearestName('gen', [])).toBeUndefined()
  })
})
