/**
 * Files that nobody would write, or only by mistake. Each was judged by hand after the grammar of its language; none may crash the
 * reader, keep it busy, or be called good where it is not.
 */

import { describe, expect, test } from 'vitest'

import { codeOf, nuscr, scribble } from './module-text.ts'

const BOM = '\uFEFF'
const a = 'a() from A to B;'
const b = 'b() from B to A;'
const good = scribble(a)
const goodTypes = 'A: B!a; end\nB: A?a; end\n'
const goodAutomata =
  '.outputs\n.state graph\np 1 ! a q\n.marking p\n.end\n\n.outputs\n.state graph\np 0 ? a q\n.marking p\n.end\n'

/** `count` blocks, one in the other, around a text. */
function nested(count: number, open: (level: number) => string, inner: string, close = '}'): string {
  const opened = Array.from({ length: count }, (_, level) => open(level)).join('\n')
  return `${opened}\n${inner}\n${close.repeat(count)}`
}

function list(count: number, item: (number: number) => string, between = '\n'): string {
  return Array.from({ length: count }, (_, number) => item(number)).join(between)
}

type Case = readonly [what: string, file: string, text: string, verdict: string]

const LAYOUT: readonly Case[] = [
  ['line ends of Windows', 'f.scr', good.replaceAll('\n', '\r\n'), 'ok'],
  ['line ends of Windows, with comments', 'f.scr', scribble(`// one\n${a} // two\n`).replaceAll('\n', '\r\n'), 'ok'],
  ['line ends of old Macs', 'f.scr', good.replaceAll('\n', '\r'), 'ok'],
  ['line ends of old Macs behind a comment', 'f.nuscr', nuscr(`// one\r${a}\n`), 'ok'],
  [
    'a mistake behind a comment and such a line end',
    'f.nuscr',
    nuscr(`${a} // one\r x() from A to A;\n`),
    'rejected self-message',
  ],
  ['a mark of byte order', 'f.scr', `${BOM}${good}`, 'ok'],
  ['a mark of byte order before machines', 'f.txt', `${BOM}${goodTypes}`, 'ok'],
  ['a mark of byte order before automata', 'f.txt', `${BOM}${goodAutomata}`, 'ok'],
  [
    'a mark of byte order in the middle of a word',
    'f.scr',
    good.replace('module', `mod${BOM}ule`),
    'unsupported syntax',
  ],
  ['two marks of byte order', 'f.scr', `${BOM}${BOM}${good}`, 'unsupported syntax'],
  ['tabs, form feeds and everything on one line', 'f.scr', good.replaceAll(/\s/g, '\t\f '), 'ok'],
  ['no line end', 'f.scr', good.trim(), 'ok'],
  ['nothing', 'f.scr', '', 'unsupported no-protocol'],
  ['nothing, of nuScr', 'f.nuscr', '', 'unsupported no-protocol'],
  ['nothing, of machines', 'f.txt', '', 'unsupported syntax'],
  ['white space', 'f.txt', ' \n\t\r\n', 'unsupported syntax'],
  ['a mark of byte order alone', 'f.scr', BOM, 'unsupported no-protocol'],
  ['a comment alone', 'f.scr', '// nothing', 'unsupported no-protocol'],
  ['zeros', 'f.scr', '\0'.repeat(1000), 'unsupported syntax'],
  ['zeros behind a good file', 'f.scr', `${good}\0`, 'unsupported syntax'],
  ['UTF-16 read as UTF-8', 'f.scr', Buffer.from(good, 'utf16le').toString('utf8'), 'unsupported syntax'],
  [
    'UTF-16 with its mark, read as UTF-8',
    'f.scr',
    Buffer.from(`${BOM}${good}`, 'utf16le').toString('utf8'),
    'unsupported syntax',
  ],
  ['an image', 'f.txt', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('utf8'), 'unsupported syntax'],
  ['a program of Linux', 'f.scr', Buffer.from('7f454c4602010100', 'hex').toString('latin1'), 'unsupported syntax'],
  ['JSON', 'f.scr', '{"protocol": "P"}', 'unsupported syntax'],
  ['a lone surrogate', 'f.scr', `${good}\uD800`, 'unsupported syntax'],
]

