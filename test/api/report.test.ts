import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeDoor, readDoors, reportPath } from './report.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-api-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

async function report(files: Record<string, string>): Promise<string> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return describeDoor('thing', join(folder, 'index.ts'), folder)
}

function block(text: string, index: number): string {
  return text.split(/```(?:ts)?\n/)[index * 2 + 1] ?? ''
}

describe('the report of a door', () => {
  test('holds declarations without bodies, comments and what is private, sorted by name', async () => {
    const text = await report({
      'index.ts': "export { b } from './b.ts'\nexport { A } from './b.ts'\n",
      'b.ts': [
        '/** Says hello. */',
        "export function b(name: string): string { return 'hello ' + name }",
        'export class A {',
        '  private hidden = 1',
        '  /** @internal */',
        '  inner(): void {}',
        '  shown(): number { return this.hidden }',
        '}',
      ].join('\n'),
    })
    expect(block(text, 0)).toBe(
      'export class A {\n  private hidden\n  shown(): number\n}\n\nexport function b(name: string): string\n',
    )
  })

  test('changes with a parameter, an overload and the value of a constant type', async () => {
    const source = (text: string): Promise<string> => report({ 'index.ts': text })
    const reports = [
      await source('export function f(a: string): void {}'),
      await source('export function f(a?: string): void {}'),
      await source(
        'export function f(a: string): void; export function f(a: number): void; export function f(a: unknown) {}',
      ),
      await source('export const f: 1 = 1'),
      await source('export const f: 2 = 2'),
    ]
    expect(new Set(reports).size).toBe(5)
    expect(block(reports[2]!, 0)).toBe('export function f(a: string): void\nexport function f(a: number): void\n')
  })

  test('names a thing as the door names it', async () => {
    const text = await report({
      'index.ts': "export { inner as outer } from './b.ts'\n",
      'b.ts': 'export function inner(): void {}',
    })
    expect(block(text, 0)).toBe('export { inner as outer }\nexport function inner(): void\n')
  })

  test('also shows what is mentioned without being exported, however far away', async () => {
    const text = await report({
      'index.ts': "export type { Open } from './b.ts'\n",
      'b.ts':
        "import type { Far } from './c.ts'\nexport interface Open { readonly near: Near }\ninterface Near { readonly far: Far }",
      'c.ts': 'export type Far = 1\nexport type Unrelated = 2',
    })
    expect(block(text, 1)).toBe('type Far = 1\n\ninterface Near {\n  readonly far: Far\n}\n')
  })

  test('is written for every subpath that package.json has', () => {
    const doors = readDoors()
    expect(doors.get('coxswain')).toMatch(/\/src\/index\.ts$/)
    expect(doors.get('coxswain/kernel-v1')).toMatch(/\/src\/kernel\/index\.ts$/)
    expect([...doors.keys()].map(reportPath)).toContain('docs/api/coxswain-kernel-v1.api.md')
  })
})
