/** The state machine of one side as a picture that needs nothing else: no font, no script, no file beside it. */

import { layOut, leastWidths, type Layout, type LayoutGraph, type LinePlace, type Spot } from './layout/index.ts'
import { messageText, tagsOf, turnText, type Arrow, type Place, type StatePicture } from './state-picture.ts'
import { headHorizontal, headVertical, round, svgDocument, svgText, TEXT_HEIGHT, textWidth, wrapText } from './svg.ts'

/** Most places that a picture can have: more could not be read, and the time to lay them out grows faster than they do. */
export const PLACES_MAX = 400

const MARGIN = 24
const PADDING_X = 14
const PADDING_Y = 8
const NAME_LETTERS = 32
const LABEL_LETTERS = 34
const NAMES_SHOWN = 6
const DOT = 7
/** From the side of a box to the label of a line that leads back to it. */
const BUMP = 26
const LEGEND_SAMPLE = 36
const LEGEND_ROW = 22
/** A narrow picture is made as wide as this for its legend. */
const LEGEND_LEAST = 320
/** How far lines go straight from a box before they bend: longer than the head of an arrow. */
const STUB = 10

interface Shape {
  readonly names: readonly string[]
  readonly tags: readonly string[]
  readonly width: number
  readonly height: number
}

interface Label {
  readonly lines: readonly { readonly text: string; readonly quiet: boolean }[]
  readonly width: number
  readonly height: number
}

/** @throws RangeError for a picture with more places than `PLACES_MAX`. */
export function drawStatesAsSvg(picture: StatePicture): string {
  const { places, arrows, protocol, role } = picture
  if (places.length > PLACES_MAX) throw new RangeError(`${places.length} places are too many for a picture`)
  const labels = arrows.map(labelOf)
  const lines = arrows.flatMap(({ from, to }, arrow) => (from === to ? [] : [{ from, to, arrow }]))
  const widths = leastWidths(places.length, lines)
  const shapes = places.map((place, number) => shapeOf(place, picture, widths[number]!))
  const loops = groupLoops(arrows, labels)
  const graph: LayoutGraph = {
    boxes: shapes.map(({ width, height }, place) => {
      const beside = loops.get(place)
      const reach = beside === undefined ? 0 : BUMP + beside.width
      return { left: width / 2, right: width / 2 + reach, height: Math.max(height, beside?.height ?? 0) }
    }),
    lines: lines.map(({ from, to, arrow }) => {
      return { from, to, labelWidth: labels[arrow]!.width, labelHeight: labels[arrow]!.height }
    }),
  }
  const layout = layOut(graph)
  const legend = createLegend(picture, Math.max(layout.width, LEGEND_LEAST))
  const top = MARGIN + TEXT_HEIGHT + 18
  const title = `${protocol}: the ${role}`
  const width = Math.max(layout.width, legend.width, textWidth(title)) + 2 * MARGIN
  const left = (width - layout.width) / 2
  const parts = [
    svgText(title, MARGIN, MARGIN + 4, 'start', 'title'),
    `<g transform="translate(${round(left)} ${round(top)})">`,
    ...lines.map(({ arrow }, index) => drawLine(layout.lines[index]!, arrows[arrow]!, layout)),
    ...[...loops].map(([place, loop]) => drawLoop(layout.boxes[place]!, shapes[place]!, loop)),
    ...lines.map(({ arrow }, index) => drawLabel(labels[arrow]!, layout.lines[index]!.label)),
    ...places.map((place, number) => drawPlace(place, shapes[number]!, layout.boxes[number]!)),
    '</g>',
    `<g transform="translate(${MARGIN} ${round(top + layout.height + 28)})">`,
    ...legend.parts,
    '</g>',
  ]
  const height = top + layout.height + 28 + legend.height + MARGIN
  return svgDocument(
    { width, height },
    title,
    describe(picture),
    parts.filter((part) => part !== ''),
  )
}

function shapeOf(place: Place, { role }: StatePicture, leastWidth: number): Shape {
  if (place.kind === 'start') return { names: [], tags: [], width: 2 * DOT, height: 2 * DOT }
  const shown = place.names.length > NAMES_SHOWN ? place.names.slice(0, NAMES_SHOWN - 1) : place.names
  const names = wrapNames(shown)
  if (shown.length < place.names.length) names.push(`+ ${place.names.length - shown.length} more`)
  const tags = place.kind === 'end' ? ['end'] : tagsOf(place, role).flatMap((tag) => wrapText(tag, NAME_LETTERS))
  const inner = Math.max(...[...tags, ...names].map(textWidth))
  const width = Math.max(64, leastWidth, inner + 2 * PADDING_X + (place.kind === 'end' ? 16 : 0))
  return { names, tags, width, height: (names.length + tags.length) * TEXT_HEIGHT + 2 * PADDING_Y }
}

