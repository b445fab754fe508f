/** Releases of one program, one after the other, each generated as its authors would: over the files of the one before. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { generate } from '../../codegen/index.ts'
import * as kernel from '../../src/kernel/index.ts'
import type { AnyProtocol } from '../simulation/proved-protocol.ts'
import { runGenerated } from '../simulation/run-generated.ts'
import { withWords } from '../codegen/emit/generate.ts'

export interface ReleaseOptions {
  /** Each release is written into the history with `gen --accept`. */
  readonly accept: boolean
}

/** The protocol `P` of each declaration, as the program imports it after the release. */
export async function releaseAll(
  declarations: readonly string[],
  { accept }: ReleaseOptions,
): Promise<readonly AnyProtocol[]> {
  const root = mkdtempSync(join(tmpdir(), 'coxswain-release-'))
  try {
    const protocols: AnyProtocol[] = []
    for (const declaration of declarations) {
      writeFileSync(join(root, 'p.steer.ts'), withWords(declaration))
      const { outputs, diagnostics } = await generate({ root, accept })
      const errors = diagnostics.filter(({ severity }) => severity === 'error')
      if (errors.length > 0) throw new Error(errors.map(({ code, message }) => `${code} ${message}`).join('\n'))
      for (const { path, text } of outputs) writeFileSync(join(root, path), text)
      protocols.push(load(new Map(outputs.map(({ path, text }) => [path, text]))))
    }
    return protocols
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

function load(files: ReadonlyMap<string, string>): AnyProtocol {
  const codecs = files.get('p.codec.gen.ts')
  const siblings = codecs === undefined ? {} : { './p.codec.gen.js': runGenerated(codecs, { kernel }) }
  return runGenerated(files.get('p.gen.ts')!, { kernel, siblings })['P'] as AnyProtocol
}
