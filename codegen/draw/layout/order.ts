/** Fewer crossings: each layer is put into the order of what its items are joined to, downwards and upwards by turns. */

import type { Item, Layered } from './layers.ts'

const ROUNDS = 16

/** Changes the order of the layers to the best that was met. The same graph always gets the same order. */
export function orderLayers(layered: Layered): void {
  const { items, layers } = layered
  const position = new Float64Array(items.length)
  const note = (layer: readonly number[]): void => layer.forEach((item, index) => (position[item] = index))
  layers.forEach(note)
  let best = layers.map((layer) => [...layer])
  let fewest = countCrossings(items, layers, position)
  for (let round = 0; round < ROUNDS && fewest > 0; round++) {
    const downwards = round % 2 === 0
    const indices = [...layers.keys()]
    for (const index of downwards ? indices : indices.reverse()) {
      sortLayer(layers[index]!, items, downwards ? 'up' : 'down', position)
      note(layers[index]!)
    }
    exchangeNeighbours(items, layers, position)
    const crossings = countCrossings(items, layers, position)
    if (crossings >= fewest) continue
    fewest = crossings
    best = layers.map((layer) => [...layer])
  }
  best.forEach((layer, index) => (layers[index] = layer))
}

/** By the mean position of what they are joined to; items that are joined to nothing stay where they are. */
function sortLayer(layer: number[], items: readonly Item[], side: 'up' | 'down', position: Float64Array): void {
  const wanted = new Map<number, number>()
  for (const item of layer) {
    const joined = items[item]![side]
    const sum = joined.reduce((total, other) => total + position[other]!, 0)
    wanted.set(item, joined.length === 0 ? position[item]! : sum / joined.length)
  }
  layer.sort((left, right) => wanted.get(left)! - wanted.get(right)! || position[left]! - position[right]!)
}

/** Exchanges two that stand side by side wherever that takes crossings away. */
function exchangeNeighbours(items: readonly Item[], layers: readonly number[][], position: Float64Array): void {
  for (let pass = 0, changed = true; changed && pass < 8; pass++) {
    changed = false
    for (const layer of layers) {
      for (let index = 1; index < layer.length; index++) {
        const [left, right] = [layer[index - 1]!, layer[index]!]
        if (crossingsOf(items, left, right, position) <= crossingsOf(items, right, left, position)) continue
        layer[index - 1] = right
        layer[index] = left
        position[right] = index - 1
        position[left] = index
        changed = true
      }
    }
  }
}

/** Crossings of the lines of two items if the first stands left of the second. */
function crossingsOf(items: readonly Item[], left: number, right: number, position: Float64Array): number {
  let count = 0
  for (const side of ['up', 'down'] as const) {
    for (const ours of items[left]![side]) {
      for (const theirs of items[right]![side]) if (position[ours]! > position[theirs]!) count++
    }
  }
  return count
}

/** Pairs of lines between two layers that change sides, counted by a merge sort's inversions. */
function countCrossings(
  items: readonly Item[],
  layers: readonly (readonly number[])[],
  position: Float64Array,
): number {
  let count = 0
  for (const layer of layers) {
    const targets = layer.flatMap((item) => items[item]!.down.map((other) => position[other]!).sort((a, b) => a - b))
    count += countInversions(targets)
  }
  return count
}

function countInversions(values: number[]): number {
  if (values.length < 2) return 0
  const middle = values.length >> 1
  const [left, right] = [values.slice(0, middle), values.slice(middle)]
  let count = countInversions(left) + countInversions(right)
  let taken = 0
  for (let index = 0, other = 0; index + other < values.length;) {
    if (other === right.length || (index < left.length && left[index]! <= right[other]!))
      values[taken++] = left[index++]!
    else {
      count += left.length - index
      values[taken++] = right[other++]!
    }
  }
  return count
}
