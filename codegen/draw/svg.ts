/** What every picture is made of: escaped text of a known width, one style for light and dark. */

/** Letters have the same width, so that a picture can be measured without a font; `textLength` holds every font to it. */
export const LETTER = 7.2
export const TEXT_HEIGHT = 16

const STYLE = `
    svg { color-scheme: light dark; --paper: #ffffff; --ink: #1f2328; --quiet: #59636e; --mine: #ddf4ff; --line: #0969da; --wrong: #cf222e }
    @media (prefers-color-scheme: dark) {
      svg { --paper: #0d1117; --ink: #e6edf3; --quiet: #9198a1; --mine: #0c2d6b; --line: #58a6ff; --wrong: #ff7b72 }
    }
    text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: var(--ink) }
    .paper { fill: var(--paper) }
    .title, .name { font-weight: 700 }
    .quiet { fill: var(--quiet) }
    .box { fill: var(--paper); stroke: var(--quiet); stroke-width: 1.5 }
    .mine { fill: var(--mine); stroke: var(--line); stroke-width: 2.5 }
    .theirs { stroke-dasharray: 5 4 }
    .edge { fill: none; stroke: var(--quiet); stroke-width: 1.5 }
    .send { stroke: var(--line) }
    .receive { stroke-dasharray: 6 4 }
    .stream { stroke-width: 4 }
    .dot { fill: var(--ink) }
    .ring { fill: none; stroke: var(--ink); stroke-width: 1.5 }
    .head { fill: var(--quiet) }
    .head.send { fill: var(--line); stroke: none }
    .life { stroke: var(--quiet); stroke-width: 1.5; stroke-dasharray: 2 4 }
    .wrong { stroke: var(--wrong) }
    text.wrong { fill: var(--wrong); stroke: none }
  `

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
    `  <style>${STYLE}</style>`,
    `  <rect class="paper" width="${width}" height="${height}"/>`,
    ...parts.map((part) => `  ${part}`),
    '</svg>',
    '',
  ].join('\n')
}

/** Also removes what XML cannot hold at all: control characters and halves of surrogate pairs. */
export function escapeXml(text: string): string {
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

/** Lines of at most so many letters, broken behind punctuation where there is some. */
export function wrapText(text: string, letters: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of text.match(/[^.\-_\s/]*[.\-_\s/]?/g) ?? []) {
    if (line !== '' && line.length + piece.trimEnd().length > letters) {
      lines.push(line.trimEnd())
      line = ''
    }
    line += piece
    while (line.length > letters) {
      lines.push(line.slice(0, letters))
      line = line.slice(letters)
    }
  }
  if (line.trimEnd() !== '') lines.push(line.trimEnd())
  return lines
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
