import { describe, expect, test } from 'vitest'

import { judge } from './judge.ts'
import { codeOf, nuscr, scribble, short, verdictOn } from './module-text.ts'
import { BOUNDS } from './verdict.ts'

/** The code for the body of a protocol between A and B, in Scribble. */
function body(text: string, before?: string): string {
  return codeOf(scribble(short(text), before))
}

describe('the rules on choices', () => {
  test.each([
    ['choice at A { a> } or { b> }', 'ok'],
    ['choice at A { a> }', 'ok'],
    ['choice at A { a> } or { choice at A { b> } or { c> } }', 'ok'],
    ['choice at A { a> } or { b> } c>', 'ok'],
    ['choice at A { a> } or { a> }', 'rejected ambiguous-label'],
    ['choice at A { a> } or { choice at A { b> } or { a> <b } }', 'rejected ambiguous-label'],
    ['choice at A { (T) from A to B; } or { () from A to B; }', 'rejected ambiguous-label'],
    ['choice at A { a(T) from A to B; } or { a() from A to B; <b }', 'rejected ambiguous-label'],
    ['choice at A { <a } or { b> }', 'rejected wrong-sender'],
    ['choice at A { a> } or { choice at B { <b } or { <c } }', 'rejected wrong-sender'],
    ['choice at B { a> } or { b> }', 'rejected wrong-sender'],
    ['choice at A { a> } or { }', 'rejected empty-branch'],
    ['choice at A { a> } or { rec X { } } b>', 'rejected empty-branch'],
    ['choice at A { } or { }', 'rejected empty-branch'],
  ])('%s: %s', (text, code) => {
    expect(body(text, 'type <t> "t" from "t" as T;')).toBe(code)
  })

  test('name the message that is wrong', () => {
    const text = scribble('  choice at A {\n    a() from A to B;\n  } or {\n    a() from A to B;\n  }')
    expect(verdictOn(text)).toBe('rejected ambiguous-label 6:5')
    expect(judge(text, 'm.scr')).toMatchObject({ reason: 'another branch of the choice begins with "a" too' })
  })
})

describe('the rules on recursion', () => {
  test.each([
    ['rec X { a> continue X; }', 'ok'],
    ['rec X { choice at A { a> continue X; } or { b> } } c>', 'ok'],
    ['rec X { a> choice at A { continue X; } or { rec Y { b> continue X; } } }', 'ok'],
    ['rec Z { choice at A { rec X { a> continue X; } } or { b> } } c>', 'ok'],
    ['rec X { a> } rec X { <b continue X; }', 'ok'],
    ['rec X { continue X; }', 'rejected unguarded'],
    ['a> rec X { choice at A { continue X; } or { b> } }', 'rejected unguarded'],
    ['rec X { rec Y { choice at A { continue X; } or { b> } } }', 'rejected unguarded'],
    ['rec X { a> continue X; b> }', 'rejected unreachable'],
    ['rec X { a> continue X; } b>', 'rejected unreachable'],
    ['rec X { a> rec Y { <b continue Y; } c> }', 'rejected unreachable'],
    ['rec X { choice at A { a> continue X; } or { b> } c> }', 'rejected not-tail'],
    ['rec X { rec Y { choice at A { a> continue X; } or { b> } } c> }', 'rejected not-tail'],
    ['rec X { a> } rec Y { <b continue X; }', 'rejected unbound-name'],
    ['a> continue X;', 'rejected unbound-name'],
    ['rec X { choice at A { a> } or { a> continue X; } }', 'rejected ambiguous-label'],
    ['rec X { a> choice at A { continue X; } or { a> } }', 'rejected ambiguous-label'],
    ['rec X { a> choice at B { continue X; } or { <b } }', 'rejected wrong-sender'],
    ['', 'rejected no-message'],
    ['rec X { }', 'rejected no-message'],
  ])('%s: %s', (text, code) => {
    expect(body(text)).toBe(code)
  })
})

