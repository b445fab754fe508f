/**
 * Parses the part of the regular expression syntax that `Match` allows. The engine has compiled the pattern before, so that
 * only the meaning needs to be found, not every mistake.
 */

export type Range = readonly [from: number, to: number]

export type PatternNode =
  | { readonly kind: 'empty' }
  /** One character out of sorted, disjoint ranges of code points. `index`: where it stands in the pattern. */
  | { readonly kind: 'class'; readonly ranges: readonly Range[]; readonly index: number }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly parts: readonly PatternNode[]; readonly index: number }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number }

/** Why a pattern is refused, and where. */
export class PatternError extends Error {
  readonly reason: string
  readonly index: number

  constructor(reason: string, index: number) {
    super(reason)
    this.reason = reason
    this.index = index
  }
}

const CODE_POINT_MAX = 0x10ffff
const NESTING_MAX = 50
const ALL: readonly Range[] = [[0, CODE_POINT_MAX]]
const DIGITS: readonly Range[] = [[0x30, 0x39]]
const WORD: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]
const SPACE: readonly Range[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]
const LINE_ENDS: readonly Range[] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
]
const CONTROL_ESCAPES: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0 }

/** The tree of a pattern that compiles with the `u` flag. Throws `PatternError` for what `Match` does not allow. */
export function parsePattern(pattern: string): PatternNode {
  return new PatternParser(pattern).parse()
}

class PatternParser {
  private readonly pattern: string
  private at = 0
  private nesting = 0

  constructor(pattern: string) {
    this.pattern = pattern
  }

  parse(): PatternNode {
    const node = this.choice()
    if (this.at < this.pattern.length) throw new PatternError('unexpected character', this.at)
    return node
  }

  private peek(text: string): boolean {
    return this.pattern.startsWith(text, this.at)
  }

  private take(text: string): boolean {
    if (!this.peek(text)) return false
    this.at += text.length
    return true
  }

