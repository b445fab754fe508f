/**
 * `npm run check`: every gate but the tests. All gates run, whatever the others say; each prints one line with its time, and a
 * gate that fails prints what it had to say. `npm run check -- lint types` runs the gates whose names begin so, and
 * `npm run check -- --fix` first mends what oxlint and oxfmt can mend.
 *
 * 7.0 compiles every file, 5.9 and 6.0 all that a user compiles. 7.0 also tries the declarations of the build, since it takes a
 * quarter of the time; the tests of the package make them with the compiler that builds.
 */

import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { ensureInstalled, ROOT } from './install.js'

const MODULES = 'node_modules'
const CACHE = `${MODULES}/.cache`
const TSX = `${MODULES}/tsx/dist/cli.mjs`

const COMPILERS = { 5.9: 'typescript-5.9', '6.0': 'typescript', '7.0': 'typescript-7.0' }

/** The memory of young objects, in MB. As Node has it, a compiler spends a tenth of its time on collecting them. */
const YOUNG = '--max-semi-space-size=64'

// The long ones first: with two at a time they set the total.
const GATES = [
  { name: 'types 6.0', args: [YOUNG, ...tsc('6.0', 'tsconfig.users.json', ...kept('types-6.0'))] },
  { name: 'types 5.9', args: [YOUNG, ...tsc('5.9', 'tsconfig.users.json', ...kept('types-5.9'))] },
  { name: 'lint', args: [`${MODULES}/oxlint/bin/oxlint`] },
  { name: 'types 7.0', args: tsc('7.0', 'tsconfig.json') },
  {
    name: 'types dist',
    args: tsc('7.0', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', `${CACHE}/declarations`),
  },
  { name: 'format', args: [`${MODULES}/oxfmt/bin/oxfmt`, '--check'] },
  {
    name: 'generated',
    args: [
      TSX,
      'src/cli/main.ts',
      'gen',
      '--check',
      'src/services',
      'examples',
      'test/protocols',
      'test/types',
      'bench/protocols',
    ],
  },
  { name: 'api', args: [TSX, 'test/api/report.ts', '--check'] },
  { name: 'documents', args: [TSX, '.ci/documents.ts', '--check'] },
  { name: 'pictures', args: [TSX, '.ci/pictures.ts', '--check'] },
  { name: 'architecture', args: [`${MODULES}/vitest/vitest.mjs`, 'run', 'test/architecture', '--reporter=dot'] },
]

const FIXES = [[`${MODULES}/oxlint/bin/oxlint`, '--fix'], [`${MODULES}/oxfmt/bin/oxfmt`]]

ensureInstalled()
const names = process.argv.slice(2).filter((argument) => argument !== '--fix')
const wanted = GATES.filter(({ name }) => names.length === 0 || names.some((prefix) => name.startsWith(prefix)))
if (wanted.length === 0) {
  console.error(`check: no gate is called ${names.join(' or ')}; there are ${GATES.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}
if (process.argv.includes('--fix')) for (const args of FIXES) await run(args)

const began = performance.now()
const failed = []
const queue = [...wanted]
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work))
console.log(`check: ${wanted.length - failed.length} passed, ${failed.length} failed in ${seconds(began)}`)
if (failed.length > 0) console.error(`check: ${failed.join(', ')} failed`)
process.exitCode = failed.length > 0 ? 1 : 0

async function work() {
  for (let gate = queue.shift(); gate !== undefined; gate = queue.shift()) {
    const start = performance.now()
    const { code, output } = await run(gate.args)
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${gate.name.padEnd(14)} ${seconds(start)}`)
    if (code === 0) continue
    failed.push(gate.name)
    console.log(output.trimEnd().replace(/^/gm, '     '))
  }
}

/** The arguments of a compiler over one project. */
function tsc(version, project, ...options) {
  return [`${MODULES}/${COMPILERS[version]}/bin/tsc`, '-p', project, ...options]
}

/** Makes a compiler look again only at what has changed since, and at what depends on it. */
function kept(name) {
  return ['--incremental', '--tsBuildInfoFile', `${CACHE}/${name}.tsbuildinfo`]
}

/** Runs one tool to its end. A tool that a signal ended, or that did not start, has failed. */
function run(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    child.on('error', (error) => resolve({ code: 1, output: String(error) }))
    child.on('close', (code, signal) => {
      const output = Buffer.concat(chunks).toString()
      resolve({ code: code ?? 1, output: signal === null ? output : `${output}\nended by ${signal}` })
    })
  })
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}
