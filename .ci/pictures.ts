/**
 * `npm run diagrams`: draws the protocols of the examples beside their declarations, and the counterexample that README.md shows.
 * With `--check` it writes nothing, and fails on a difference.
 */

import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

import { run } from '../src/cli/run.ts'
import { ROOT, writeStale, type WrittenFile } from './written-files.ts'

const COUNTEREXAMPLES = 'docs/pictures'

interface Drawn {
  readonly diagrams: readonly {
    readonly protocol: string
    readonly declaration?: string
    readonly shows: string
    readonly text: string
  }[]
}

/** Every picture that is checked in. */
export async function drawPictures(): Promise<WrittenFile[]> {
  const sides = await draw('examples')
  const parting = await draw('examples/negotiate', '--against', 'test/docs/first-version.steer.ts')
  return [...sides, ...parting]
}

async function draw(...args: string[]): Promise<WrittenFile[]> {
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

if (process.argv[1] === fileURLToPath(import.meta.url)) writeStale(await drawPictures(), 'npm run diagrams')