/** One below the other; where one needs several lines, commas tell where each ends. */
function wrapNames(names: readonly string[]): string[] {
  const wrapped = names.map((name) => wrapText(name, NAME_LETTERS))
  const isPlain = names.length === 1 || wrapped.every((lines) => lines.length === 1)
  if (isPlain) return wrapped.flat()
  return names.flatMap((name, index) => wrapText(index < names.length - 1 ? `${name},` : name, NAME_LETTERS))
}

function labelOf({ messages, automatic }: Arrow): Label {
  const lines = [
    ...messages.flatMap((message) =>
      wrapText(messageText(message), LABEL_LETTERS).map((text) => ({ text, quiet: false })),
    ),
    ...automatic.flatMap((step) => wrapText(`+ ${step}`, LABEL_LETTERS).map((text) => ({ text, quiet: true }))),
  ]
  if (lines.length === 0) return { lines, width: 0, height: 0 }
  const width = Math.max(...lines.map(({ text }) => textWidth(text))) + 8
  return { lines, width, height: lines.length * TEXT_HEIGHT + 4 }
}

interface Loop extends Label {
  readonly names: string
}

/** All that leads from a place back to itself is one loop beside it. */
function groupLoops(arrows: readonly Arrow[], labels: readonly Label[]): ReadonlyMap<number, Loop> {
  const loops = new Map<number, Loop>()
  arrows.forEach((arrow, index) => {
    if (arrow.from !== arrow.to) return
    const before = loops.get(arrow.from)
    const lines = [...(before?.lines ?? []), ...labels[index]!.lines]
    const width = Math.max(before?.width ?? 0, labels[index]!.width)
    const names = [before?.names ?? '', classOf(arrow)].join(' ').trim()
    loops.set(arrow.from, { lines, width, height: lines.length * TEXT_HEIGHT + 4, names })
  })
  return loops
}

function classOf({ messages }: Arrow): string {
  const [first] = messages
  if (first === undefined) return 'begin'
  return first.stream === undefined ? first.does : `${first.does} stream`
}

function drawLine({ stretches }: LinePlace, arrow: Arrow, layout: Layout): string {
  const names = classOf(arrow)
  const last = stretches.at(-1)!
  const way = layout.boxes[arrow.to]!.y > layout.boxes[arrow.from]!.y ? 1 : -1
  // The line ends inside its head, so that a thick one does not stick out.
  const end = last.to - 6 * way
  const path = stretches.map((stretch, index) => {
    const before = stretches[index - 1]
    const isLast = index === stretches.length - 1
    const to = isLast ? end : stretch.to
    if (before === undefined) return `M${round(stretch.x)} ${round(stretch.from)}V${round(to)}`
    if (Math.abs(before.x - stretch.x) < 0.01) return `V${round(to)}`
    // A curve is over before the head of its arrow begins; at the other end it keeps as far from the box, so that curves whose
    // ends stand in the same order never cross.
    const bendFrom = before.to + (index === 1 ? STUB * way : 0)
    const bendTo = stretch.from - (isLast ? STUB * way : 0)
    const half = round((bendFrom + bendTo) / 2)
    return `V${round(bendFrom)}C${round(before.x)} ${half} ${round(stretch.x)} ${half} ${round(stretch.x)} ${round(bendTo)}V${round(to)}`
  })
  return `<path class="edge ${names}" d="${path.join('')}"/>${headVertical(last.x, last.to, way, names)}`
}

/** Out of the side of the box, round, and in again, with the label to the right of it. */
function drawLoop({ x, y }: Spot, shape: Shape, loop: Loop): string {
  const edge = x + shape.width / 2
  const path = `M${round(edge)} ${round(y - 8)}C${round(edge + BUMP)} ${round(y - 14)} ${round(edge + BUMP)} ${round(y + 14)} ${round(edge + 6)} ${round(y + 8)}`
  const texts = drawLines(loop, edge + BUMP, y, 'start')
  return `<path class="edge ${loop.names}" d="${path}"/>${headHorizontal(edge, y + 7, -1, loop.names)}${texts}`
}

