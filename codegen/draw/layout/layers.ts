/** The graph in layers: a box, a label or a mere bend for each layer that something stands in or passes. */

import type { LayoutGraph } from './graph.ts'
import type { Ranks } from './rank.ts'

export interface Layered {
  readonly items: readonly Item[]
  /** The items of each layer, from left to right. */
  readonly layers: number[][]
  /** By line: its items from the upper box to the lower. */
  readonly chains: readonly (readonly number[])[]
}

export interface Item {
  readonly kind: 'box' | 'label' | 'bend'
  readonly layer: number
  readonly left: number
  readonly right: number
  readonly height: number
  /** The items that it is joined to in the layer above and below. */
  readonly up: number[]
  readonly down: number[]
}

/** A label stands in the layer next to the source of its line, so that what may happen at a box can be read beside it. */
export function createLayers(graph: LayoutGraph, { rankOf, goesUp }: Ranks): Layered {
  const items: Item[] = graph.boxes.map(({ left, right, height }, box) => {
    return { kind: 'box', layer: rankOf[box]!, left, right, height, up: [], down: [] }
  })
  const chains = graph.lines.map((line, number) => {
    const [upper, lower] = goesUp[number] === true ? [line.to, line.from] : [line.from, line.to]
    const labelLayer = goesUp[number] === true ? rankOf[lower]! - 1 : rankOf[upper]! + 1
    const chain = [upper]
    for (let layer = rankOf[upper]! + 1; layer < rankOf[lower]!; layer++) {
      const isLabel = layer === labelLayer
      const half = isLabel ? line.labelWidth / 2 : 0
      const height = isLabel ? line.labelHeight : 0
      const kind = isLabel ? 'label' : 'bend'
      chain.push(items.push({ kind, layer, left: half, right: half, height, up: [], down: [] }) - 1)
    }
    chain.push(lower)
    for (let index = 1; index < chain.length; index++) {
      items[chain[index - 1]!]!.down.push(chain[index]!)
      items[chain[index]!]!.up.push(chain[index - 1]!)
    }
    return chain
  })
  return { items, layers: firstOrder(items), chains }
}

/** In each layer the order in which a walk from the top meets the items: neighbours stay together, and few lines cross. */
function firstOrder(items: readonly Item[]): number[][] {
  const layers: number[][] = []
  for (const { layer } of items) layers[layer] ??= []
  const seen = new Set<number>()
  const visit = (root: number): void => {
    const stack = [root]
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
      if (seen.has(item)) continue
      seen.add(item)
      layers[items[item]!.layer]!.push(item)
      stack.push(...[...items[item]!.down].reverse())
    }
  }
  for (const root of items.keys()) visit(root)
  return layers
}
