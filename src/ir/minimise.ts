/** The smallest machine with the same behaviour, after Hopcroft (1971): O(edges × log states). */

/** A deterministic machine: what tells a state apart before anything has happened, and where each letter leads. */
export interface Automaton {
  readonly states: readonly AutomatonState[]
}

export interface AutomatonState {
  readonly colour: string
  /** By letter. */
  readonly edges: ReadonlyMap<string, number>
}

/** The class of each state: states of one class cannot be told apart. */
export function minimise(automaton: Automaton): readonly number[] {
  const { states } = automaton
  const blocks = firstBlocks(states)
  const blockOf: number[] = []
  blocks.forEach((block, number) => block.forEach((state) => (blockOf[state] = number)))
  const incoming = incomingEdges(states)
  const pending = new Set(blocks.keys())
  for (const splitter of pending) {
    pending.delete(splitter)
    for (const sources of sourcesByLetter(blocks[splitter]!, incoming)) {
      splitBlocks(sources, blocks, blockOf, pending)
    }
  }
  return blockOf
}

/** States are apart from the beginning where their colours or their letters differ. */
function firstBlocks(states: readonly AutomatonState[]): Set<number>[] {
  const byColour = new Map<string, Set<number>>()
  states.forEach(({ colour, edges }, number) => {
    const key = JSON.stringify([colour, ...[...edges.keys()].sort()])
    const block = byColour.get(key)
    if (block === undefined) byColour.set(key, new Set([number]))
    else block.add(number)
  })
  return [...byColour.values()]
}

type Incoming = ReadonlyMap<string, readonly number[]>

function incomingEdges(states: readonly AutomatonState[]): readonly Incoming[] {
  const incoming = states.map(() => new Map<string, number[]>())
  states.forEach(({ edges }, source) => {
    for (const [letter, target] of edges) {
      const byLetter = incoming[target]!
      const sources = byLetter.get(letter)
      if (sources === undefined) byLetter.set(letter, [source])
      else sources.push(source)
    }
  })
  return incoming
}

function sourcesByLetter(block: ReadonlySet<number>, incoming: readonly Incoming[]): Iterable<readonly number[]> {
  const byLetter = new Map<string, number[]>()
  for (const state of block) {
    for (const [letter, sources] of incoming[state]!) {
      const all = byLetter.get(letter)
      if (all === undefined) byLetter.set(letter, [...sources])
      else for (const source of sources) all.push(source)
    }
  }
  return byLetter.values()
}

/** Parts each block into the states that are among `sources` and the rest. */
function splitBlocks(sources: readonly number[], blocks: Set<number>[], blockOf: number[], pending: Set<number>): void {
  const touched = new Map<number, number[]>()
  for (const source of sources) {
    const number = blockOf[source]!
    const inside = touched.get(number)
    if (inside === undefined) touched.set(number, [source])
    else inside.push(source)
  }
  for (const [number, inside] of touched) {
    const block = blocks[number]!
    if (inside.length === block.size) continue
    for (const state of inside) block.delete(state)
    const added = blocks.push(new Set(inside)) - 1
    for (const state of inside) blockOf[state] = added
    // The smaller half is enough as a splitter, unless the whole was still to be one.
    if (pending.has(number) || inside.length <= block.size) pending.add(added)
    else pending.add(number)
  }
}
