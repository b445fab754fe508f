/** Runs emitted codecs in a test: transpiled in memory, with the kernel mapped to its sources. */

import { fileURLToPath, pathToFileURL } from 'node:url'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import ts from 'typescript'
import { emitCodecs, type CodecFile } from '../../../codegen/emit/codec/index.ts'
import type { DeclarationFile } from '../../../src/ir/declaration.ts'
import type { Shape, TypeDefinition } from '../../../src/ir/shape.ts'
import type { Codec } from '../../../src/kernel/codec/index.ts'

const KERNEL = fileURLToPath(new URL('../../../src/kernel/codec/index.ts', import.meta.url))
const SOURCE = { file: 'test.steer.ts', line: 1, column: 1, length: 1 }

/** A declaration with one protocol that sends each of `payloads` under the labels `p0`, `p1`, and so on. */
export function declare(
  payloads: readonly Shape[],
  types: readonly Omit<TypeDefinition, 'source'>[] = [],
  open = false,
): DeclarationFile {
  return {
    file: SOURCE.file,
    protocols: [
      {
        exportName: 'Test',
        name: 'test',
        open,
        source: SOURCE,
        steps: payloads.map((payload, index) => ({
          kind: 'message',
          from: 'master',
          label: `p${index}`,
          payload,
          source: SOURCE,
        })),
      },
    ],
    types: types.map((type) => ({ ...type, source: SOURCE })),
  }
}

export interface LoadedCodecs {
  readonly file: CodecFile
  codecFor(payload: Shape, open?: boolean): Codec<unknown>
  readonly byName: Readonly<Record<string, Codec<unknown>>>
}

/** Emits the codecs of a declaration and imports them. */
export async function loadCodecs(declaration: DeclarationFile): Promise<LoadedCodecs> {
  const file = emitCodecs(declaration, { typesModule: './test.gen.js', kernelModule: pathToFileURL(KERNEL).href })
  const { outputText } = ts.transpileModule(file.source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
  })
  const folder = mkdtempSync(path.join(tmpdir(), 'codec-'))
  try {
    const target = path.join(folder, 'test.codec.gen.mjs')
    writeFileSync(target, outputText)
    const byName = (await import(/* @vite-ignore */ pathToFileURL(target).href)) as Record<string, Codec<unknown>>
    return { file, byName, codecFor: (payload, open = false) => byName[file.codecNameFor(payload, open)]! }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
