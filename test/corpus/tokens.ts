/** From the text of a corpus file to its words and marks, with their positions. Each family brings its own comments. */

import { unsupported, type Position } from './verdict.ts'

export interface Token extends Position {
  readonly kind: 'word' | 'string' | 'mark' | 'pragma' | 'end'
  /** A string without its quotes, a pragma without its brackets. */
  readonly text: string
}

/** The lexical rules of a family. Patterns are sticky. */
export interface Lexicon {
  /** White space and comments that need no counting. */
  readonly blank: RegExp
  /** `(* ... *)`, nested, and `(*# ... #*)`, a pragma. */
  readonly nestedComments: boolean
  readonly word: RegExp
  /** Marks of more than one character, then any single one. */
  readonly mark: RegExp
}

/** Scribble and nuScr: identifiers may begin with a digit, and in nuScr have primes. */
export const SCRIBBLE: Lexicon = {
  blank: /(?:[ \t\r\n\f]+|\/\/[^\n\r]*|\(\*\)[^\n\r]*|\/\*[\s\S]*?\*\/)+/y,
  nestedComments: true,
  word: /[A-Za-z0-9_][A-Za-z0-9_']*/y,
  mark: /&&|\|\||<>|<=|>=|[!-/:-@[-^{-~]/y,
}

const K_MC_BLANK = /(?:[ \t\r\n\f]+|--[^\n\r]*|\/\*[\s\S]*?\*\/)+/y

/** The automata of k-MC. Directives begin with a dot. */
export const AUTOMATA: Lexicon = {
  blank: K_MC_BLANK,
  nestedComments: false,
  word: /\.?[A-Za-z0-9_]+/y,
  mark: /[!-/:-@[-^{-~]/y,
}

/** The local types of k-MC. */
export const LOCAL_TYPES: Lexicon = { ...AUTOMATA, word: /[A-Za-z0-9_]+/y }

const STRING = /"([^"\n]*)"/y

/** All tokens, the last of kind `end`. Throws a finding at a character that no token begins with. */
export function readTokens(text: string, lexicon: Lexicon): readonly Token[] {
  const tokens: Token[] = []
  const lines = lineStarts(text)
  let line = 0
  const positionOf = (offset: number): Position => {
    while (line + 1 < lines.length && lines[line + 1]! <= offset) line++
    return { line: line + 1, column: offset - lines[line]! + 1 }
  }
  let offset = startOf(text)
  while (offset < text.length) {
    const at = positionOf(offset)
    const blank = matchAt(lexicon.blank, text, offset)
    if (blank !== undefined) {
      offset += blank.length
      continue
    }
    if (lexicon.nestedComments && text.startsWith('(*', offset)) {
      const comment = readComment(text, offset, at)
      if (comment.startsWith('(*#')) tokens.push({ kind: 'pragma', text: comment.slice(3, -3), ...at })
      offset += comment.length
      continue
    }
    const token = readToken(text, offset, lexicon)
    if (token === undefined)
      throw unsupported('syntax', at, `unexpected ${JSON.stringify(text.slice(offset, offset + 1))}`)
    tokens.push({ kind: token.kind, text: token.text, ...at })
    offset += token.length
  }
  tokens.push({ kind: 'end', text: 'the end of the file', ...positionOf(text.length) })
  return tokens
}

/** The word that a text begins with; undefined where something else comes first. */
export function firstWord(text: string, { blank, word }: Lexicon): string | undefined {
  const start = startOf(text)
  return matchAt(word, text, start + (matchAt(blank, text, start)?.length ?? 0))
}

/** Behind the mark of byte order, which means something at the very beginning only. */
function startOf(text: string): number {
  return text.startsWith('\uFEFF') ? 1 : 0
}

function readToken(
  text: string,
  offset: number,
  { word, mark }: Lexicon,
): { readonly kind: Token['kind']; readonly text: string; readonly length: number } | undefined {
  const found = matchAt(word, text, offset)
  if (found !== undefined) return { kind: 'word', text: found, length: found.length }
  const quoted = matchAt(STRING, text, offset)
  if (quoted !== undefined) return { kind: 'string', text: quoted.slice(1, -1), length: quoted.length }
  // What only opens a string or a comment is no mark of its own.
  if (text.startsWith('"', offset) || text.startsWith('/*', offset)) return undefined
  const sign = matchAt(mark, text, offset)
  return sign === undefined ? undefined : { kind: 'mark', text: sign, length: sign.length }
}

/** A nested comment or a pragma, brackets included. */
function readComment(text: string, start: number, at: Position): string {
  if (text.startsWith('(*#', start)) {
    const end = text.indexOf('#*)', start + 3)
    if (end === -1) throw unsupported('syntax', at, 'a pragma without its end')
    return text.slice(start, end + 3)
  }
  const bracket = /\(\*\)|\(\*|\*\)/g
  bracket.lastIndex = start
  let depth = 0
  for (let found = bracket.exec(text); found !== null; found = bracket.exec(text)) {
    if (found[0] === '(*)') continue
    depth += found[0] === '(*' ? 1 : -1
    if (depth === 0) return text.slice(start, bracket.lastIndex)
  }
  throw unsupported('syntax', at, 'a comment without its end')
}

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset
  return pattern.exec(text)?.[0]
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Reads tokens one after the other. */
export class TokenReader {
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]!
  }

  take(): Token {
    const token = this.peek()
    if (this.#next < this.#tokens.length - 1) this.#next++
    return token
  }

  /** True, and behind it, where the next word or mark is this one. */
  skip(text: string): boolean {
    const { kind, text: found } = this.peek()
    if ((kind !== 'word' && kind !== 'mark') || found !== text) return false
    this.take()
    return true
  }

  expect(text: string): Token {
    const token = this.peek()
    if (!this.skip(text)) throw this.unexpected(`"${text}"`)
    return token
  }

  string(): Token {
    if (this.peek().kind !== 'string') throw this.unexpected('a string')
    return this.take()
  }

  /** A finding about the next token. */
  unexpected(wanted: string): Error {
    const token = this.peek()
    const found = token.kind === 'end' ? token.text : JSON.stringify(token.text.slice(0, 40))
    return unsupported('syntax', token, `${wanted} was expected, and ${found} came`)
  }
}
