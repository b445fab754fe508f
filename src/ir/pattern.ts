/**
 * Which patterns `Match<'...'>` may hold. A pattern meets text from the other side of the wire, and a backtracking engine can
 * take exponential time over a careless one. So a pattern must be of one of three kinds:
 *
 * 1. *deterministic*: at each place the next character alone decides how to go on (one-unambiguous, Brüggemann-Klein and
 *    Wood 1998, in its strong form, which also forbids two ways round a loop). Matching is linear in the text;
 * 2. *bounded*: it has no `*`, `+` or `{n,}`, and its ways through times the longest match stay within `BOUNDED_STEPS_MAX`;
 * 3. *one loop*: it repeats a single character class once without bound, and everything else is bounded as in 2 by
 *    `AROUND_LOOP_STEPS_MAX`. Matching is linear in the text, with that factor;
 * 4. *on short text*: `Text<{ max: n }>` stands beside it, all that it repeats without bound is single character classes, and
 *    its ways through a text of n units, (n + 1) for each such repetition, times the longest match stay within
 *    `BOUNDED_STEPS_MAX`. Codecs look at the length before the pattern.
 *
 * Back-references, lookaround, word boundaries and inner anchors are refused. The syntax is that of JavaScript with the `u`
 * flag, and a pattern always stands for the whole text.
 */

import { parsePattern, PatternError, type PatternNode } from './pattern-syntax.ts'

/** Verdict on a pattern. `index` points at the offending place, in UTF-16 units. */
export type PatternVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: string; readonly index: number }

const BOUNDED_STEPS_MAX = 1_000_000
const AROUND_LOOP_STEPS_MAX = 1000
// Characters of a pattern after its counted repetitions are written out. Keeps the check itself quick.
const POSITIONS_MAX = 4096

/** Says whether a pattern is safe to run on hostile text of at most `maxLength` units. Pure; takes bounded time. */
export function checkPattern(pattern: string, maxLength?: number): PatternVerdict {
  try {
    // The engine's own opinion first: what it does not compile, nothing else needs to be said about.
    new RegExp(`^(?:${pattern})$`, 'u')
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*\/u?: /, '') : 'not a regular expression'
    return { ok: false, reason: `the pattern does not compile: ${reason}`, index: 0 }
  }
  try {
    const root = parsePattern(pattern)
    const steps = countSteps(root)
    if (steps.loops === 0 && steps.paths * (steps.length + 1) <= BOUNDED_STEPS_MAX) return { ok: true }
    if (steps.loops === 1 && steps.paths * (steps.length + 1) <= AROUND_LOOP_STEPS_MAX) return { ok: true }
    if (stepsWithin(steps, maxLength ?? Infinity) <= BOUNDED_STEPS_MAX) return { ok: true }
    new Determinism(pattern).check(root)
    return { ok: true }
  } catch (error) {
    if (error instanceof PatternError) return { ok: false, reason: error.reason, index: error.index }
    throw error
  }
}

interface Steps {
  /** Upper bound of the ways through, loops counted as one. Infinity where something else than a class is looped. */
  readonly paths: number
  /** Longest match, loops not counted. */
  readonly length: number
  /** Repetitions without bound. */
  readonly loops: number
}

/** Each loop can end behind any unit of the text. */
function stepsWithin({ paths, length, loops }: Steps, maxLength: number): number {
  return paths * (maxLength + 1) ** loops * (length + maxLength + 1)
}

function countSteps(node: PatternNode): Steps {
  switch (node.kind) {
    case 'empty':
      return { paths: 1, length: 0, loops: 0 }
    case 'class':
      return { paths: 1, length: 1, loops: 0 }
    case 'choice':
      return combine(node.parts.map(countSteps), (paths, other) => paths + other, Math.max, 0)
    case 'sequence':
      return combine(
        node.parts.map(countSteps),
        (paths, other) => paths * other,
        (length, other) => length + other,
        1,
      )
    case 'repeat':
      return countRepeat(node)
  }
}

function combine(
  steps: readonly Steps[],
  paths: (left: number, right: number) => number,
  length: (left: number, right: number) => number,
  first: number,
): Steps {
  return {
    paths: steps.reduce((total, step) => paths(total, step.paths), first),
    length: steps.reduce((total, step) => length(total, step.length), 0),
    loops: steps.reduce((total, step) => total + step.loops, 0),
  }
}

function countRepeat(node: Extract<PatternNode, { readonly kind: 'repeat' }>): Steps {
  const inner = countSteps(node.part)
  if (node.max === Infinity) {
    const paths = node.part.kind === 'class' ? 1 : Infinity
    return { paths, length: node.min * inner.length, loops: inner.loops + 1 }
  }
  if (inner.loops > 0 && node.max > 1) return { paths: Infinity, length: Infinity, loops: inner.loops }
  let paths = 0
  for (let count = node.min; count <= node.max && paths <= BOUNDED_STEPS_MAX; count++) paths += inner.paths ** count
  return { paths, length: node.max * inner.length, loops: inner.loops }
}

