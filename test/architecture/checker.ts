/** Reads sources with the TypeScript parser, and says where one breaks the rules of `rules.ts`. Nothing is type-checked. */

import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { LOADERS, RESTRICTIONS, ROOMS, type Restriction, type Room } from './rules.ts'
import { readUses, type Use } from './uses.ts'

export interface Violation {
  readonly file: string
  readonly line: number
  readonly message: string
}

interface Arrow {
  readonly target: string
  readonly line: number
}

/** `sources`: path from the root of the repository, with `/`, to the text of the file. */
export function findViolations(sources: ReadonlyMap<string, string>): Violation[] {
  const violations: Violation[] = []
  const arrows = new Map<string, Arrow[]>()
  for (const [file, text] of sources) {
    const report = (use: Use, message: string): number => violations.push({ file, line: use.line, message })
    const room = roomOf(file)
    if (room === undefined) violations.push({ file, line: 1, message: 'belongs to no room of the table' })
    for (const use of readUses(file, text)) {
      for (const message of restrictionsBroken(file, use)) report(use, message)
      if (use.kind === 'computed' && !LOADERS.includes(file))
        report(use, 'imports a module whose name is computed, so nothing can hold it to the table')
      if (use.kind !== 'module') continue
      if (!use.name.startsWith('.')) {
        const message = room === undefined ? undefined : packageRefused(room, use.name)
        if (message !== undefined) report(use, message)
        continue
      }
      const named = posix.join(posix.dirname(file), use.name)
      const target = use.isRequired === true ? named.replace(/\.js$/, '.ts') : named
      if (areOneGenerated(file, target)) continue
      if (!sources.has(target)) report(use, `imports ${use.name}, which is no source file`)
      arrows.set(file, [...(arrows.get(file) ?? []), { target, line: use.line }])
      const message = room === undefined ? undefined : arrowRefused(room, target)
      if (message !== undefined) report(use, message)
    }
  }
  return [...violations, ...findCycles(arrows)]
}

export function formatViolations(violations: readonly Violation[]): string {
  return violations.map(({ file, line, message }) => `${file}:${String(line)} ${message}`).join('\n')
}

/** The two files that are generated from one declaration count as one: they name each other as they are called when compiled. */
function areOneGenerated(file: string, target: string): boolean {
  const [from, to] = [file, target].map((path) => /^(.+?)(?:\.codec)?\.gen\.[jt]s$/.exec(path)?.[1])
  return from !== undefined && from === to
}

/** The room with the longest path that holds the file. */
function roomOf(file: string): Room | undefined {
  const rooms = ROOMS.filter(({ path }) => isWithin(file, path))
  return rooms.sort((left, right) => right.path.length - left.path.length)[0]
}

function isWithin(file: string, path: string): boolean {
  return file === path || file.startsWith(`${path}/`)
}

function arrowRefused(room: Room, target: string): string | undefined {
  const other = roomOf(target)
  if (other === room || (other !== undefined && room.imports.includes(other.path))) return undefined
  return `${room.path} may not import ${other?.path ?? target}`
}

function packageRefused(room: Room, specifier: string): string | undefined {
  if (isBuiltin(specifier)) return specifier.startsWith('node:') ? undefined : `imports ${specifier} without node:`
  const allowed = (room.packages ?? []).some((name) =>
    name.endsWith('/*')
      ? specifier.startsWith(name.slice(0, -1))
      : specifier === name || specifier.startsWith(`${name}/`),
  )
  return allowed ? undefined : `${room.path} may not import the package ${specifier}`
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier)
}

function restrictionsBroken(file: string, use: Use): string[] {
  return RESTRICTIONS.filter((restriction) => !restriction.allowedIn.some((path) => isWithin(file, path)))
    .filter((restriction) => restrictionNames(restriction, use))
    .map(({ rule, allowedIn }) => `${rule}: ${use.name} is for ${allowedIn.join(', ')} alone`)
}

function restrictionNames({ modules, globals }: Restriction, use: Use): boolean {
  if (use.kind === 'module') return modules?.includes(use.name.replace(/^node:/, '')) ?? false
  return (
    use.kind === 'global' && (globals?.some((name) => use.name === name || use.name.startsWith(`${name}.`)) ?? false)
  )
}

/** One violation for each cycle, named from its first file in the order of the alphabet. Types count: they couple too. */
function findCycles(arrows: ReadonlyMap<string, readonly Arrow[]>): Violation[] {
  const cycles = new Map<string, Violation>()
  const done = new Set<string>()
  const visit = (file: string, trail: readonly string[]): void => {
    const start = trail.indexOf(file)
    if (start !== -1) {
      const cycle = rotate(trail.slice(start))
      const first = cycle[0] ?? file
      const line = arrows.get(first)?.find(({ target }) => target === (cycle[1] ?? first))?.line ?? 1
      cycles.set(cycle.join(), { file: first, line, message: `import cycle: ${[...cycle, first].join(' -> ')}` })
      return
    }
    if (done.has(file)) return
    for (const { target } of arrows.get(file) ?? []) visit(target, [...trail, file])
    done.add(file)
  }
  for (const file of [...arrows.keys()].sort()) visit(file, [])
  return [...cycles.values()]
}

function rotate(cycle: readonly string[]): string[] {
  const first = [...cycle].sort()[0] ?? ''
  const start = cycle.indexOf(first)
  return [...cycle.slice(start), ...cycle.slice(0, start)]
}
