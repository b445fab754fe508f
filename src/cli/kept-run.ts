/**
 * The last run of `coxswain gen`, kept so that unchanged input is answered before a compiler is loaded. Kept is the result of a
 * run in which all was well, with a digest of each thing that it depended on. Whatever differs, cannot be read or is not
 * understood means that the generator runs; so does anything that is wrong with the kept file itself.
 */

import { createHash } from 'node:crypto'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'

import { GENERATOR_VERSION } from '../../codegen/emit/version.ts'
import { findDeclarations } from '../../codegen/find-declarations.ts'
import type { GenerateResult, GeneratorRun } from '../../codegen/generator.ts'
import type { EmittedFile, ProtocolSummary } from '../../codegen/index.ts'

/** Changes when the kept data does. */
const FORMAT = `1 ${GENERATOR_VERSION}`
/** Kept are this many pairs of folder and paths; the others are deleted, oldest first. */
const KEPT_MAX = 16

interface KeptRun {
  readonly format: string
  readonly root: string
  readonly paths: readonly string[]
  readonly declarations: readonly string[]
  readonly generated: readonly string[]
  readonly folders: readonly string[]
  /** `[question, path, answer]`, of texts their digest. */
  readonly facts: readonly (readonly [question: string, path: string, answer: string])[]
  /** `[path, digest]` */
  readonly outputs: readonly (readonly [path: string, digest: string])[]
  readonly diagnostics: GenerateResult['diagnostics']
  readonly protocols: readonly ProtocolSummary[]
}

/** The result of the last run there for these paths, where it would come out the same. */
export function readKeptRun(root: string, paths: readonly string[]): GenerateResult | undefined {
  const place = placeOf(root, paths)
  if (place === undefined) return undefined
  try {
    const kept = JSON.parse(readFileSync(place.file, 'utf8')) as KeptRun
    if (kept.format !== FORMAT || kept.root !== root || !sameList(kept.paths, paths)) return undefined
    const found = findDeclarations(root, paths)
    const isSame =
      found.diagnostics.length === 0 &&
      sameList(found.declarations, kept.declarations) &&
      sameList(found.generated, kept.generated) &&
      sameList(found.folders, kept.folders) &&
      kept.facts.every(([question, path, answer]) => answerNow(question, path) === answer)
    if (!isSame) return undefined
    const outputs: EmittedFile[] = []
    for (const [path, digest] of kept.outputs) {
      const text = readFileSync(resolve(root, path), 'utf8')
      if (digestOf(text) !== digest) return undefined
      outputs.push({ path, text })
    }
    const { declarations, diagnostics, protocols } = kept
    return { declarations, outputs, protocols, orphans: [], diagnostics }
  } catch {
    return undefined
  }
}

/** Keeps a run whose outputs are on disk. What cannot be kept is forgotten; that costs time, and nothing else. */
export function keepRun(root: string, paths: readonly string[], { result, facts }: GeneratorRun): void {
  const place = placeOf(root, paths)
  if (place === undefined) return
  try {
    const found = findDeclarations(root, paths)
    const histories = found.generated.filter((path) => path.endsWith('.json'))
    const accounted = new Set([...result.outputs.map(({ path }) => path), ...histories])
    if (result.orphans.length > 0 || !found.generated.every((path) => accounted.has(path))) return
    if (!sameList(found.declarations, result.declarations)) return
    const kept: KeptRun = {
      format: FORMAT,
      root,
      paths,
      declarations: result.declarations,
      generated: found.generated,
      folders: found.folders,
      facts: facts.map(({ question, path, answer }) => {
        const text = question === 'text' && typeof answer === 'string' ? digestOf(answer) : String(answer)
        return [question, path, text]
      }),
      outputs: result.outputs.map(({ path, text }) => [path, digestOf(text)]),
      diagnostics: result.diagnostics,
      protocols: result.protocols,
    }
    mkdirSync(place.folder, { recursive: true })
    const draft = `${place.file}.${process.pid}.tmp`
    writeFileSync(draft, JSON.stringify(kept))
    renameSync(draft, place.file)
    forgetOldest(place.folder)
  } catch {
    // A read-only project, a full disk.
  }
}

/** As `FileView` of the reader answers, without a compiler. */
function answerNow(question: string, path: string): string {
  const about = statSync(path, { throwIfNoEntry: false })
  if (question === 'file') return String(about?.isFile() === true)
  if (question === 'folder') return String(about?.isDirectory() === true)
  if (question === 'target') return about === undefined ? path : realpathSync(path).replaceAll(sep, '/')
  return about?.isFile() === true ? digestOf(readFileSync(path, 'utf8').replace(/^\ufeff/, '')) : 'undefined'
}

interface Place {
  readonly folder: string
  readonly file: string
}

/** In the cache folder of the nearest node_modules; undefined without one. */
function placeOf(root: string, paths: readonly string[]): Place | undefined {
  for (let at = root; ; at = dirname(at)) {
    const modules = join(at, 'node_modules')
    if (statSync(modules, { throwIfNoEntry: false })?.isDirectory() === true) {
      const folder = join(modules, '.cache', 'coxswain')
      return { folder, file: join(folder, `gen-${digestOf(JSON.stringify([root, paths])).slice(0, 24)}.json`) }
    }
    if (dirname(at) === at) return undefined
  }
}

function forgetOldest(folder: string): void {
  const files = readdirSync(folder).filter((name) => name.startsWith('gen-'))
  if (files.length <= KEPT_MAX) return
  const aged = files.map((name) => ({ path: join(folder, name), age: statSync(join(folder, name)).mtimeMs }))
  aged.sort((left, right) => right.age - left.age)
  for (const { path } of aged.slice(KEPT_MAX)) rmSync(path, { force: true })
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index])
}
