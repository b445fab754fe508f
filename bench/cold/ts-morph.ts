/** What any generator that reads TypeScript has to do: a ts-morph project of the folder's files, with a small `lib`, checked. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { Project, ts } from 'ts-morph'

const folder = process.argv[2]!
const project = new Project({
  compilerOptions: {
    lib: ['lib.es2023.d.ts'],
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  },
})
for (const name of readdirSync(folder)) {
  if (name.endsWith('.steer.ts')) project.addSourceFileAtPath(join(folder, name))
}
project.resolveSourceFileDependencies()
const errors = project.getPreEmitDiagnostics()
if (errors.length > 0) {
  console.error(project.formatDiagnosticsWithColorAndContext(errors))
  process.exitCode = 1
}