describe('the rules on calls', () => {
  const OTHER = 'global protocol Q(role C, role D) { a() from C to D; }'
  const withOther = (text: string, other = OTHER): string => codeOf(`${scribble(short(text))}aux ${other}`)

  test.each([
    ['do Q(A, B); do Q(B, A);', 'ok'],
    ['do m.Q(A, B);', 'ok'],
    ['choice at A { do Q(A, B); } or { b> }', 'ok'],
    ['choice at A { do Q(B, A); } or { b> }', 'rejected wrong-sender'],
    ['choice at A { do Q(A, B); } or { a> }', 'rejected ambiguous-label'],
    ['do P(A, B);', 'rejected unguarded'],
    ['a> do P(B, A);', 'ok'],
    ['a> do P(A, B); b>', 'rejected unreachable'],
    ['choice at A { a> do P(A, B); } or { b> } <c', 'rejected not-tail'],
    ['do R(A, B);', 'rejected unbound-name'],
    ['do n.Q(A, B);', 'rejected unbound-name'],
    ['do Q(A);', 'rejected arguments'],
    ['do Q(A, A);', 'rejected arguments'],
    ['do Q(A, C);', 'rejected unbound-name'],
    ['do Q<x()>(A, B);', 'rejected arguments'],
  ])('%s: %s', (text, code) => {
    expect(withOther(text)).toBe(code)
  })

  test.each([
    ['do Q<x()>(A, B); do Q<y>(A, B); do Q<()>(B, A);', 'ok'],
    ['choice at A { do Q<x()>(A, B); } or { y> }', 'ok'],
    ['choice at A { do Q<x()>(A, B); } or { x> }', 'rejected ambiguous-label'],
    ['do Q(A, B);', 'rejected arguments'],
    ['do Q<x(), y()>(A, B);', 'rejected arguments'],
    ['do Q<T>(A, B);', 'rejected arguments'],
    ['do Q<z>(A, B);', 'rejected arguments'],
    ['do Q<x(U)>(A, B);', 'rejected unbound-name'],
  ])('with a signature as the parameter, %s: %s', (text, code) => {
    const declared = 'type <t> "t" from "t" as T;\nsig <t> "t" from "t" as y;\n'
    const other = 'aux global protocol Q<sig M>(role C, role D) { M from C to D; }'
    expect(codeOf(scribble(short(text), declared) + other)).toBe(code)
  })

  test.each([
    ['do Q<T>(A, B); do Q<m.T>(A, B); do Q<int>(A, B);', 'ok'],
    ['do Q<x()>(A, B);', 'rejected arguments'],
    ['do Q<U>(A, B);', 'rejected unbound-name'],
  ])('with a type as the parameter, %s: %s', (text, code) => {
    const other = 'aux global protocol Q<type X>(role C, role D) { a(X) from C to D; }'
    expect(codeOf(scribble(text, 'data <t> "t" from "t" as T;\n') + other)).toBe(code)
  })

  test('keep apart what is called with other roles or parameters', () => {
    const other = 'aux global protocol Q<sig M>(role C, role D) { M from C to D; do Q<M>(D, C); }'
    expect(codeOf(`${scribble('do Q<a()>(A, B);')}${other}`)).toBe('ok')
    const found = judge(`${scribble('do Q<a()>(A, B);')}${other}`, 'm.scr')
    expect(found.verdict === 'ok' && found.machines[0]?.nodes.map((node) => 'from' in node && node.from)).toEqual([
      'master',
      'peer',
    ])
  })

  test('to nobody: an auxiliary protocol is judged though it is not called, and may be empty', () => {
    const wrong = 'aux global protocol Q(role C, role D) { a() from C to D; do Q(C, D); b() from C to D; }'
    expect(codeOf(scribble('a() from A to B;') + wrong)).toBe('rejected unreachable')
    const empty = 'aux global protocol Q(role C, role D) { }'
    expect(codeOf(scribble('a() from A to B; do Q(A, B);') + empty)).toBe('ok')
    expect(codeOf(`module m; ${empty}`)).toBe('rejected no-message')
  })

  test('that double at each level are too large, and not endless', () => {
    const levels = Array.from({ length: 30 }, (_, level) => {
      return `aux global protocol Q${level}(role A, role B) { do Q${level + 1}(A, B); do Q${level + 1}(A, B); }`
    })
    const last = 'aux global protocol Q30(role A, role B) { a() from A to B; }'
    expect(codeOf(`${scribble('do Q0(A, B);')}${levels.join('\n')}${last}`)).toBe('unsupported too-large')
  })
})

