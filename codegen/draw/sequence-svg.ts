/** A counterexample as a picture: two lifelines, a line for each message with the place that declares it, and where it parts. */

import {
  describeStanding,
  placeText,
  stepText,
  TRACE_SHOWN,
  type Counterexample,
  type TraceStep,
} from '../diagnostics/index.ts'
import { headHorizontal, LETTER, round, svgDocument, svgText, TEXT_HEIGHT, textWidth, wrapText } from './svg.ts'

const MARGIN = 24
const STEP = 40
const HEAD = 26
/** How far the frame around the problem reaches beyond the two lines. */
const OVERHANG = 40
const NOTE_LETTERS = 72
const LABEL_LETTERS = 40

/** The sequence on which a pair parts. Of a long one the end is shown. */
export function drawSequenceAsSvg(protocol: string, found: Counterexample): string {
  const shown = found.trace.slice(-TRACE_SHOWN)
  const hidden = found.trace.length - shown.length
  const labels = shown.map((step) => wrapText(stepText(step), LABEL_LETTERS))
  const span = Math.max(240, ...labels.flat().map((line) => textWidth(line) + 60))
  const [left, right] = [MARGIN + OVERHANG, MARGIN + OVERHANG + span]
  const places = shown.map((step) => placeText(step.source))
  const parts: string[] = []
  const heading = wrapText(`${protocol}: a conversation that goes wrong`, NOTE_LETTERS)
  heading.forEach((line, index) =>
    parts.push(svgText(line, MARGIN, MARGIN + 4 + index * TEXT_HEIGHT, 'start', 'title')),
  )
  const top = MARGIN + heading.length * TEXT_HEIGHT + 14
  let y = top + HEAD + (hidden > 0 ? STEP / 2 : 0)
  if (hidden > 0) parts.push(svgText(`${hidden} before`, (left + right) / 2, y - 4, 'middle', 'quiet'))
  const drawn = shown.map((step, index) => {
    y += STEP - TEXT_HEIGHT + labels[index]!.length * TEXT_HEIGHT
    const isRefused = found.kind === 'unspecified-reception' && index === shown.length - 1
    const place = svgText(places[index]!, right + 20, y, 'start', 'quiet')
    return drawStep(step, labels[index]!, y, [left, right], isRefused) + place
  })
  const verdict = wrapText(found.problem, Math.floor((span + 2 * OVERHANG) / LETTER) - 3)
  const band = { top: y + 20, height: verdict.length * TEXT_HEIGHT + 14 }
  const bottom = band.top + band.height
  parts.push(
    `<path class="life" d="M${left} ${round(top + HEAD)}V${round(bottom + 8)}M${round(right)} ${round(top + HEAD)}V${round(bottom + 8)}"/>`,
  )
  parts.push(participant('master', left, top), participant('peer', right, top), ...drawn)
  parts.push(
    `<rect class="box wrong" x="${round(left - OVERHANG)}" y="${round(band.top)}" width="${round(span + 2 * OVERHANG)}" height="${band.height}" rx="4"/>`,
    ...verdict.map((line, index) => {
      return svgText(line, (left + right) / 2, band.top + 15 + index * TEXT_HEIGHT, 'middle', 'wrong')
    }),
  )
  const notes = notesOf(found)
  const first = bottom + 28
  notes.forEach(({ text, isPlace }, index) => {
    const x = isPlace ? MARGIN + 2 * LETTER : MARGIN
    parts.push(svgText(text, x, first + index * TEXT_HEIGHT, 'start', isPlace ? 'quiet' : ''))
  })
  const width = Math.max(
    right + OVERHANG,
    ...places.map((place) => right + 20 + textWidth(place)),
    ...[...heading, ...notes.map(({ text }) => text)].map((text) => MARGIN + 2 * LETTER + textWidth(text)),
  )
  const height = first + (notes.length - 0.5) * TEXT_HEIGHT + MARGIN
  return svgDocument({ width: width + MARGIN, height }, `${protocol}: ${found.problem}`, describe(found), parts)
}

function participant(name: string, x: number, y: number): string {
  const width = textWidth(name) + 24
  return (
    `<rect class="box" x="${round(x - width / 2)}" y="${round(y)}" width="${round(width)}" height="${HEAD}" rx="4"/>` +
    svgText(name, x, y + HEAD / 2, 'middle', 'name')
  )
}

/** The head is at the receiver's line; a message that is not taken ends in a cross before it. */
function drawStep(
  { from, stream }: TraceStep,
  label: readonly string[],
  y: number,
  [left, right]: readonly [number, number],
  isRefused: boolean,
): string {
  const way = from === 'master' ? 1 : -1
  const [start, end] = way === 1 ? [left, right] : [right, left]
  const stop = end - (isRefused ? 14 : 7) * way
  const names = `edge send${stream === true ? ' stream' : ''}${isRefused ? ' wrong' : ''}`
  const first = y - 12 - (label.length - 1) * TEXT_HEIGHT
  const texts = label.map((line, index) =>
    svgText(line, (left + right) / 2, first + index * TEXT_HEIGHT, 'middle', 'name'),
  )
  const cross = `<path class="edge wrong" d="M${round(stop - 5)} ${round(y - 5)}l10 10m0 -10l-10 10"/>`
  const tip = isRefused ? cross : headHorizontal(end, y, way, 'send')
  return `<path class="${names}" d="M${round(start)} ${round(y)}H${round(stop)}"/>${tip}${texts.join('')}`
}

interface Note {
  readonly text: string
  readonly isPlace: boolean
}

function notesOf({ standing }: Counterexample): readonly Note[] {
  return (['master', 'peer'] as const).flatMap((role) => {
    const place = placeText(standing[role].source)
    const lines = wrapText(`The ${role} ${describeStanding(standing[role])}.`, NOTE_LETTERS)
    return [
      ...lines.map((text) => ({ text, isPlace: false })),
      ...(place === '' ? [] : [{ text: place, isPlace: true }]),
    ]
  })
}

function describe({ trace, standing, problem }: Counterexample): string {
  const steps = trace.map((step) => `The ${step.from} sends ${stepText(step)}.`)
  const where = (['master', 'peer'] as const).map((role) => `The ${role} ${describeStanding(standing[role])}.`)
  return [...steps, `Then ${problem}.`, ...where].join(' ')
}
