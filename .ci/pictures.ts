/**
 * `npm run diagrams`: draws the protocols of the examples beside their declarations, and the counterexample that README.md shows.
 * With `--check` it writes nothing, and fails on a difference.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

import { run } from '../src/cli/run.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const COUNTEREXAMPLES = 'docs/pictures'

interface Picture {
  readonly file: string
  readonly text: string
}

interface Drawn {
  readonly diagrams: readonly {
    readonly protocol: string
    readonly declaration?: string
    readonly shows: string
    readonly text: string
  }[]
}

/** Every picture that is checked in, with its path from the root. */
export async function drawPictures(): Promise<Picture[]> {
  const sides = await draw('examples')
  const parting = await draw('examples/negotiate', '--against', 'test/docs/first-version.steer.ts')
  return [...sides, ...parting]
}

async function draw(...args: string[]): Promise<Picture[]> {
  const printed: string[] = []
  const terminal = {
    out: (text: string) => void printed.push(text),
    err: (text: string) => {
      console.error(text)
    },
    color: false,
  }
  const code = await run(['diagram', ...args, '--format', 'svg', '--json'], terminal, ROOT)
  // Of two versions that part the exit code is 1, and the picture is what is wanted.
  if (code === 2) throw new Error(`coxswain diagram ${args.join(' ')} was called wrongly`)
  const drawn = JSON.parse(printed.join('\n')) as Partial<Drawn>
  if (drawn.diagrams === undefined || drawn.diagrams.length === 0) throw new Error(`nothing drawn: ${printed.join()}`)
  return drawn.diagrams.map(({ protocol, declaration, shows, text }) => {
    const folder = declaration === undefined ? COUNTEREXAMPLES : posix.dirname(declaration)
    return { file: `${folder}/${protocol}.${shows}.svg`, text }
  })
}

/** Returns the files that differ from what the declarations say; writes them unless `check`. */
export async function writePictures(options: { readonly check: boolean }): Promise<string[]> {
  const stale = (await drawPictures()).filter(({ file, text }) => readText(ROOT + file) !== text)
  for (const { file, text } of options.check ? [] : stale) {
    mkdirSync(dirname(ROOT + file), { recursive: true })
    writeFileSync(ROOT + file, text)
  }
  return stale.map(({ file }) => file)
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check')
  const stale = await writePictures({ check })
  for (const file of stale) console.log(check ? `${file} is stale; npm run diagrams draws it` : `${file} written`)
  if (check && stale.length > 0) process.exitCode = 1
}