const COMMENTS: readonly Case[] = [
  ['comments of every kind', 'f.scr', `/* a */ ${good} // b\n(* c (* d *) *)`, 'ok'],
  ['a block comment that looks nested', 'f.scr', `/* /* */ */ ${good}`, 'unsupported syntax'],
  ['a comment around the mistake', 'f.scr', scribble(`${a} /* x() from A to A; */`), 'ok'],
  [
    'a comment that ends before the mistake',
    'f.scr',
    scribble(`${a} /* c */ x() from A to A; /* d */`),
    'rejected self-message',
  ],
  ['a comment in letters of other languages', 'f.scr', `// größe 日本 🚣\n${good}`, 'ok'],
  ['a name in letters of other languages', 'f.scr', scribble('größe() from A to B;'), 'unsupported syntax'],
  ['a Greek letter for a Latin one', 'f.scr', scribble('a() from Α to B;'), 'unsupported syntax'],
  ['a space that does not break', 'f.scr', scribble('a()\u00A0from A to B;'), 'unsupported syntax'],
  ['a line separator', 'f.scr', scribble('a()\u2028from A to B;'), 'unsupported syntax'],
  ['a string that looks like a comment', 'f.scr', scribble(a, 'type <j> "/*" from "*/" as T;\n'), 'ok'],
  ['a string over two lines', 'f.scr', scribble(a, 'type <j> "a\nb" from "c" as T;\n'), 'unsupported syntax'],
  ['a pragma in front', 'f.nuscr', `(*# PrintUsage, Verbose #*)\n${nuscr(a)}`, 'ok'],
  ['an empty pragma', 'f.nuscr', `(*# #*) ${nuscr(a)}`, 'ok'],
  ['a pragma behind', 'f.nuscr', `${nuscr(a)} (*# Verbose #*)`, 'unsupported syntax'],
  ['a pragma in a comment', 'f.nuscr', `(* (*# Nonsense #*) *) ${nuscr(a)}`, 'ok'],
  [
    'a pragma nobody knows, and a mistake',
    'f.nuscr',
    `(*# Nonsense #*) ${nuscr('x() from A to A;')}`,
    'rejected self-message',
  ],
  ['comments in machines', 'f.txt', `-- one\n/* two\n.outputs\n */ ${goodTypes} -- three`, 'ok'],
  ['a comment before automata, on their line', 'f.txt', `/* one */ ${goodAutomata}`, 'ok'],
  ['automata behind local types', 'f.txt', `${goodTypes}${goodAutomata}`, 'unsupported syntax'],
]

const NESTING: readonly Case[] = [
  [
    'choices',
    'f.scr',
    scribble(nested(10_000, (level) => `choice at A { l${level}() from A to B;`, a)),
    'unsupported too-large',
  ],
  [
    'choices within the bound',
    'f.scr',
    scribble(nested(150, (level) => `choice at A { l${level}() from A to B;`, a)),
    'ok',
  ],
  ['recursions', 'f.scr', scribble(nested(10_000, (level) => `rec X${level} {`, a)), 'unsupported too-large'],
  ['recursions of one name', 'f.scr', scribble(nested(150, () => 'rec X {', `${a} continue X;`)), 'ok'],
  ['comments', 'f.nuscr', `${'(*'.repeat(10_000)}${'*)'.repeat(10_000)}${nuscr(a)}`, 'ok'],
  ['comments without their end', 'f.nuscr', '(*'.repeat(10_000), 'unsupported syntax'],
  [
    'brackets',
    'f.nuscr',
    nuscr(`x(n: int${'{('.repeat(10_000)}${')}'.repeat(10_000)}) from A to B;`),
    'unsupported refinement',
  ],
  [
    'nested protocols',
    'f.nuscr',
    nested(10_000, (level) => `nested protocol P${level}(role A) {`, ''),
    'unsupported too-large',
  ],
  [
    'calls',
    'f.scr',
    `module m;\n${list(10_000, (n) => `${n === 0 ? '' : 'aux '}global protocol P${n}(role A, role B) { m${n}() from A to B; ${n < 9999 ? `do P${n + 1}(A, B);` : ''} }`)}`,
    'unsupported too-large',
  ],
  ['choices of local types', 'f.txt', `A: ${nested(10_000, () => '{ B!a;', 'end')} B: end`, 'unsupported too-large'],
  ['recursions of local types', 'f.txt', `A: ${list(10_000, (n) => `rec x${n} .`, ' ')} B!a; end B: A?a; end`, 'ok'],
  [
    'recursions of local types, as many as fit',
    'f.txt',
    `A: ${list(60_000, (n) => `rec x${n} .`, ' ')} B!a; end B: A?a; end`,
    'ok',
  ],
]