describe('the rules on names', () => {
  test.each([
    ['global protocol P(role A, role A) { a() from A to A; }', 'rejected duplicate-name'],
    ['global protocol P(role A, role B) { a() from A to A; }', 'rejected self-message'],
    ['global protocol P(role A) { a() from A to A; }', 'rejected self-message'],
    ['global protocol P(role A, role B) { a() from A to C; }', 'rejected unbound-name'],
    ['global protocol P(role A, role B) { choice at C { a() from A to B; } }', 'rejected unbound-name'],
    ['global protocol P<sig S>(role A, role B) { S from A to B; }', 'ok'],
    ['global protocol P<sig S, type S>(role A, role B) { S from A to B; }', 'rejected duplicate-name'],
    ['global protocol P(role A, role B) { S from A to B; }', 'rejected unbound-name'],
    ['global protocol P(role A, role B) { a(T) from A to B; }', 'rejected unbound-name'],
    ['global protocol P(role A, role B) { a(number, String) from A to B; }', 'ok'],
    ['type <t> "t" from "t" as T; type <t> "t" from "t" as T;', 'rejected duplicate-name'],
    ['type <t> "t" from "t" as T; sig <t> "t" from "t" as T;', 'rejected duplicate-name'],
    ['import m;', 'rejected duplicate-name'],
    ['sig <t> "t" from "t" as S; global protocol P(role A, role B) { S from A to B; }', 'ok'],
    [
      'global protocol P(role A, role B) { a() from A to B; } global protocol P(role A, role B) { }',
      'rejected duplicate-name',
    ],
  ])('%s: %s', (text, code) => {
    expect(codeOf(`module m; ${text}`)).toBe(code)
  })

  test('are looser in nuScr, where labels and types need no declaration', () => {
    expect(codeOf(nuscr('Foo from A to B; Bar(x: T) from B to A;'))).toBe('ok')
  })
})

describe('what only nuScr has', () => {
  test.each([
    ['(*# RefinementTypes #*) protocol P(role A, role B) { a(x: int) from A to B; }', 'ok'],
    ['(*# RefinementTypes #*) protocol P(role A, role B) { a(x: int{x > 0}) from A to B; }', 'unsupported refinement'],
    ['(*# ErrorHandlingCrashBranch #*) protocol P(role A, role B) { a from A to B; }', 'unsupported pragma'],
    ['protocol P(role self, role local) { data(int) from self to local; }', 'ok'],
    ['global P(role A, role B) @"x" { a from A to B; @"x > 0" do P(A, B); @"y" }', 'ok'],
    ['protocol P(role A, role B) (x: int) { a from A to B; }', 'unsupported annotation'],
    [
      'protocol P(role A, role B) { rec X [n<A>: int = 0] { a from A to B; continue X[n + 1]; } }',
      'unsupported refinement',
    ],
    ['protocol P(role A, role B) { A calls Q(A, B); }', 'unsupported call'],
    [
      'nested protocol Q(role C; new role D) { a from C to D; } protocol P(role A, role B) { a from A to B; }',
      'unsupported call',
    ],
    ['protocol P(role A, role B) { nested protocol Q(role C) { } a from A to B; }', 'unsupported call'],
    [
      'protocol P(role A, role B) { rec X { a from A to B; continue X with { b from B to A; }; } }',
      'unsupported syntax',
    ],
    ['(* a (*) b *) protocol P(role A, role B) { a from A to B; }', 'ok'],
    ["(* a (* b *) c *) protocol P'(role A, role B) { (*) do not\n a from A to B; }", 'ok'],
  ])('%s: %s', (text, code) => {
    expect(codeOf(text, 'p.nuscr')).toBe(code)
  })

  test('nothing may follow a choice or a recursion there, as it may in Scribble', () => {
    const text = 'choice at A { a() from A to B; } or { b() from A to B; } c() from A to B;'
    expect(codeOf(nuscr(text))).toBe('rejected not-tail')
    expect(codeOf(`module m; protocol P(role A, role B) { ${text} }`)).toBe('rejected not-tail')
    expect(codeOf(scribble(text))).toBe('ok')
    expect(codeOf(nuscr('rec X { a() from A to B; } b() from A to B;'))).toBe('rejected not-tail')
  })
})

