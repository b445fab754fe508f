/** What every picture is made of: escaped text of a known width, one style for light and dark. */

/** Letters have the same width, so that a picture can be measured without a font; `textLength` holds every font to it. */
export const LETTER = 7.2
export const TEXT_HEIGHT = 16

interface Palette {
  readonly paper: string
  readonly ink: string
  readonly quiet: string
  readonly mine: string
  readonly line: string
  readonly wrong: string
}

/** Text has a contrast of 4.5 or more on whatever it stands on (WCAG 2.2, § 1.4.3). */
export const PALETTES: Readonly<Record<'light' | 'dark', Palette>> = {
  light: { paper: '#ffffff', ink: '#1f2328', quiet: '#59636e', mine: '#ddf4ff', line: '#0969da', wrong: '#cf222e' },
  dark: { paper: '#0d1117', ink: '#e6edf3', quiet: '#a5adb7', mine: '#0b2a5b', line: '#58a6ff', wrong: '#ff7b72' },
}

/** Colours stand in the rules themselves, since many viewers know no variables; those that know no dark show light. */
function colorRules({ paper, ink, quiet, mine, line, wrong }: Palette): string[] {
  return [
    `text, .dot { fill: ${ink} }`,
    `.paper, .box { fill: ${paper} }`,
    `text.quiet, .head { fill: ${quiet} }`,
    `.box, .edge, .life { stroke: ${quiet} }`,
    `.ring { stroke: ${ink} }`,
    `.box.mine { fill: ${mine}; stroke: ${line} }`,
    `.edge.send { stroke: ${line} }`,
    `.head.send { fill: ${line} }`,
    `.edge.wrong, .box.wrong { stroke: ${wrong} }`,
    `text.wrong { fill: ${wrong} }`,
  ]
}

const STYLE = [
  'svg { color-scheme: light dark }',
  "text { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 12px }",
  '.title, .name, .wrong { font-weight: 700 }',
  '.box, .edge, .ring, .life { stroke-width: 1.5 }',
  '.edge, .ring, .life { fill: none }',
  '.mine { stroke-width: 2.5 }',
  '.theirs { stroke-dasharray: 5 4 }',
  '.edge.receive { stroke-dasharray: 5 3 }',
  '.edge.stream { stroke-width: 4 }',
  '.life { stroke-dasharray: 2 4 }',
  ...colorRules(PALETTES.light),
  '@media (prefers-color-scheme: dark) {',
  ...colorRules(PALETTES.dark).map((rule) => `  ${rule}`),
  '}',
]

/** A whole picture. `title` and `description` are what a screen reader says. */
export function svgDocument(
  size: { readonly width: number; readonly height: number },
  title: string,
  description: string,
  parts: readonly string[],
): string {
  const [width, height] = [Math.ceil(size.width), Math.ceil(size.height)]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">`,
    '  <!-- Drawn by coxswain. -->',
    `  <title id="title">${escapeXml(title)}</title>`,
    `  <desc id="description">${escapeXml(description)}</desc>`,
    '  <style>',
    ...STYLE.map((rule) => `    ${rule}`),
    '  </style>',
    `  <rect class="paper" width="${width}" height="${height}"/>`,
    ...parts.map((part) => `  ${part}`),
    '</svg>',
    '',
  ].join('\n')
}

/** Also removes what XML cannot hold at all: control characters and halves of surrogate pairs. */
function escapeXml(text: string): string {
  return Array.from(text, (character) => {
    const entity = ENTITIES.get(character)
    if (entity !== undefined) return entity
    const code = character.codePointAt(0) ?? 0
    const isForbidden = code < 0x20 || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff
    return isForbidden ? '\ufffd' : character
  }).join('')
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
])

/** The width that a text is given. Letters of East Asian scripts and emoji are twice as wide. */
export function textWidth(text: string): number {
  let cells = 0
  for (const character of text) cells += (character.codePointAt(0) ?? 0) >= 0x2e80 ? 2 : 1
  return cells * LETTER
}

export type Anchor = 'start' | 'middle' | 'end'

/** One line of text around `x`, its middle at `y`. */
export function svgText(text: string, x: number, y: number, anchor: Anchor, names = ''): string {
  if (text === '') return ''
  const width = textWidth(text)
  const className = names === '' ? '' : ` class="${names}"`
  return (
    `<text${className} x="${round(x)}" y="${round(y + 4)}" text-anchor="${anchor}" ` +
    `textLength="${round(width)}" lengthAdjust="spacingAndGlyphs">${escapeXml(text)}</text>`
  )
}

/** Lines of at most so many letters. A word that is longer is broken behind punctuation or where a capital begins, if it can be. */
export function wrapText(text: string, letters: number): string[] {
  const lines: string[] = []
  let line = ''
  const add = (piece: string): void => {
    if (line !== '' && line.length + piece.trimEnd().length > letters) {
      lines.push(line.trimEnd())
      line = ''
    }
    line += piece
  }
  for (const word of text.split(/(?<=\s)/)) {
    if (word.trimEnd().length <= letters) add(word)
    else
      word
        .split(/(?<=[.\-_/])|(?<=[a-z0-9])(?=[A-Z])/)
        .flatMap((piece) => cutText(piece, letters))
        .forEach(add)
  }
  if (line.trimEnd() !== '') lines.push(line.trimEnd())
  return lines
}

function cutText(text: string, letters: number): string[] {
  const characters = Array.from(text)
  const parts: string[] = []
  for (let from = 0; from < characters.length; from += letters)
    parts.push(characters.slice(from, from + letters).join(''))
  return parts
}

/** At most two decimals, so that the same picture is the same bytes everywhere. */
export function round(value: number): string {
  return String(Math.round(value * 100) / 100)
}

/** The head of an arrow that points straight down (`1`), or up (`-1`). */
export function headVertical(x: number, y: number, way: 1 | -1, names: string): string {
  return `<path class="head ${names}" d="M${round(x)} ${round(y)}l-4.5 ${round(-9 * way)}h9z"/>`
}

/** The head of an arrow that points right (`1`), or left (`-1`). */
export function headHorizontal(x: number, y: number, way: 1 | -1, names: string): string {
  return `<path class="head ${names}" d="M${round(x)} ${round(y)}l${round(-9 * way)} -4.5v9z"/>`
}
