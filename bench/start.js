/**
 * `npm run bench`: installs the peers where that has not been done, builds the library as `npm run build` does, compiles the bench,
 * and starts the runner there. What is measured is the package as users have it. A few benches reach inside the library; for them
 * its sources are compiled file by file, beside the package.
 */

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import { ensureInstalled, ROOT } from '../.ci/install.js'

const HERE = fileURLToPath(new URL('.', import.meta.url))
/** Where no other tool of the project looks. */
const BUILT = `${HERE}node_modules/.cache/built`

ensureInstalled()
installPeers()
await buildAll()
const child = spawn(process.execPath, [`${BUILT}/bench/run.js`, ...process.argv.slice(2)], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('close', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1
})

function installPeers() {
  const installed = readJson(`${HERE}node_modules/.package-lock.json`)?.packages
  const locked = readJson(`${HERE}package-lock.json`)?.packages ?? {}
  const isFresh = Object.entries(locked).every(([path, { version, optional, peer }]) => {
    if (path === '') return true
    const found = installed?.[path]
    return found === undefined ? installed !== undefined && (optional || peer) : found.version === version
  })
  if (isFresh) return
  console.log('bench: installing the peers from bench/package-lock.json')
  const script = process.env.npm_execpath
  const [file, args] = script === undefined ? ['npm', []] : [process.execPath, [script]]
  const { status } = spawnSync(file, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: HERE,
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}

async function buildAll() {
  // Loaded here: it needs what has just been installed.
  const { build } = await import('../.ci/build.js')
  rmSync(`${BUILT}/dist`, { recursive: true, force: true })
  await build(`${BUILT}/dist`, ['--noCheck'])
  const tsc = `${ROOT}node_modules/typescript/bin/tsc`
  const { status } = spawnSync(process.execPath, [tsc, '-p', `${HERE}tsconfig.build.json`], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
  // What the bench imports as `coxswain` is the package that was just built.
  const { name, version, exports } = readJson(`${ROOT}package.json`)
  mkdirSync(BUILT, { recursive: true })
  writeFileSync(`${BUILT}/package.json`, JSON.stringify({ name, version, type: 'module', exports }))
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}
