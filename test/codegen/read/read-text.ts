/** Reads declarations that a test writes out itself. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readDeclarations, type ReadOptions, type ReadResult } from '../../../codegen/read/index.ts'

/** Writes the files into an empty folder, reads those named `*.steer.ts` there, and removes the folder. */
export function readText(files: Readonly<Record<string, string>>, options?: Partial<ReadOptions>): ReadResult {
  const root = mkdtempSync(join(tmpdir(), 'coxswain-read-'))
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), text)
    }
    return readDeclarations({
      root,
      files: Object.keys(files).filter((file) => file.endsWith('.steer.ts')),
      ...options,
    })
  } finally {
    rmSync(root, { recursive: true })
  }
}
