import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { findViolations, formatViolations } from './architecture/checker.ts'
import { ROOMS } from './architecture/rules.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

function readSources(folder: string): [string, string][] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path.slice(ROOT.length).replaceAll('\\', '/'), readFileSync(path, 'utf8')])
}

describe('the sources', () => {
  test('keep to the table of rooms and to what only one place may touch', () => {
    const sources = new Map([...readSources('src'), ...readSources('codegen')])
    expect(sources.size).toBeGreaterThan(10)
    expect(formatViolations(findViolations(sources))).toBe('')
  })

  test('are described by docs/architecture.md, arrow for arrow', () => {
    const document = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8')
    const rows = document.match(/^\| `(src|codegen)\b.*$/gm) ?? []
    const documented = rows.map((row) => {
      const [room = '', , imports = '', packages = ''] = row
        .split('|')
        .slice(1)
        .map((cell) => cell.trim())
      return [room, imports, packages].map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]).sort())
    })
    const table = ROOMS.map(({ path, imports, packages }) => [
      [path],
      [...imports].sort(),
      [...(packages ?? [])].sort(),
    ])
    expect(documented).toEqual(table)
  })

  test('of the examples import the package by its name, as a user does', () => {
    const inward = readSources('examples').flatMap(([file, text]) =>
      [...text.matchAll(/from '((?:\.\.\/)+(?:src|codegen)\/[^']*)'/g)].map(
        (match) => `${file} imports ${String(match[1])}`,
      ),
    )
    expect(inward).toEqual([])
  })
})

describe('the checker', () => {
  const check = (files: Record<string, string>): string =>
    formatViolations(findViolations(new Map(Object.entries(files))))

  test('takes the two files that are generated from one declaration for one, and no others', () => {
    const pair = {
      'src/session/a.gen.ts': "import { x } from './a.codec.gen.js'",
      'src/session/a.codec.gen.ts': "import type { y } from './a.gen.js'",
    }
    expect(check(pair)).toBe('')
    expect(check({ ...pair, 'src/session/b.gen.ts': "import './a.gen.js'" })).toContain('no source file')
    expect(check({ ...pair, 'src/session/b.ts': "import './a.gen.js'" })).toContain('no source file')
  })

  test('lets through what the table allows', () => {
    const files = {
      'src/base/errors.ts': 'export type Code = 1',
      'src/base/clock.ts': 'export const now = () => performance.now() + Date.now(); setTimeout(now, 1)',
      'src/base/tick.ts': 'queueMicrotask(() => {}); process.nextTick(() => {})',
      'src/wire/tcp.ts': "import { connect } from 'node:net'\nimport type { Code } from '../base/errors.ts'",
      'src/kernel/open.ts': "const load = createRequire(import.meta.url)\nload('cbor-x')",
      'codegen/read/project.ts': "import { Project } from 'ts-morph'",
      'src/cli/gen.ts': "export const run = () => import('../../codegen/read/project.ts')",
    }
    expect(check(files)).toBe('')
  })

  test.each([
    ['an import', "import { x } from '../session/x.ts'"],
    ['an import of a type', "import type { X } from '../session/x.ts'"],
    ['an import for its effect', "import '../session/x.ts'"],
    ['a re-export', "export { x } from '../session/x.ts'"],
    ['a re-export of everything', "export * from '../session/x.ts'"],
    ['a dynamic import', "const x = () => import('../session/x.ts')"],
    ['a type in place', "let x: import('../session/x.ts').X"],
    ['a require', "import { createRequire } from 'node:module'; createRequire(import.meta.url)('../session/x.ts')"],
    ['a require by another name', "const load = createRequire(import.meta.url); load('../session/x.ts')"],
    ['a look-up', "import.meta.resolve('../session/x.ts')"],
    ['an import assignment', "import x = require('../session/x.ts')"],
  ])('finds an arrow against the table in %s', (_, text) => {
    const files = { 'src/session/x.ts': '', 'src/wire/frame.ts': `\n${text}` }
    expect(check(files)).toBe('src/wire/frame.ts:2 src/wire may not import src/session')
  })

  test('finds an import whose name is computed', () => {
    expect(check({ 'src/wire/frame.ts': 'import(name)' })).toContain('imports a module whose name is computed')
    expect(check({ 'src/wire/frame.ts': 'require(`./${name}.ts`)' })).toContain(
      'imports a module whose name is computed',
    )
  })

  test('lets one file alone import a module whose name is computed', () => {
    expect(check({ 'src/reactor/isolate/load.ts': 'import(url)' })).toBe('')
    expect(check({ 'src/reactor/isolate/runtime.ts': 'import(url)' })).toContain('whose name is computed')
  })

  test('finds a file that belongs to no room, and an import of no file', () => {
    expect(check({ 'src/cluster/x.ts': '' })).toBe('src/cluster/x.ts:1 belongs to no room of the table')
    expect(check({ 'src/wire/x.ts': "import './y.js'" })).toContain(
      'src/wire/x.ts:1 imports ./y.js, which is no source file',
    )
  })

  test('finds packages where they do not belong, ts-morph first of all', () => {
    expect(check({ 'codegen/emit/x.ts': "import 'ts-morph'" })).toBe(
      'codegen/emit/x.ts:1 codegen/emit may not import the package ts-morph',
    )
    expect(check({ 'src/session/x.ts': "import 'cbor-x/encode'" })).toContain(
      'may not import the package cbor-x/encode',
    )
    expect(check({ 'src/session/x.ts': "import 'coxswain'" })).toContain('may not import the package coxswain')
    expect(check({ 'src/session/x.ts': "import 'fs'" })).toBe('src/session/x.ts:1 imports fs without node:')
  })

  test('finds a cycle between files of one room, and names it once', () => {
    const files = {
      'src/wire/a.ts': "import './b.ts'",
      'src/wire/b.ts': "\nimport type { C } from './c.ts'",
      'src/wire/c.ts': "export * from './b.ts'",
    }
    expect(check(files)).toBe('src/wire/b.ts:2 import cycle: src/wire/b.ts -> src/wire/c.ts -> src/wire/b.ts')
    expect(check({ 'src/wire/a.ts': "import './a.ts'" })).toContain('import cycle: src/wire/a.ts -> src/wire/a.ts')
  })

  test.each([
    ["import 'node:net'", 'sockets: node:net'],
    ["import { setTimeout } from 'node:timers/promises'", 'time: node:timers/promises'],
    ['setTimeout(f, 1)', 'time: setTimeout'],
    ['const later = globalThis.setInterval', 'time: setInterval'],
    ["globalThis['setInterval'](f, 1)", 'time: setInterval'],
    ['const timers = { setTimeout }', 'time: setTimeout'],
    ['Date.now()', 'time: Date.now'],
    ['new Date()', 'time: new Date()'],
    ['performance.now()', 'time: performance.now'],
    ['process.hrtime.bigint()', 'time: process.hrtime.bigint'],
    ['AbortSignal.timeout(5)', 'time: AbortSignal.timeout'],
    ['const dice = Math.random', 'chance: Math.random'],
    ['process.nextTick(f)', 'scheduling: process.nextTick'],
    ['queueMicrotask(f)', 'scheduling: queueMicrotask'],
    ['setImmediate(f)', 'scheduling: setImmediate'],
    ["import 'node:worker_threads'", 'threads: node:worker_threads'],
    ["process.getBuiltinModule('node:http')", 'http: node:http'],
    ["import('node:inspector')", 'inspection: node:inspector'],
    ["import 'node:http'", 'http: node:http'],
  ])('finds %s outside its place', (text, expected) => {
    expect(check({ 'src/session/x.ts': text })).toContain(`src/session/x.ts:1 ${expected} is for `)
  })

  test('does not take a name, a text or a date of its own for a global', () => {
    const text = [
      'interface Clock { setTimeout(run: () => void, ms: number): void; now(): number }',
      'export function later(clock: Clock, setImmediate: boolean): void { clock.setTimeout(() => {}, 1) }',
      "export const text = 'setTimeout(Date.now(), Math.random())' // setInterval",
      'export const date = new Date(0)',
      'export const floor = Math.floor(process.uptime())',
    ]
    expect(check({ 'src/session/x.ts': text.join('\n') })).toBe('')
  })
})
