/** A strict reader of the little XML that pictures are made of: what it cannot read is not well-formed. */

export interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: Element[]
  /** The text directly inside. */
  text: string
}

/** The root of a document. */
export function readXml(source: string): Element {
  const root: Element = { name: '', attributes: new Map(), children: [], text: '' }
  const open = [root]
  // Comment, tag or text, one behind the other with nothing between.
  const tokens = /<!--(?:(?!--)[^])*-->|<(\/?)([A-Za-z]+)((?:\s+[A-Za-z:-]+="[^"<]*")*)\s*(\/?)>|[^<]+/y
  while (tokens.lastIndex < source.length) {
    const at = tokens.lastIndex
    const token = tokens.exec(source)
    if (token === null) throw new Error(`not well-formed at ${at}: ${source.slice(at, at + 60)}`)
    const [whole, closing, name, attributes, empty] = token
    const top = open.at(-1)!
    if (name === undefined) {
      if (!whole.startsWith('<!--')) top.text += unescape(whole)
      continue
    }
    if (closing === '/') {
      if (top.name !== name) throw new Error(`</${name}> closes <${top.name}>`)
      open.pop()
      continue
    }
    const element: Element = { name, attributes: readAttributes(attributes ?? ''), children: [], text: '' }
    top.children.push(element)
    if (empty !== '/') open.push(element)
  }
  const [document] = root.children
  if (open.length > 1 || document === undefined || root.children.length > 1) throw new Error('not one whole element')
  return document
}

function readAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>()
  for (const [, name, value] of text.matchAll(/([A-Za-z:-]+)="([^"]*)"/g)) {
    if (attributes.has(name!)) throw new Error(`${name!} stands twice`)
    attributes.set(name!, unescape(value!))
  }
  return attributes
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
])

function unescape(text: string): string {
  for (const character of text) {
    const code = character.codePointAt(0)!
    const isControl = code < 0x20 && character !== '\n' && character !== '\t' && character !== '\r'
    if (isControl || (code >= 0xd800 && code <= 0xdfff)) throw new Error(`XML has no character ${code}`)
  }
  return text.replace(/&[^;\s]*;?/g, (entity) => {
    const character = ENTITIES.get(entity)
    if (character === undefined) throw new Error(`${entity} is no entity`)
    return character
  })
}

/** A rectangle of the picture, from edge to edge. */
export interface Area {
  readonly kind: string
  readonly text: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export interface ReadPicture {
  readonly width: number
  readonly height: number
  readonly title: string
  readonly description: string
  readonly style: string
  readonly elements: readonly Element[]
  /** Texts, of the width that they are given. */
  readonly texts: readonly Area[]
  /** The boxes of places and participants, without those of the legend. */
  readonly boxes: readonly Area[]
  readonly edges: readonly Element[]
}

/** A picture with everything where it stands on the page. */
export function readPicture(source: string): ReadPicture {
  const svg = readXml(source)
  const elements: Element[] = []
  const texts: Area[] = []
  const boxes: Area[] = []
  const edges: Element[] = []
  const visit = (element: Element, x: number, y: number, depth: number): void => {
    elements.push(element)
    const move = /^translate\((\S+) (\S+)\)$/.exec(element.attributes.get('transform') ?? '')
    const [dx, dy] = move === null ? [x, y] : [x + Number(move[1]), y + Number(move[2])]
    const inside = move === null ? depth : depth + 1
    const kind = element.attributes.get('class') ?? ''
    if (element.name === 'text') texts.push(textArea(element, kind, dx, dy))
    // The samples of the legend are groups within a group.
    if (inside < 2 && element.name === 'rect' && kind.startsWith('box')) boxes.push(rectArea(element, kind, dx, dy))
    if (inside < 2 && element.name === 'path' && kind.startsWith('edge')) edges.push(element)
    for (const child of element.children) visit(child, dx, dy, inside)
  }
  visit(svg, 0, 0, 0)
  const textOf = (name: string): string => svg.children.find((child) => child.name === name)?.text ?? ''
  const [, , width, height] = svg.attributes.get('viewBox')!.split(' ').map(Number)
  const [title, description, style] = [textOf('title'), textOf('desc'), textOf('style')]
  return { width: width!, height: height!, title, description, style, elements, texts, boxes, edges }
}

function numberOf(element: Element, name: string): number {
  const value = Number(element.attributes.get(name))
  if (!Number.isFinite(value)) throw new Error(`${element.name} has no number ${name}`)
  return value
}

function rectArea(element: Element, kind: string, dx: number, dy: number): Area {
  const [left, top] = [numberOf(element, 'x') + dx, numberOf(element, 'y') + dy]
  const [right, bottom] = [left + numberOf(element, 'width'), top + numberOf(element, 'height')]
  return { kind, text: '', left, right, top, bottom }
}

/** Of letters of 12 px whose base is at `y`. */
function textArea(element: Element, kind: string, dx: number, dy: number): Area {
  const [x, y, width] = [numberOf(element, 'x') + dx, numberOf(element, 'y') + dy, numberOf(element, 'textLength')]
  const anchor = element.attributes.get('text-anchor')
  const left = anchor === 'middle' ? x - width / 2 : anchor === 'end' ? x - width : x
  return { kind, text: element.text, left, right: left + width, top: y - 10, bottom: y + 3 }
}

/** Whether two areas share more than a hair. */
export function overlap(one: Area, other: Area): boolean {
  const hair = 0.05
  return (
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > hair &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > hair
  )
}
