/** Declarations as text through the whole generator, in a folder of their own. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { generate, type GenerateResult } from '../../../codegen/index.ts'

/** A folder with files by path, removed by the function that comes with it. */
export function createProject(files: Readonly<Record<string, string>>): { readonly root: string; remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'coxswain-gen-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}

/** What the generator makes of files by path. */
export async function generateFrom(files: Readonly<Record<string, string>>, within = '.'): Promise<GenerateResult> {
  const { root, remove } = createProject(files)
  try {
    return await generate({ root: join(root, within) })
  } finally {
    remove()
  }
}

/** What comes of declarations with all words imported, by name of the output. */
export async function outputsOf(declarations: string): Promise<ReadonlyMap<string, string>> {
  const { outputs, diagnostics } = await generateFrom({ 'x.steer.ts': withWords(declarations) })
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map(({ code, message }) => `${code} ${message}`).join('\n'))
  return new Map(outputs.map(({ path, text }) => [path, text]))
}

export function withWords(declarations: string): string {
  const words =
    'answer both call choose flip forever include loop master offer on peer point receive receiveStream rxHandshake rxKeepalive send sendStream steer txHandshake txKeepalive within'
  const used = words.split(' ').filter((word) => new RegExp(`\\b${word}\\b`).test(declarations))
  if (declarations.includes('Sealed<')) used.push('type Sealed')
  return `import { ${used.join(', ')} } from 'coxswain/steer'\n\n${declarations}\n`
}
