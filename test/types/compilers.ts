/** The compilers that generated files must please, as programs. */

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url))

/** Folders of the compilers in node_modules, by version. */
export const COMPILERS: Readonly<Record<string, string>> = {
  '5.9': 'typescript-5.9',
  '6.0': 'typescript',
  '7.0': 'typescript-7.0',
}

export interface Compilation {
  /** What the compiler complains about, line by line. */
  readonly errors: readonly string[]
  /** Figures of `--extendedDiagnostics`, by name. */
  readonly figures: ReadonlyMap<string, number>
}

/** Runs a compiler over the project in `folder`. */
export async function compile(version: string, folder: string, project = 'tsconfig.json'): Promise<Compilation> {
  const compiler = join(ROOT, 'node_modules', COMPILERS[version]!, 'bin/tsc')
  const args = [compiler, '-p', join(folder, project), '--extendedDiagnostics', '--pretty', 'false']
  const output = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      // A compiler that finds errors exits with 1 or 2 and says so; one that did not start says nothing.
      if (stdout === '' && error !== null) reject(new Error(`${args.join(' ')}: ${stderr}`, { cause: error }))
      else resolve(stdout)
    })
  })
  const lines = output.split('\n')
  const figures = lines.flatMap((line): [string, number][] => {
    const match = /^([A-Z][\w /]+):\s+([\d.]+)(?:s|K)?$/.exec(line.trim())
    return match === null ? [] : [[match[1]!, Number(match[2])]]
  })
  return { errors: lines.filter((line) => line.includes('error TS')), figures: new Map(figures) }
}

/** The compiler options of this repository, without where its files lie. */
export function strictOptions(): Record<string, unknown> {
  const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')) as {
    readonly compilerOptions: Readonly<Record<string, unknown>>
  }
  return { ...compilerOptions }
}

/** A folder for a test, an ES module package, removed by the function that comes with it. */
export function createFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'coxswain-types-'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