function drawLabel(label: Label, { x, y }: Spot): string {
  if (label.lines.length === 0) return ''
  const rect = `<rect class="paper" x="${round(x - label.width / 2)}" y="${round(y - label.height / 2)}" width="${round(label.width)}" height="${round(label.height)}"/>`
  return rect + drawLines(label, x, y, 'middle')
}

function drawLines({ lines }: Label, x: number, y: number, anchor: 'start' | 'middle'): string {
  const first = y - ((lines.length - 1) * TEXT_HEIGHT) / 2
  return lines
    .map(({ text, quiet }, index) => svgText(text, x, first + index * TEXT_HEIGHT, anchor, quiet ? 'quiet' : ''))
    .join('')
}

function drawPlace(place: Place, shape: Shape, { x, y }: Spot): string {
  if (place.kind === 'start') return `<circle class="dot" cx="${round(x)}" cy="${round(y)}" r="${DOT}"/>`
  const { names, tags, width, height } = shape
  const radius = place.kind === 'end' ? height / 2 : 8
  const box = rectangle(`box ${place.kind}`, x, y, width, height, radius)
  const ring = place.kind === 'end' ? rectangle('ring', x, y, width - 7, height - 7, radius - 3.5) : ''
  const texts = [...names, ...tags]
  const first = y - ((texts.length - 1) * TEXT_HEIGHT) / 2
  const lines = texts.map((text, index) => {
    return svgText(text, x, first + index * TEXT_HEIGHT, 'middle', index < names.length ? 'name' : 'quiet')
  })
  return `${box}${ring}${lines.join('')}`
}

function rectangle(names: string, x: number, y: number, width: number, height: number, radius: number): string {
  return `<rect class="${names}" x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${round(height)}" rx="${round(radius)}"/>`
}

/** What the marks mean, in as few rows as fit; those alone that are in the picture. */
function createLegend({ role, places, arrows }: StatePicture, roomWidth: number): Legend {
  const other = role === 'master' ? 'peer' : 'master'
  const sample = (names: string): string =>
    `<path class="edge ${names}" d="M0 8h22"/>${headHorizontal(28, 8, 1, names)}`
  const messages = arrows.flatMap((arrow) => arrow.messages)
  const stream = messages.find((message) => message.stream !== undefined)
  const samples: (readonly [isThere: boolean, drawing: string, text: string])[] = [
    [places.some(({ kind }) => kind === 'mine'), rectangle('box mine', 14, 8, 26, 14, 4), `the ${role} sends`],
    [
      places.some(({ kind }) => kind === 'theirs'),
      rectangle('box theirs', 14, 8, 26, 14, 4),
      `the ${role} waits for the ${other}`,
    ],
    [messages.some(({ does }) => does === 'send'), sample('send'), 'sent'],
    [messages.some(({ does }) => does === 'receive'), sample('receive'), 'received'],
    [stream !== undefined, sample(`${stream?.does ?? 'send'} stream`), 'stream'],
  ]
  let [x, y, width] = [0, 0, 0]
  const parts = samples.flatMap(([isThere, drawing, text]) => {
    if (!isThere) return []
    const step = LEGEND_SAMPLE + textWidth(text)
    if (x > 0 && x + step > roomWidth) [x, y] = [0, y + LEGEND_ROW]
    const part = `<g transform="translate(${round(x)} ${round(y)})">${drawing}${svgText(text, LEGEND_SAMPLE, 8, 'start', 'quiet')}</g>`
    width = Math.max(width, x + step)
    x += step + 20
    return [part]
  })
  return { width, height: y + TEXT_HEIGHT, parts }
}

interface Legend {
  readonly width: number
  readonly height: number
  readonly parts: readonly string[]
}

/** The whole machine as sentences, for whoever cannot see it. */
function describe({ places, arrows, role }: StatePicture): string {
  const nameOf = (number: number): string => {
    const place = places[number]!
    if (place.kind === 'start') return 'the start'
    const names = place.names.join(' or ')
    if (place.kind === 'end') return `the end (${names})`
    return names === '' ? `${turnText(place, role)} (place ${number})` : `${names} (${turnText(place, role)})`
  }
  const sentences = arrows.map(({ from, to, messages, automatic }) => {
    const said = [...messages.map(messageText), ...automatic].join(', ')
    return `From ${nameOf(from)} to ${nameOf(to)}${said === '' ? '' : `: ${said}`}.`
  })
  return sentences.join(' ')
}
