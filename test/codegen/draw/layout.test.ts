import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { layOut, leastWidths, type Layout, type LayoutGraph } from '../../../codegen/draw/layout/index.ts'
import { overlap, type Area } from './read-svg.ts'

/** Any graph of up to 40 boxes, with circles, parallel lines, lines both ways and boxes that nothing leads to. */
const graphs: fc.Arbitrary<LayoutGraph> = fc.integer({ min: 1, max: 40 }).chain((count) => {
  const size = fc.integer({ min: 14, max: 200 })
  const box = fc.record({ left: size, right: size, height: size })
  const end = fc.nat(count - 1)
  const line = fc.record({ from: end, to: end, labelWidth: fc.nat(200), labelHeight: fc.nat(80) })
  return fc
    .record({ boxes: fc.array(box, { minLength: count, maxLength: count }), lines: fc.array(line, { maxLength: 60 }) })
    .map(({ boxes, lines }) => ({ boxes, lines: lines.filter(({ from, to }) => from !== to) }))
})

function areasOf({ boxes, lines }: LayoutGraph, layout: Layout): Area[] {
  const places = boxes.map(({ left, right, height }, box): Area => {
    const { x, y } = layout.boxes[box]!
    return {
      kind: 'box',
      text: `box ${box}`,
      left: x - left,
      right: x + right,
      top: y - height / 2,
      bottom: y + height / 2,
    }
  })
  const labels = lines.map(({ labelWidth, labelHeight }, line): Area => {
    const { x, y } = layout.lines[line]!.label
    const [width, height] = [labelWidth / 2, labelHeight / 2]
    return {
      kind: 'label',
      text: `label ${line}`,
      left: x - width,
      right: x + width,
      top: y - height,
      bottom: y + height,
    }
  })
  return [...places, ...labels]
}

describe('a layout', () => {
  test('lets no box or label stand on another, and none outside', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const layout = layOut(graph)
        const areas = areasOf(graph, layout)
        areas.forEach((area, index) => {
          expect(area.left).toBeGreaterThan(-0.01)
          expect(area.top).toBeGreaterThan(-0.01)
          expect(area.right).toBeLessThan(layout.width + 0.01)
          expect(area.bottom).toBeLessThan(layout.height + 0.01)
          for (const other of areas.slice(index + 1)) if (overlap(area, other)) expect(area).toBe(other)
        })
      }),
    )
  })

  test('leads each line from the edge of its source through its label to the edge of its target', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const layout = layOut(graph)
        graph.lines.forEach(({ from, to }, line) => {
          const { stretches, label } = layout.lines[line]!
          const [source, target] = [layout.boxes[from]!, layout.boxes[to]!]
          const way = target.y > source.y ? 1 : -1
          const [first, last] = [stretches[0]!, stretches.at(-1)!]
          expect(first.from).toBeCloseTo(source.y + (way * graph.boxes[from]!.height) / 2)
          expect(last.to).toBeCloseTo(target.y - (way * graph.boxes[to]!.height) / 2)
          expect(Math.abs(first.x - source.x)).toBeLessThan(200)
          // Never back on its way.
          const ys = stretches.flatMap((stretch) => [stretch.from, stretch.to]).map((y) => y * way)
          for (const [index, y] of ys.entries()) if (index > 0) expect(y).toBeGreaterThanOrEqual(ys[index - 1]! - 0.01)
          const on = stretches.find(({ from: a, to: b }) => Math.min(a, b) <= label.y && label.y <= Math.max(a, b))
          expect(on?.x).toBeCloseTo(label.x)
        })
      }),
    )
  })

  test('leads no line through a box or through the label of another', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const layout = layOut(graph)
        const areas = areasOf(graph, layout)
        layout.lines.forEach(({ stretches }, line) => {
          const own = areas[graph.boxes.length + line]
          for (const { x, from, to } of stretches) {
            const [top, bottom] = [Math.min(from, to), Math.max(from, to)]
            const stroke: Area = { kind: 'line', text: '', left: x - 1, right: x + 1, top, bottom }
            for (const area of areas) if (area !== own && overlap(stroke, area)) expect([line, stroke]).toBe(area)
          }
        })
      }),
    )
  })

  test('is the same for the same graph', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        expect(layOut(structuredClone(graph))).toEqual(layOut(graph))
      }),
    )
  })

  test('gives lines at one edge of a box room for a head each, if the box is as wide as it says', () => {
    const lines = Array.from({ length: 30 }, (_, index) => {
      return { from: 0, to: 1 + index, labelWidth: 40, labelHeight: 16 }
    })
    const [half] = leastWidths(31, lines).map((width) => width / 2)
    const boxes = [half!, ...lines.map(() => 30)].map((side) => ({ left: side, right: side, height: 30 }))
    const ports = layOut({ boxes, lines }).lines.map(({ stretches }) => stretches[0]!.x)
    const gaps = [...ports].sort((a, b) => a - b).map((port, index, all) => port - (all[index - 1] ?? -Infinity))
    expect(Math.min(...gaps)).toBeGreaterThan(9)
  })

  test('does not cross lines that need not cross', () => {
    const line = (from: number, to: number): LayoutGraph['lines'][number] => ({
      from,
      to,
      labelWidth: 30,
      labelHeight: 16,
    })
    const box = { left: 30, right: 30, height: 30 }
    // A tree whose leaves are declared in a mixed order.
    const graph = {
      boxes: Array.from({ length: 7 }, () => box),
      lines: [
        [0, 1],
        [0, 2],
        [2, 3],
        [1, 4],
        [2, 5],
        [1, 6],
      ].map(([a, b]) => line(a!, b!)),
    }
    const { boxes } = layOut(graph)
    const side = (number: number): number => Math.sign(boxes[number]!.x - boxes[0]!.x)
    expect([4, 6].map(side)).toEqual([side(1), side(1)])
    expect([3, 5].map(side)).toEqual([side(2), side(2)])
  })

  test('puts boxes into another order than they are declared in where that takes a crossing away', () => {
    const box = { left: 30, right: 30, height: 30 }
    const line = (from: number, to: number): LayoutGraph['lines'][number] => {
      return { from, to, labelWidth: 30, labelHeight: 16 }
    }
    // 1 and 3 meet again at 4, and 2 goes elsewhere: it may not stand between them.
    const lines = [line(0, 1), line(0, 2), line(0, 3), line(1, 4), line(3, 4), line(2, 5)]
    const { boxes } = layOut({ boxes: Array.from({ length: 6 }, () => box), lines })
    const [one, two, three] = [1, 2, 3].map((number) => boxes[number]!.x)
    expect(Math.sign(two! - one!)).toBe(Math.sign(two! - three!))
  })
})