interface Position {
  readonly ranges: readonly (readonly [number, number])[]
  /** Where it stands in the pattern. */
  readonly index: number
  /** Positions that may come next. */
  readonly follow: Set<number>
}

interface Ends {
  readonly isNullable: boolean
  readonly first: readonly number[]
  readonly last: readonly number[]
}

/** Builds the position automaton of a pattern, and refuses one with two ways to go on by the same character. */
class Determinism {
  private readonly positions: Position[] = []
  private readonly pattern: string

  constructor(pattern: string) {
    this.pattern = pattern
  }

  check(root: PatternNode): void {
    const { first } = this.visit(root)
    this.assertApart(first)
    for (const position of this.positions) this.assertApart([...position.follow])
  }

  private visit(node: PatternNode): Ends {
    switch (node.kind) {
      case 'empty':
        return { isNullable: true, first: [], last: [] }
      case 'class': {
        const position = this.positions.length
        if (position >= POSITIONS_MAX) {
          throw new PatternError(
            `the pattern is too long with its repetitions written out (${POSITIONS_MAX})`,
            node.index,
          )
        }
        this.positions.push({ ranges: node.ranges, index: node.index, follow: new Set() })
        return { isNullable: false, first: [position], last: [position] }
      }
      case 'choice':
        return this.visitChoice(node)
      case 'sequence':
        return node.parts
          .map((part) => (): Ends => this.visit(part))
          .reduce<Ends>((left, right) => this.join(left, right()), { isNullable: true, first: [], last: [] })
      case 'repeat':
        return this.visitRepeat(node)
    }
  }

  private visitChoice(node: Extract<PatternNode, { readonly kind: 'choice' }>): Ends {
    const parts = node.parts.map((part) => this.visit(part))
    if (parts.filter((part) => part.isNullable).length > 1) {
      throw new PatternError('two branches can both match nothing, which can take more than linear time', node.index)
    }
    return {
      isNullable: parts.some((part) => part.isNullable),
      first: parts.flatMap((part) => part.first),
      last: parts.flatMap((part) => part.last),
    }
  }

  // `x{2,4}` is `xx(x(x)?)?`, `x{2,}` is `xxx*`.
  private visitRepeat(node: Extract<PatternNode, { readonly kind: 'repeat' }>): Ends {
    let ends: Ends = { isNullable: true, first: [], last: [] }
    for (let count = 0; count < node.min; count++) ends = this.join(ends, this.visit(node.part))
    if (node.max === Infinity) return this.join(ends, this.star(node.part))
    return node.max === node.min ? ends : this.join(ends, this.optional(node.part, node.max - node.min))
  }

  private star(node: PatternNode): Ends {
    const inner = this.visit(node)
    this.link(inner.last, inner.first)
    return { isNullable: true, first: inner.first, last: inner.last }
  }

  private optional(node: PatternNode, count: number): Ends {
    const copies = Array.from({ length: Math.min(count, POSITIONS_MAX + 1) }, () => this.visit(node))
    return copies.reduceRight<Ends>((tail, copy) => ({ ...this.join(copy, tail), isNullable: true }), {
      isNullable: true,
      first: [],
      last: [],
    })
  }

  private join(left: Ends, right: Ends): Ends {
    this.link(left.last, right.first)
    return {
      isNullable: left.isNullable && right.isNullable,
      first: left.isNullable ? [...left.first, ...right.first] : left.first,
      last: right.isNullable ? [...left.last, ...right.last] : right.last,
    }
  }

  private link(last: readonly number[], first: readonly number[]): void {
    for (const from of last) {
      const { follow } = this.positions[from]!
      for (const to of first) {
        if (follow.has(to)) this.refuse(to)
        follow.add(to)
      }
    }
  }

  private assertApart(positions: readonly number[]): void {
    const ranges = positions.flatMap((position) =>
      this.positions[position]!.ranges.map((range) => ({ range, position })),
    )
    ranges.sort((left, right) => left.range[0] - right.range[0])
    for (let index = 1; index < ranges.length; index++) {
      const { range, position } = ranges[index]!
      if (range[0] <= ranges[index - 1]!.range[1]) this.refuse(Math.max(position, ranges[index - 1]!.position))
    }
  }

  private refuse(position: number): never {
    const { index } = this.positions[position]!
    const shown = this.pattern.slice(index, index + 12)
    throw new PatternError(
      `"${shown}" can match the same character as another part that may stand here, which can take more than linear time`,
      index,
    )
  }
}
