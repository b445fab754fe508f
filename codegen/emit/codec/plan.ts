/** Which functions a codec file holds: one pair for each named type and for each distinct composite shape inside one. */

import { resolveShape } from '../../../src/ir/resolve-shape.ts'
import type { Shape, TypeDefinition } from '../../../src/ir/shape.ts'
import { typeText } from '../type-text.ts'
import { innerShapes, shapeKey } from './shape-query.ts'

// The bound of the wire format, as in the kernel: deeper declarations are counted at run time, where they are refused.
const DEPTH_MAX = 64

/** What a pair of functions is for. */
export interface Unit {
  /** `encode` or `decode` before it gives the name of the function. */
  readonly name: string
  readonly shape: Shape
  /** The type as it stands in the signatures. */
  readonly text: string
  /** Depth is counted: the shape is part of something recursive. */
  readonly isTracked: boolean
}

export type Direction = 'encode' | 'decode' | 'decodeOpen'

export interface Job {
  readonly unit: Unit
  readonly direction: Direction
}

/** Hands out function names and remembers which functions have been asked for. */
export class Plan {
  /** The named types, under the names that they have in this file. */
  readonly types: readonly TypeDefinition[]
  private readonly tracked: readonly boolean[]
  private readonly tracksAll: boolean
  private readonly units = new Map<string, Unit>()
  private readonly names = new Set<string>()
  private readonly jobs: Job[] = []
  private readonly asked = new Set<string>()
  /** Ends the names of what passes over undeclared members. No unit has a name that ends so. */
  readonly openSuffix: string

  constructor(types: readonly TypeDefinition[], payloads: readonly Shape[]) {
    this.types = types
    this.openSuffix = openSuffixBeside(types)
    this.tracked = trackedTypes(types)
    this.tracksAll = [...types.map((type) => type.shape), ...payloads].some((shape) => this.depthOf(shape) > DEPTH_MAX)
    types.forEach((type, index) => {
      this.names.add(type.name)
      const unit = { name: type.name, shape: type.shape, text: type.name, isTracked: this.isTypeTracked(index) }
      this.units.set(`type ${index}`, unit)
    })
  }

  /** The unit of a named type, or of a shape, which is named after `hint` if it is new. */
  unit(shape: Shape, hint: string, isTracked: boolean): Unit {
    const key = shape.kind === 'reference' || !isTracked ? shapeKey(shape) : `tracked ${shapeKey(shape)}`
    let unit = this.units.get(key)
    if (unit === undefined) {
      unit = { name: this.freeName(hint), shape, text: typeText(shape, this.types), isTracked }
      this.units.set(key, unit)
    }
    return unit
  }

  /** The name of a function, which will be written. */
  functionName(unit: Unit, direction: Direction): string {
    const suffix = direction === 'decodeOpen' ? this.openSuffix : ''
    const name = `${direction === 'encode' ? 'encode' : 'decode'}${unit.name}${suffix}`
    if (!this.asked.has(name)) {
      this.asked.add(name)
      this.jobs.push({ unit, direction })
    }
    return name
  }

  /** The next function to write, in the order in which they were asked for. */
  nextJob(): Job | undefined {
    return this.jobs.shift()
  }

  /** Whether depth is counted inside a payload that is not a named type itself. */
  isPayloadTracked(shape: Shape): boolean {
    if (this.tracksAll) return true
    if (shape.kind === 'reference') return this.isTypeTracked(shape.type)
    return innerShapes(shape).some((inner) => this.isPayloadTracked(inner))
  }

  private isTypeTracked(type: number): boolean {
    return this.tracksAll || this.tracked[type] === true
  }

  private freeName(hint: string): string {
    const base = hint.endsWith(this.openSuffix) ? `${hint}Part` : hint
    let name = base
    for (let count = 2; this.names.has(name); count++) name = `${base}${count}`
    this.names.add(name)
    return name
  }

  // Arrays and maps inside each other; recursive types count as 0, since they are tracked anyway.
  private depthOf(shape: Shape, seen: readonly Shape[] = []): number {
    const target = resolveShape(shape, this.types)
    if (seen.includes(target)) return 0
    const inner = Math.max(0, ...innerShapes(target).map((part) => this.depthOf(part, [...seen, target])))
    return isContainer(target) ? inner + 1 : inner
  }
}

function openSuffixBeside(types: readonly TypeDefinition[]): string {
  let suffix = 'Open'
  while (types.some((type) => type.name.endsWith(suffix))) suffix += '_'
  return suffix
}

function isContainer(shape: Shape): boolean {
  return ['array', 'tuple', 'object', 'record', 'map', 'set'].includes(shape.kind)
}

// A type takes part in counting if it is recursive, leads to a recursive one or is reached from one.
function trackedTypes(types: readonly TypeDefinition[]): boolean[] {
  const reached = types.map((type) => reachedFrom(type.shape, types))
  const isRecursive = reached.map((set, index) => set.has(index))
  return types.map(
    (_, index) =>
      isRecursive[index] === true ||
      [...reached[index]!].some((other) => isRecursive[other] === true) ||
      reached.some((set, other) => isRecursive[other] === true && set.has(index)),
  )
}

function reachedFrom(shape: Shape, types: readonly TypeDefinition[]): Set<number> {
  const found = new Set<number>()
  const pending = [shape]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind !== 'reference') {
      pending.push(...innerShapes(next))
    } else if (!found.has(next.type)) {
      found.add(next.type)
      pending.push(types[next.type]!.shape)
    }
  }
  return found
}
