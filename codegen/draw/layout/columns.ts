/**
 * Where the items of each layer stand from left to right. Each would like to stand below and above what it is joined to; nobody may
 * come nearer to a neighbour than the gap. The layers are gone through until they settle; then long lines are drawn straight where
 * there is room for it.
 */

import { placeApart, type Wish } from './apart.ts'
import type { Item, Layered } from './layers.ts'

type Direction = 'up' | 'down'

const SWEEPS = 24
const BOX_GAP = 28
const LINE_GAP = 16

/** The middle of each item. The leftmost reach is 0. */
export function placeColumns({ items, layers, chains }: Layered): Float64Array {
  const x = new Float64Array(items.length)
  for (const layer of layers) spread(layer, items, x)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const sides: readonly Direction[] = sweep < SWEEPS - 6 ? [sweep % 2 === 0 ? 'up' : 'down'] : ['up', 'down']
    const order = sweep % 2 === 0 ? layers : [...layers].reverse()
    for (const layer of order) settle(layer, items, x, sides)
  }
  for (const chain of chains) straighten(chain, items, layers, x)
  const leftmost = Math.min(...items.map(({ left }, item) => x[item]! - left))
  return x.map((value) => value - leftmost)
}

function spread(layer: readonly number[], items: readonly Item[], x: Float64Array): void {
  layer.forEach((item, index) => {
    const before = layer[index - 1]
    x[item] = before === undefined ? 0 : x[before]! + distance(items[before]!, items[item]!)
  })
}

function distance(left: Item, right: Item): number {
  const isBend = left.kind === 'bend' || right.kind === 'bend'
  return left.right + right.left + (isBend ? LINE_GAP : BOX_GAP)
}

function settle(layer: readonly number[], items: readonly Item[], x: Float64Array, sides: readonly Direction[]): void {
  const wishes = layer.map((item, index): Wish => {
    const before = layer[index - 1]
    return { ...wishOf(item, items, x, sides), gap: before === undefined ? 0 : distance(items[before]!, items[item]!) }
  })
  placeApart(wishes).forEach((place, index) => (x[layer[index]!] = place))
}

/** Long lines want to be straight more than boxes want to be in the middle. What is joined to nothing stays where it is. */
function wishOf(
  item: number,
  items: readonly Item[],
  x: Float64Array,
  sides: readonly Direction[],
): Pick<Wish, 'at' | 'weight'> {
  let sum = 0
  let weight = 0
  const own = items[item]!
  for (const side of sides) {
    for (const other of own[side]) {
      const joints = (own.kind === 'box' ? 0 : 1) + (items[other]!.kind === 'box' ? 0 : 1)
      const share = [1, 2, 8][joints]!
      sum += share * x[other]!
      weight += share
    }
  }
  return weight === 0 ? { at: x[item]!, weight: 0.1 } : { at: sum / weight, weight }
}

/** Puts the bends and the label of one line into one column, or into as few as the layers that it passes have room for. */
function straighten(
  chain: readonly number[],
  items: readonly Item[],
  layers: readonly (readonly number[])[],
  x: Float64Array,
): void {
  let run: number[] = []
  let [low, high] = [-Infinity, Infinity]
  const align = (): void => {
    const mean = run.reduce((sum, item) => sum + x[item]!, 0) / run.length
    for (const item of run) x[item] = Math.min(high, Math.max(low, mean))
  }
  for (const item of chain.slice(1, -1)) {
    const room = roomOf(item, items, layers, x)
    if (Math.max(low, room.low) > Math.min(high, room.high)) {
      align()
      run = []
      ;[low, high] = [-Infinity, Infinity]
    }
    run.push(item)
    low = Math.max(low, room.low)
    high = Math.min(high, room.high)
  }
  align()
}

/** How far an item can be moved between its neighbours. */
function roomOf(
  item: number,
  items: readonly Item[],
  layers: readonly (readonly number[])[],
  x: Float64Array,
): { readonly low: number; readonly high: number } {
  const layer = layers[items[item]!.layer]!
  const index = layer.indexOf(item)
  const [before, after] = [layer[index - 1], layer[index + 1]]
  return {
    low: before === undefined ? -Infinity : x[before]! + distance(items[before]!, items[item]!),
    high: after === undefined ? Infinity : x[after]! - distance(items[item]!, items[after]!),
  }
}
