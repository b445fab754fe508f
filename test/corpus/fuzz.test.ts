import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { hasVectors } from '../data.ts'
import { Explorer, isSafe } from '../explorer/explore.ts'
import { CORPUS_FILES, readCorpusFile, readManifest } from './corpus-data.ts'
import { judge } from './judge.ts'
import { automataOf } from './machine-automata.ts'
import { nuscr, scribble } from './module-text.ts'
import { OUTSIDE, REJECTIONS } from './verdict.ts'

interface Sample {
  readonly file: string
  readonly text: string
}

const OWN: readonly Sample[] = [
  {
    file: 'a.scr',
    text: `${scribble(
      'rec X { choice at A { a() from A to B; do Q<b(T)>(B, A); continue X; } or { S from A to B; } } (T) from B to A;',
      'type <t> "t" from "t" as T;\nsig <t> "t" from "t" as S;\n',
    )}aux global protocol Q<sig M>(role C, role D) { M from C to D; }`,
  },
  {
    file: 'b.nuscr',
    text: nuscr('rec X { choice at A { a(x: int) from A to B; b from B to A; continue X; } or { c from A to B; } }'),
  },
  { file: 'c.txt', text: 'A: rec x . { B!a<int>; B?b; x, B!c; end }\nB: rec y . { A?a<int>; A!b; y, A?c; end }' },
  {
    file: 'd.txt',
    text: '.outputs\n.state graph\np 1 ! a q\nq 1 ? b p\n.marking p\n.end\n.outputs\n.state graph\np 0 ? a q\nq 0 ! b p\n.marking p\n.end',
  },
]

/** Pieces that mean something to one of the parsers. */
const PIECES =
  'module;import;type;sig;global protocol;aux;role;choice at;or;rec X;continue X;do P(A, B);from;to;A;B;C;{;};(;);<;>;,;.;:;"s";@;/*;*/;//;(*;*);(*#;#*);--;.outputs;.marking;.end;!;?;1;0;end;\u0000;\n;é;__proto__;constructor'.split(
    ';',
  )

/** One change to a text: a stretch of it taken out, doubled or moved, or a piece put in. */
const change = fc.record({
  kind: fc.constantFrom('cut', 'double', 'move', 'insert'),
  from: fc.nat(),
  length: fc.nat({ max: 40 }),
  to: fc.nat(),
  piece: fc.constantFrom(...PIECES),
})

type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never

function apply(text: string, { kind, from, length, to, piece }: Change): string {
  const start = from % (text.length + 1)
  const stretch = text.slice(start, start + length)
  const rest = text.slice(0, start) + text.slice(start + length)
  const target = to % (rest.length + 1)
  switch (kind) {
    case 'cut':
      return rest
    case 'double':
      return text.slice(0, start) + stretch + text.slice(start)
    case 'move':
      return rest.slice(0, target) + stretch + rest.slice(target)
    default:
      return text.slice(0, start) + ` ${piece} ` + text.slice(start)
  }
}

const explorer = new Explorer()

/** A verdict with a place inside the text, and no machine that the explorer finds unsafe. */
function expectVerdict({ file, text }: Sample): void {
  const found = judge(text, file)
  if (found.verdict === 'ok') {
    for (const machine of found.machines) expect(isSafe(explorer.explore(...automataOf(machine), 2))).toBe(true)
    return
  }
  expect(found.verdict === 'rejected' ? REJECTIONS : OUTSIDE).toContain(found.code)
  const line = text.split('\n')[found.at.line - 1]
  expect(line).toBeDefined()
  expect(found.at.column).toBeGreaterThanOrEqual(1)
  expect(found.at.column).toBeLessThanOrEqual(line!.length + 1)
  expect(found.reason).not.toBe('')
}

function fuzz(samples: readonly Sample[], runs: number): void {
  const changes = fc.array(change, { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(fc.constantFrom(...samples), changes, ({ file, text }, list) => {
      expectVerdict({ file, text: list.reduce(apply, text) })
    }),
    { numRuns: runs },
  )
}

describe('whatever a file holds, there is a verdict', () => {
  test('for texts of ours with changes', () => {
    for (const { file, text } of OWN) expect(judge(text, file).verdict).toBe('ok')
    fuzz(OWN, 4000)
  })

  test('for pieces of the languages in any order, and for any characters', () => {
    const ending = fc.constantFrom('.scr', '.nuscr', '.txt')
    const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((list) => list.join(' '))
    fc.assert(
      fc.property(ending, fc.oneof(pieces, fc.string({ unit: 'binary' })), (file, text) => {
        expectVerdict({ file, text })
      }),
      { numRuns: 3000 },
    )
  })

  describe.runIf(hasVectors('corpus', CORPUS_FILES))('for the corpus', () => {
    test('with changes', () => {
      fuzz(
        readManifest().map(({ file }) => ({ file, text: readCorpusFile(file) })),
        2000,
      )
    })
  })
})
