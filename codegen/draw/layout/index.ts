/**
 * A layered drawing of a directed graph, after Sugiyama, Tagawa and Toda (1981): ranks, order, columns. Boxes and labels have a place
 * of their own in a layer, and so has each line that passes it; lines change columns between layers only. So nothing is ever
 * drawn over anything else but lines over lines.
 */

import { placeApart } from './apart.ts'
import { placeColumns } from './columns.ts'
import type { Layout, LayoutGraph, Line, LinePlace, Spot, Stretch } from './graph.ts'
import { createLayers, type Layered } from './layers.ts'
import { orderLayers } from './order.ts'
import { rankBoxes, type Ranks } from './rank.ts'

export type { Box, Layout, LayoutGraph, Line, LinePlace, Spot, Stretch } from './graph.ts'

const PORT_GAP = 20
/** Heads of arrows stand side by side without touching. */
const PORT_GAP_MIN = 13
const PORT_MARGIN = 12
const LAYER_GAP = 24
const LAYER_GAP_MAX = 120

/** Places everything. Box 0 is at the top. */
export function layOut(graph: LayoutGraph): Layout {
  const ranks = rankBoxes(graph.boxes.length, graph.lines)
  const layered = createLayers(graph, ranks)
  orderLayers(layered)
  const x = placeColumns(layered)
  const rows = placeRows(layered, x)
  const { items } = layered
  return {
    width: Math.max(0, ...items.map(({ right }, item) => x[item]! + right)),
    height: rows.at(-1)?.to ?? 0,
    boxes: graph.boxes.map((_, box) => ({ x: x[box]!, y: middle(rows[items[box]!.layer]!) })),
    lines: placeLines(graph, ranks, layered, x, rows),
  }
}

/** By box: how wide it must be so that the lines at its upper and its lower edge stand apart. */
export function leastWidths(boxes: number, lines: readonly Pick<Line, 'from' | 'to'>[]): number[] {
  const { goesUp } = rankBoxes(boxes, lines)
  const [above, below] = [new Float64Array(boxes), new Float64Array(boxes)]
  lines.forEach(({ from, to }, line) => {
    const [upper, lower] = goesUp[line] === true ? [to, from] : [from, to]
    below[upper]!++
    above[lower]!++
  })
  return Array.from(above, (count, box) => (Math.max(count, below[box]!) - 1) * PORT_GAP_MIN + 2 * PORT_MARGIN)
}

interface Row {
  readonly from: number
  readonly to: number
}

function middle({ from, to }: Row): number {
  return (from + to) / 2
}

/** The gap between two layers grows with the way that lines go sideways in it, so that none of them gets flat. */
function placeRows({ items, layers }: Layered, x: Float64Array): Row[] {
  const rows: Row[] = []
  let y = 0
  for (const layer of layers) {
    const height = Math.max(0, ...layer.map((item) => items[item]!.height))
    rows.push({ from: y, to: y + height })
    const sideways = Math.max(
      0,
      ...layer.flatMap((item) => items[item]!.down.map((other) => Math.abs(x[other]! - x[item]!))),
    )
    y += height + Math.min(LAYER_GAP_MAX, LAYER_GAP + sideways * 0.1)
  }
  return rows
}

function placeLines(
  graph: LayoutGraph,
  { goesUp }: Ranks,
  { items, chains }: Layered,
  x: Float64Array,
  rows: readonly Row[],
): LinePlace[] {
  const below = placePorts(graph, items, chains, x, 'below')
  const above = placePorts(graph, items, chains, x, 'above')
  return chains.map((chain, line): LinePlace => {
    const stretches = chain.map((item, index): Stretch => {
      const { kind, layer, height } = items[item]!
      const row = rows[layer]!
      if (kind !== 'box') return { x: x[item]!, from: row.from, to: row.to }
      // From the edge of the box to the edge of its layer, which another box may have made wider.
      if (index === 0) return { x: below[line]!, from: middle(row) + height / 2, to: row.to }
      return { x: above[line]!, from: row.from, to: middle(row) - height / 2 }
    })
    const label = chain.find((item) => items[item]!.kind === 'label')!
    const spot: Spot = { x: x[label]!, y: middle(rows[items[label]!.layer]!) }
    if (goesUp[line] !== true) return { label: spot, stretches }
    return { label: spot, stretches: stretches.reverse().map((each) => ({ x: each.x, from: each.to, to: each.from })) }
  })
}

/** Where each line touches its upper box from below, or its lower box from above: straight towards where it goes, if it can be. */
function placePorts(
  { boxes }: LayoutGraph,
  items: Layered['items'],
  chains: Layered['chains'],
  x: Float64Array,
  side: 'below' | 'above',
): number[] {
  const ports: number[] = []
  const byBox = boxes.map((): { line: number; towards: number }[] => [])
  chains.forEach((chain, line) => {
    const [box, next] = side === 'below' ? [chain[0]!, chain[1]!] : [chain.at(-1)!, chain.at(-2)!]
    byBox[box]!.push({ line, towards: x[next]! })
  })
  byBox.forEach((lines, box) => {
    lines.sort((left, right) => left.towards - right.towards || left.line - right.line)
    const reach = Math.max(0, Math.min(items[box]!.left, items[box]!.right) - PORT_MARGIN)
    const gap = Math.min(PORT_GAP, (2 * reach) / Math.max(1, lines.length - 1))
    const room = (index: number): number => reach - (lines.length - 1 - index) * gap
    const places = placeApart(lines.map(({ towards }) => ({ at: towards - x[box]!, weight: 1, gap })))
    // Kept within the box from both ends, so that those that would be beyond an edge still stand apart.
    lines.forEach(({ line }, index) => {
      ports[line] = x[box]! + Math.max(index * gap - reach, Math.min(places[index]!, room(index)))
    })
  })
  return ports
}