const SIZE: readonly Case[] = [
  ['messages in a row', 'f.scr', scribble(list(20_000, (n) => `m${n}() from A to B;`)), 'ok'],
  [
    'more messages than there may be',
    'f.scr',
    scribble(list(60_000, () => 'm() from A to B;')),
    'unsupported too-large',
  ],
  [
    'branches',
    'f.scr',
    scribble(list(10_000, (n) => `${n === 0 ? 'choice at A' : 'or'} { l${n}() from A to B; }`)),
    'ok',
  ],
  [
    'branches, of which the last is the first again',
    'f.scr',
    scribble(list(10_000, (n) => `${n === 0 ? 'choice at A' : 'or'} { l${n % 9999}() from A to B; }`)),
    'rejected ambiguous-label',
  ],
  [
    'branches of which each goes round',
    'f.scr',
    scribble(
      `rec X { ${list(5000, (n) => `${n === 0 ? 'choice at A' : 'or'} { l${n}() from A to B; continue X; }`)} }`,
    ),
    'ok',
  ],
  ['a long label', 'f.scr', scribble(`${'l'.repeat(500_000)}() from A to B;`), 'ok'],
  ['a long qualified name', 'f.scr', scribble(`do ${'m.'.repeat(100_000)}P(A, B);`), 'rejected unbound-name'],
  ['payloads', 'f.scr', scribble(`m(${list(50_000, () => 'int', ', ')}) from A to B;`), 'ok'],
  [
    'declarations',
    'f.scr',
    scribble(
      a,
      list(10_000, (n) => `type <j> "t" from "t" as T${n};`),
    ),
    'ok',
  ],
  ['protocols', 'f.scr', `module m;\n${list(3000, (n) => `global protocol P${n}(role A, role B) { ${a} }`)}`, 'ok'],
  ['line comments', 'f.scr', `${'//\n'.repeat(300_000)}${good}`, 'ok'],
  ['empty lines before machines', 'f.txt', `${'\n'.repeat(900_000)}${goodTypes}`, 'ok'],
  ['empty lines before a mistake', 'f.txt', `A${'\n'.repeat(900_000)}!`, 'unsupported syntax'],
  ['a block comment without its end, again and again', 'f.scr', '/*'.repeat(400_000), 'unsupported syntax'],
  ['quotes', 'f.scr', '"'.repeat(900_000), 'unsupported syntax'],
  [
    'transitions',
    'f.txt',
    list(
      2,
      (side) =>
        `.outputs\n.state graph\n${list(10_000, (n) => `s${n} ${1 - side} ${(n + side) % 2 === 0 ? '!' : '?'} m${n} s${n + 1}`)}\n.marking s0\n.end`,
    ),
    'ok',
  ],
  ['more characters than there may be', 'f.scr', `${good}${' '.repeat(1_000_000)}`, 'unsupported too-large'],
]

