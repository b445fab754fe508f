/**
 * Names for moves: the label alone where it tells the move apart, and as much of what stands around and before it as is needed
 * where it does not. The rule is documented for users, since they switch on these names: changing it breaks their programs.
 */

import type { Move } from './machine.ts'

export interface MoveName {
  readonly name: string
  /** Nothing tells the move apart but a number, which changes when steps are moved. */
  readonly numbered: boolean
}

/** Longest name that steps before a move may give, in labels. A longer one would be of no use to anybody. */
const EARLIER_MAX = 64

/**
 * Names the moves of one namespace, given in the order of the declaration. Each name is, in this order of preference: the
 * label, where no other move has it; the shortest suffix of at least two labels of the path that is a suffix of no other path;
 * the same with the earlier labels of the move's own list put before its own label; the label with a number.
 */
export function nameMoves(moves: readonly Move[]): ReadonlyMap<Move, MoveName> {
  const groups = new Map<string, Move[]>()
  for (const move of moves) {
    const group = groups.get(move.label)
    if (group === undefined) groups.set(move.label, [move])
    else group.push(move)
  }
  const names = new Map<Move, MoveName>()
  for (const [label, group] of groups) nameGroup(label, group, names)
  return names
}

/** Moves of different labels share no suffix, so each label is a matter of its own. */
function nameGroup(label: string, group: readonly Move[], names: Map<Move, MoveName>): void {
  if (group.length === 1) {
    names.set(group[0]!, { name: label, numbered: false })
    return
  }
  const taken = new Set<string>()
  for (const [move, name] of uniqueSuffixes(group, plainPath, taken)) {
    names.set(move, { name, numbered: false })
    taken.add(name)
  }
  for (const [move, name] of uniqueSuffixes(group, pathWithEarlier, taken)) {
    if (names.has(move)) continue
    names.set(move, { name, numbered: false })
    taken.add(name)
  }
  let count = 0
  for (const move of group) {
    if (names.has(move)) continue
    count++
    names.set(move, { name: count === 1 ? label : `${label}#${count}`, numbered: count > 1 })
  }
}

/** A path read backwards: label 0 is the own one. */
interface BackwardPath {
  readonly length: number
  labelAt(index: number): string
}

function plainPath(move: Move): BackwardPath {
  const { path } = move
  return { length: path.length, labelAt: (index) => path[path.length - 1 - index]! }
}

function pathWithEarlier(move: Move): BackwardPath {
  const { path, earlier } = move
  return {
    length: Math.min(path.length + earlier.count, EARLIER_MAX),
    labelAt: (index) => {
      if (index === 0) return move.label
      if (index <= earlier.count) return earlier.labels[earlier.count - index]!
      return path[path.length - 1 - (index - earlier.count)]!
    },
  }
}

/**
 * The shortest suffixes of two or more labels that only one of the group has. A suffix that is `taken`, as the name of a move
 * that was named from its plain path, is made longer, so that names stay different whatever rule they come from.
 */
function uniqueSuffixes(
  group: readonly Move[],
  pathOf: (move: Move) => BackwardPath,
  taken: ReadonlySet<string>,
): ReadonlyMap<Move, string> {
  const found = new Map<Move, string>()
  let open = group.map((move) => ({ move, path: pathOf(move), suffix: move.label }))
  for (let length = 2; open.length > 0; length++) {
    open = open
      .filter(({ path }) => path.length >= length)
      .map(({ move, path, suffix }) => ({ move, path, suffix: `${path.labelAt(length - 1)}.${suffix}` }))
    const counts = new Map<string, number>()
    for (const { suffix } of open) counts.set(suffix, (counts.get(suffix) ?? 0) + 1)
    open = open.filter(({ move, suffix }) => {
      if (counts.get(suffix) !== 1 || taken.has(suffix)) return true
      found.set(move, suffix)
      return false
    })
  }
  return found
}
