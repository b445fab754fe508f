/**
 * Installs the dependencies from the lock file when that has not been done, or when node_modules is older than the lock.
 * Runs before anything is installed, so it may use nothing but Node itself.
 */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const LEAST_NODE = [20, 19]

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Throws nothing: what cannot be done ends the process with one line that says why. */
export function ensureInstalled() {
  refuseOldNode()
  const reason = staleReason()
  if (reason === undefined) return
  console.log(`setup: ${reason}; installing from package-lock.json`)
  const { file, args } = npmCommand()
  // The tools are development dependencies, so they are wanted whatever NODE_ENV says.
  const install = [...args, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const { status, error } = spawnSync(file, install, { cwd: ROOT, stdio: 'inherit' })
  if (error !== undefined) fail(`npm did not start: ${error.message}`)
  if (status !== 0) fail('npm ci failed')
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [leastMajor, leastMinor] = LEAST_NODE
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return
  fail(`Node ${process.versions.node} is too old, ${LEAST_NODE.join('.')} or newer is needed`)
}

/**
 * npm writes node_modules/.package-lock.json as the last act of an install, so its absence also tells of one that was
 * interrupted. Optional packages may be missing from it: they are the binaries of other platforms.
 */
function staleReason() {
  const installed = readPackages('node_modules/.package-lock.json')
  if (installed === undefined) return 'the dependencies are not installed'
  const locked = readPackages('package-lock.json')
  if (locked === undefined) fail('package-lock.json is missing or unreadable')
  for (const [path, { version, integrity, optional, devOptional, peer }] of Object.entries(locked)) {
    if (path === '') continue
    const found = installed[path]
    if (found === undefined && (optional || devOptional || peer)) continue
    const same = found !== undefined && found.version === version && found.integrity === integrity
    if (!same) return `${path} differs from the lock file`
  }
  return undefined
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(`${ROOT}/${file}`, 'utf8')).packages
  } catch {
    return undefined
  }
}

/** The npm that runs this script where there is one, so that both are the same version. */
function npmCommand() {
  const script = process.env.npm_execpath
  if (script !== undefined && /npm-cli\.[cm]?js$/.test(script)) return { file: process.execPath, args: [script] }
  return { file: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] }
}

function fail(text) {
  console.error(`setup: ${text}`)
  process.exit(1)
}