describe('what is outside the subset', () => {
  test.each([
    ['global protocol P(role A, role B, role C) { a() from A to A; }', 'unsupported roles'],
    ['global protocol P(role A, role B) { } global protocol Q(role A, role B, role C) { }', 'unsupported roles'],
    ['global protocol P(role A) { }', 'unsupported roles'],
    ['', 'unsupported no-protocol'],
    ['import a.b.C; global protocol P(role A, role B) { a() from A to B; }', 'unsupported import'],
    ['import a.b.C as D; global protocol P(role A, role B) { do D.Q(A, B); }', 'unsupported import'],
    ['import a.b.C as D; global protocol P(role A, role B) { do E.Q(A, B); }', 'rejected unbound-name'],
    ['import a.B; import b.C as a.B;', 'unsupported syntax'],
    ['import a.B; import a.B;', 'rejected duplicate-name'],
    ['explicit global protocol P(role A, role B) { a() connect A to B; }', 'unsupported connection'],
    [
      'global protocol P(role A, role B) { connect A to B; a() from A to B; disconnect A and B; }',
      'unsupported connection',
    ],
    ['global protocol P(role A, role B) { wrap A to B; a() from A to B; }', 'unsupported connection'],
    ['global protocol P(role A, role B) { a(Q@B) from A to B; }', 'unsupported delegation'],
    ['global protocol P(role A, role B) { a() from A to B, B; }', 'unsupported multicast'],
    ['global protocol P(role A, role B) { par { a() from A to B; } and { b() from B to A; } }', 'unsupported syntax'],
    [
      'global protocol P(role A, role B) { interruptible { a() from A to B; } with { b() by B; } }',
      'unsupported syntax',
    ],
    ['global protocol P(role A, role B) { do X: Q(A, B); }', 'unsupported syntax'],
    ['global protocol P(role A, role B) { a() from A to B }', 'unsupported syntax'],
    ['global protocol P(role A, role B) { a() from A to B;', 'unsupported syntax'],
    ['global protocol P(role to, role B) { }', 'unsupported syntax'],
    ['global protocol P(role A, role B) { a() from A to B; } /* open', 'unsupported syntax'],
    ['(* open', 'unsupported syntax'],
    ['(*# open', 'unsupported syntax'],
    ['type <t> "open', 'unsupported syntax'],
    ['local protocol P(role A, role B) { }', 'unsupported syntax'],
    ['é', 'unsupported syntax'],
  ])('%s: %s', (text, code) => {
    expect(codeOf(`module m; ${text}`)).toBe(code)
  })

  test('a protocol that calls one outside the subset is outside as well, and one that is wrong stays wrong', () => {
    const call = 'aux global protocol Q(role A, role B) { wrap A to B; }'
    expect(codeOf(`${scribble('do Q(A, B);')}${call}`)).toBe('unsupported connection')
    const wrong = 'aux global protocol R(role A, role B) { a() from A to C; }'
    expect(codeOf(`${scribble('do Q(A, B);')}${call}${wrong}`)).toBe('rejected unbound-name')
  })

  test('blocks that are nested too deep, and texts that are too long', () => {
    expect(codeOf(scribble('rec X {'.repeat(BOUNDS.depth + 1)))).toBe('unsupported too-large')
    expect(codeOf(' '.repeat(BOUNDS.text + 1))).toBe('unsupported too-large')
    expect(codeOf(`module m; ${' '.repeat(BOUNDS.text - 1000)}`)).toBe('unsupported no-protocol')
  })
})

describe('a text', () => {
  test('may begin with a byte order mark and end its lines as Windows does; columns count from 1', () => {
    const text = `\uFEFF${scribble('\ta() from A to C;').replaceAll('\n', '\r\n')}`
    expect(verdictOn(text)).toBe('rejected unbound-name 3:16')
    expect(verdictOn(`// x\n/* y\n */ module m; ?`)).toBe('unsupported syntax 3:15')
  })

  test('becomes a machine with the positions of its messages', () => {
    const found = judge(
      scribble('  rec X {\n    ask(int) from A to B;\n    yes() from B to A;\n    continue X;\n  }'),
      'm.scr',
    )
    if (found.verdict !== 'ok') throw new Error(found.reason)
    const moves = found.machines[0]!.nodes.map((node) => (node.kind === 'message' ? [node.from, node.moves] : node))
    const source = { file: 'm.scr', column: 5, length: 3 }
    expect(moves).toMatchObject([
      ['master', [{ label: 'ask', next: 1, payload: { kind: 'open' }, source: { ...source, line: 4 } }]],
      ['peer', [{ label: 'yes', next: 0, source: { ...source, line: 5 } }]],
    ])
  })
})
