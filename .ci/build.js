/**
 * `npm run build`: the declarations of every source file from tsc, which also checks them, and the JavaScript as few files, since
 * each file of its own costs a program a millisecond when it starts. All of the JavaScript lies in `dist` itself, so that a path
 * beside a module is the same from wherever the module ends up.
 */

import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { rolldown } from 'rolldown'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The doors by the names of their subpaths, the command, and what is loaded by its path alone. */
const ENTRIES = {
  index: 'src/index.ts',
  steer: 'src/steer/index.ts',
  reactor: 'src/services/index.ts',
  'kernel-v1': 'src/kernel/index.ts',
  testing: 'src/testing/index.ts',
  codegen: 'codegen/index.ts',
  cli: 'src/cli/main.ts',
  'thread-entry': 'src/reactor/isolate/thread-entry.ts',
  'process-entry': 'src/reactor/isolate/process-entry.ts',
  'noble-provider': 'src/secure/noble-provider.ts',
}

/**
 * What is loaded together lies together. The isolates and the command need the base alone, generated code the kernel; sessions are
 * loaded with the first link, cryptography with the first that needs it.
 */
const BASE = /[\\/]src[\\/](?:base[\\/]|ir[\\/]source\.ts$)/
const KERNEL = /[\\/]src[\\/](?:kernel[\\/]|secure[\\/](?:identity|passphrase|stateless-cipher)\.ts$)/
const SESSION = /[\\/]src[\\/](?:wire[\\/]|session[\\/](?!channel[\\/]secure-|on-demand\.ts$))/
/** In no entry of its own, the command would be loaded by what it loads. */
const NAMES = /[\\/]src[\\/]cli[\\/]nearest-name\.ts$/
const GROUPS = [
  { name: 'base', test: BASE, priority: 3 },
  { name: 'nearest-name', test: NAMES, priority: 2 },
  { name: 'kernel', test: KERNEL, priority: 1 },
  { name: 'session', test: SESSION, priority: 0 },
]

/**
 * ts-morph is CommonJS. An `import` of it has Node search it and TypeScript for the names that they export, nine megabytes of
 * source, before they are run; that is a third of what loading them takes, and `require` does without.
 */
const TS_MORPH = {
  name: 'ts-morph',
  resolveId: (id) => (id === 'ts-morph' ? '\0ts-morph' : undefined),
  load: (id) =>
    id === '\0ts-morph'
      ? `import { createRequire } from 'node:module'
         export const { Project, ts } = createRequire(import.meta.url)('ts-morph')`
      : undefined,
}

/** Writes the library's JavaScript and its source maps into `folder`. Packages stay what they are. */
async function bundle(folder) {
  const bundler = await rolldown({
    cwd: ROOT,
    input: ENTRIES,
    platform: 'node',
    plugins: [TS_MORPH],
    // Relative names and our own sources are the library; `coxswain/kernel-v1` is what generated code calls the kernel.
    external: /^(?!coxswain\/kernel-v1$|ts-morph$|[A-Za-z]:)[^./\0]/,
    resolve: { alias: { 'coxswain/kernel-v1': `${ROOT}src/kernel/index.ts` } },
    tsconfig: `${ROOT}tsconfig.build.json`,
    onLog: (_, log) => {
      throw new Error(log.message)
    },
  })
  await bundler.write({
    dir: folder,
    format: 'es',
    sourcemap: true,
    // The sources are published beside them.
    sourcemapExcludeSources: true,
    minify: false,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    minifyInternalExports: false,
    comments: { legal: true, annotation: true, jsdoc: false },
    codeSplitting: { groups: GROUPS },
  })
  await bundler.close()
}

/** Fills `folder`, with declarations that `args` of tsc may change, and modules. Ends the process where tsc fails. */
export async function build(folder, args = []) {
  const tsc = `${ROOT}node_modules/typescript/bin/tsc`
  const command = [tsc, '-p', `${ROOT}tsconfig.build.json`, '--outDir', folder, ...args]
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
  await bundle(folder)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(`${ROOT}dist`, { recursive: true, force: true })
  await build(`${ROOT}dist`)
}