  private choice(): PatternNode {
    const index = this.at
    const parts = [this.sequence()]
    while (this.take('|')) parts.push(this.sequence())
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts, index }
  }

  private sequence(): PatternNode {
    const parts: PatternNode[] = []
    while (this.at < this.pattern.length && !this.peek('|') && !this.peek(')')) parts.push(this.term())
    if (parts.length === 0) return { kind: 'empty' }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts }
  }

  private term(): PatternNode {
    const part = this.atom()
    const [min, max] = this.quantifier()
    if (min === 1 && max === 1) return part
    return { kind: 'repeat', part, min, max }
  }

  // Greedy or lazy makes no difference to what a whole text matches, nor to the bounds.
  private quantifier(): readonly [number, number] {
    const rest = /^(?:([*+?])|\{(\d+)(,(\d*))?\})\??/.exec(this.pattern.slice(this.at))
    if (rest === null) return [1, 1]
    this.at += rest[0].length
    const [, sign, least, comma, most] = rest
    if (sign !== undefined) return sign === '*' ? [0, Infinity] : sign === '+' ? [1, Infinity] : [0, 1]
    const min = Number(least)
    if (comma === undefined) return [min, min]
    return [min, most === undefined || most === '' ? Infinity : Number(most)]
  }

  private atom(): PatternNode {
    const index = this.at
    if (this.peek('^') || this.peek('$')) {
      throw new PatternError('an anchor is not needed: the pattern always stands for the whole text', index)
    }
    if (this.take('(')) return this.group(index)
    if (this.take('[')) return { kind: 'class', ranges: this.brackets(), index }
    if (this.take('.')) return { kind: 'class', ranges: complement(LINE_ENDS), index }
    if (this.take('\\')) return { kind: 'class', ranges: this.escape(index), index }
    const point = this.codePoint()
    return { kind: 'class', ranges: [[point, point]], index }
  }

  private group(index: number): PatternNode {
    if (this.peek('?=') || this.peek('?!') || this.peek('?<=') || this.peek('?<!')) {
      throw new PatternError('lookaround is not allowed', index)
    }
    if (this.peek('?') && !this.take('?:')) {
      const name = /^\?<[^>]*>/.exec(this.pattern.slice(this.at))
      if (name === null) throw new PatternError('this kind of group is not allowed', index)
      this.at += name[0].length
    }
    this.nesting++
    if (this.nesting > NESTING_MAX) throw new PatternError(`more than ${NESTING_MAX} groups inside each other`, index)
    const node = this.choice()
    this.nesting--
    if (!this.take(')')) throw new PatternError('a group is not closed', index)
    return node
  }

  private codePoint(): number {
    const point = this.pattern.codePointAt(this.at)!
    this.at += point > 0xffff ? 2 : 1
    return point
  }

  // Behind the backslash.
  private escape(index: number): readonly Range[] {
    const character = this.pattern[this.at]!
    if (/[1-9k]/.test(character)) throw new PatternError('back-references are not allowed', index)
    if (/[bB]/.test(character)) throw new PatternError('word boundaries are not allowed', index)
    const classes = this.classEscape()
    if (classes !== undefined) return classes
    const point = this.characterEscape()
    return [[point, point]]
  }

  private classEscape(): readonly Range[] | undefined {
    if (this.take('d')) return DIGITS
    if (this.take('D')) return complement(DIGITS)
    if (this.take('w')) return WORD
    if (this.take('W')) return complement(WORD)
    if (this.take('s')) return SPACE
    if (this.take('S')) return complement(SPACE)
    const property = /^[pP]\{[^}]*\}/.exec(this.pattern.slice(this.at))
    if (property === null) return undefined
    this.at += property[0].length
    // What the property holds is not looked up: taking it for everything errs on the side of refusing.
    return ALL
  }

  private characterEscape(): number {
    const rest = this.pattern.slice(this.at)
    const hex = /^(?:x([\da-fA-F]{2})|u\{([\da-fA-F]+)\})/.exec(rest)
    if (hex !== null) {
      this.at += hex[0].length
      return Number.parseInt(hex[1] ?? hex[2]!, 16)
    }
    const pair = /^u([dD][89abAB][\da-fA-F]{2})\\u([dD][c-fC-F][\da-fA-F]{2})/.exec(rest)
    if (pair !== null) {
      this.at += pair[0].length
      return ((Number.parseInt(pair[1]!, 16) - 0xd800) << 10) + Number.parseInt(pair[2]!, 16) - 0xdc00 + 0x10000
    }
    const unit = /^u([\da-fA-F]{4})/.exec(rest)
    if (unit !== null) {
      this.at += unit[0].length
      return Number.parseInt(unit[1]!, 16)
    }
    const letter = /^c([A-Za-z])/.exec(rest)
    if (letter !== null) {
      this.at += 2
      return letter[1]!.charCodeAt(0) % 32
    }
    const character = this.pattern[this.at]!
    if (Object.hasOwn(CONTROL_ESCAPES, character)) {
      this.at++
      return CONTROL_ESCAPES[character]!
    }
    return this.codePoint()
  }

  // Behind the opening bracket.
  private brackets(): readonly Range[] {
    const isNegated = this.take('^')
    const ranges: Range[] = []
    while (!this.take(']')) {
      const from = this.bracketItem()
      if (this.peek('-') && !this.peek('-]')) {
        this.at++
        const to = this.bracketItem()
        ranges.push([from[0]![0], to.at(-1)![1]])
      } else {
        ranges.push(...from)
      }
    }
    const merged = merge(ranges)
    return isNegated ? complement(merged) : merged
  }

  private bracketItem(): readonly Range[] {
    if (this.at >= this.pattern.length) throw new PatternError('a class is not closed', this.at)
    if (!this.take('\\')) {
      const point = this.codePoint()
      return [[point, point]]
    }
    if (this.take('b')) return [[8, 8]]
    if (this.take('-')) return [[0x2d, 0x2d]]
    const classes = this.classEscape()
    if (classes !== undefined) return classes
    const point = this.characterEscape()
    return [[point, point]]
  }
}

function merge(ranges: readonly Range[]): readonly Range[] {
  const sorted = [...ranges].sort((left, right) => left[0] - right[0])
  const merged: [number, number][] = []
  for (const [from, to] of sorted) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

function complement(ranges: readonly Range[]): readonly Range[] {
  const result: Range[] = []
  let next = 0
  for (const [from, to] of merge(ranges)) {
    if (from > next) result.push([next, from - 1])
    next = to + 1
  }
  if (next <= CODE_POINT_MAX) result.push([next, CODE_POINT_MAX])
  return result
}