const MEANING: readonly Case[] = [
  [
    'a recursion around the same one, left by the outer',
    'f.scr',
    scribble(`rec X { ${a} rec X { choice at B { ${b} continue X; } or { c() from B to A; } } }`),
    'ok',
  ],
  [
    'a jump out of a choice to before it',
    'f.scr',
    scribble(`rec X { ${a} choice at B { ${b} continue X; } or { c() from B to A; } }`),
    'ok',
  ],
  ['a call that changes the sides and comes back', 'f.scr', scribble(`${a} do P(B, A);`), 'ok'],
  [
    'a choice whose first message comes from a call',
    'f.scr',
    `module m;\naux global protocol Q(role C, role D) { q() from C to D; }\nglobal protocol P(role A, role B) { choice at A { do Q(A, B); } or { do Q(B, A); } }`,
    'rejected wrong-sender',
  ],
  [
    'two branches that call the same',
    'f.scr',
    `module m;\naux global protocol Q(role C, role D) { q() from C to D; }\nglobal protocol P(role A, role B) { choice at A { do Q(A, B); } or { do Q(A, B); } }`,
    'rejected ambiguous-label',
  ],
  [
    'a good protocol and a bad one',
    'f.scr',
    `${good}global protocol Q(role A, role B) { choice at A { ${a} } or { ${a} } }`,
    'rejected ambiguous-label',
  ],
  [
    'a bad auxiliary protocol that nobody calls',
    'f.scr',
    `${good}aux global protocol Q(role A, role B) { rec X { continue X; } }`,
    'rejected unguarded',
  ],
  [
    'auxiliary protocols that call each other for ever',
    'f.scr',
    `${good}aux global protocol Q(role A, role B) { do R(B, A); }\naux global protocol R(role A, role B) { do Q(B, A); }`,
    'rejected unguarded',
  ],
  [
    'names that JavaScript has for itself',
    'f.scr',
    scribble(
      'constructor() from A to B; __proto__() from B to A; choice at A { toString() from A to B; } or { hasOwnProperty() from A to B; }',
    ),
    'ok',
  ],
  [
    'roles that JavaScript has for itself',
    'f.scr',
    'module m; global protocol P(role constructor, role __proto__) { a() from constructor to __proto__; }',
    'ok',
  ],
  ['a role that only JavaScript has', 'f.scr', scribble('a() from A to constructor;'), 'rejected unbound-name'],
  ['a type that only JavaScript has', 'f.scr', scribble('a(hasOwnProperty) from A to B;'), 'rejected unbound-name'],
  ['a recursion that only JavaScript has', 'f.scr', scribble(`${a} continue constructor;`), 'rejected unbound-name'],
  [
    'states that JavaScript has for itself',
    'f.txt',
    goodAutomata.replaceAll('p ', '__proto__ ').replaceAll('marking p', 'marking __proto__'),
    'ok',
  ],
  ['a variable called end', 'f.txt', 'A: rec end . B!a; end B: rec end . A?a; end', 'unsupported syntax'],
  ['a participant called end', 'f.txt', 'end: B!a; end B: end?a; end', 'unsupported syntax'],
  ['labels that differ in case', 'f.scr', scribble(`choice at A { m() from A to B; } or { M() from A to B; }`), 'ok'],
  ['numbers for labels', 'f.scr', scribble(`choice at A { 1() from A to B; } or { 01() from A to B; }`), 'ok'],
  ['a message that crosses another', 'f.txt', 'A: B!a; B?b; end\nB: A!b; A?a; end', 'rejected full-duplex'],
  [
    'a side that may be over while the other waits',
    'f.txt',
    'A: { B!a; end, B!b; B?c; end }\nB: { A?a; end, A?b; end }',
    'rejected deadlock',
  ],
  [
    'a message that is left over in a round',
    'f.txt',
    'A: rec x . B!a; B!b; x\nB: rec x . A?a; x',
    'rejected unspecified-reception',
  ],
  ['payloads that differ', 'f.txt', 'A: B!a<int>; end\nB: A?a; end', 'rejected unspecified-reception'],
]

describe.each([
  ['layout', LAYOUT],
  ['comments, names and strings', COMMENTS],
  ['nesting', NESTING],
  ['size', SIZE],
  ['meaning', MEANING],
])('a file of odd %s', (_, cases) => {
  test.each(cases)('%s (%s)', { timeout: 60_000 }, (_what, file, text, verdict) => {
    expect(codeOf(text, file)).toBe(verdict)
  })
})

test('these are enough', () => {
  expect([LAYOUT, COMMENTS, NESTING, SIZE, MEANING].flat().length).toBeGreaterThanOrEqual(60)
})
