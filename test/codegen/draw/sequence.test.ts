import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Counterexample, CounterexampleKind, Standing, TraceStep } from '../../../codegen/diagnostics/index.ts'
import { drawSequenceAsMermaid, drawSequenceAsSvg } from '../../../codegen/draw/index.ts'
import { overlap, readPicture } from './read-svg.ts'

const KINDS: readonly CounterexampleKind[] = [
  'unspecified-reception',
  'orphan-message',
  'both-send',
  'both-wait',
  'left-waiting',
  'no-end',
  'missing-state',
]

const text = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
)
const label = fc.stringMatching(/^:?[A-Za-z0-9_-]{1,64}$/)
const role = fc.constantFrom('master' as const, 'peer' as const)
const source = fc.record({ file: text, line: fc.nat(9999), column: fc.nat(200), length: fc.nat(9) })
const optional = { requiredKeys: [] }

const step: fc.Arbitrary<TraceStep> = fc
  .tuple(fc.record({ from: role, label }), fc.record({ stream: fc.constant(true as const), source }, optional))
  .map(([needed, more]) => ({ ...needed, ...more }))

const standing: fc.Arbitrary<Standing> = fc
  .tuple(
    fc.record({
      does: fc.constantFrom('send' as const, 'receive' as const, 'end' as const, 'nothing' as const),
      labels: fc.array(label, { maxLength: 20 }),
    }),
    fc.record({ source }, optional),
  )
  .map(([needed, more]) => ({ ...needed, ...more }))

const counterexamples: fc.Arbitrary<Counterexample> = fc.record({
  kind: fc.constantFrom(...KINDS),
  problem: text,
  trace: fc.array(step, { maxLength: 12 }),
  standing: fc.record({ master: standing, peer: standing }),
})

const at = (line: number): TraceStep['source'] => ({ file: 'src/x.steer.ts', line, column: 7, length: 3 })
const EXAMPLE: Counterexample = {
  kind: 'unspecified-reception',
  problem: 'the other side does not expect "secret"',
  trace: [
    { from: 'master', label: 'chunks', stream: true, source: at(4)! },
    { from: 'peer', label: 'secret', sealed: true, source: at(7)! },
  ],
  standing: {
    master: { does: 'receive', labels: ['accept', 'reject'], source: at(6)! },
    peer: { does: 'send', labels: ['secret'] },
  },
}

describe('a counterexample as SVG', () => {
  test('is well-formed whatever it is about, and all of it stands inside the page, nothing over anything else', () => {
    fc.assert(
      fc.property(counterexamples, text, (found, name) => {
        const { width, height, texts, boxes } = readPicture(drawSequenceAsSvg(name, found))
        const outside = [...texts, ...boxes].filter(({ left, right, top, bottom }) => {
          return left < 0 || top < 0 || right > width || bottom > height
        })
        expect(outside).toEqual([])
        const clashes = texts.flatMap((one, index) => texts.slice(index + 1).filter((other) => overlap(one, other)))
        expect(clashes).toEqual([])
      }),
    )
  })

  test('has an arrow for each message, with its place beside it, and where each side stands', () => {
    for (const kind of KINDS) {
      const picture = readPicture(drawSequenceAsSvg('shop', { ...EXAMPLE, kind }))
      const said = picture.texts.map((each) => each.text)
      expect(said).toEqual(
        expect.arrayContaining([
          'chunks (stream)',
          'src/x.steer.ts:4:7',
          'secret (sealed)',
          'src/x.steer.ts:7:7',
          'The master expects "accept" or "reject".',
          'src/x.steer.ts:6:7',
          'The peer may send "secret".',
        ]),
      )
      expect(picture.title).toBe('shop: the other side does not expect "secret"')
      expect(picture.description).toContain('The peer sends secret (sealed). Then the other side')
      const verdict = picture.texts.filter((each) => each.kind === 'wrong').map((each) => each.text)
      expect(verdict.join(' ')).toBe('the other side does not expect "secret"')
    }
  })

  test('writes what XML would read as its own so that it is read as text', () => {
    const problem = `<script>&amp;"a'`
    const found: Counterexample = {
      ...EXAMPLE,
      problem,
      trace: [{ ...EXAMPLE.trace[0]!, source: { ...at(1)!, file: '<b>&' } }],
    }
    const { title, texts, elements } = readPicture(drawSequenceAsSvg('x', found))
    expect(title).toBe(`x: ${problem}`)
    expect(texts.map((each) => each.text)).toEqual(expect.arrayContaining([problem, '<b>&:1:7']))
    expect(elements.filter(({ name }) => name === 'script' || name === 'b')).toEqual([])
  })

  test('crosses out the last message only where it is not taken', () => {
    const wrongIn = (kind: CounterexampleKind): number => {
      const { edges } = readPicture(drawSequenceAsSvg('shop', { ...EXAMPLE, kind }))
      return edges.filter((edge) => edge.attributes.get('class')?.includes('wrong')).length
    }
    // The line and the cross at its end.
    expect(KINDS.map(wrongIn)).toEqual([2, 0, 0, 0, 0, 0, 0])
  })

  test('shows the end of a long conversation, and how much came before', () => {
    const trace = Array.from({ length: 75 }, (_, number): TraceStep => ({ from: 'master', label: `m${number}` }))
    const { texts } = readPicture(drawSequenceAsSvg('shop', { ...EXAMPLE, trace }))
    const said = new Set(texts.map((each) => each.text))
    expect(['15 before', 'm14', 'm15', 'm74'].map((each) => said.has(each))).toEqual([true, false, true, true])
  })

  test('is the same bytes for the same conversation', () => {
    fc.assert(
      fc.property(counterexamples, (found) => {
        expect(drawSequenceAsSvg('x', structuredClone(found))).toBe(drawSequenceAsSvg('x', found))
        expect(drawSequenceAsMermaid(structuredClone(found))).toBe(drawSequenceAsMermaid(found))
      }),
    )
  })
})

describe('a counterexample in Mermaid', () => {
  test('is a sequence with the place of each message, and notes on where the sides stand', () => {
    expect(drawSequenceAsMermaid(EXAMPLE)).toBe(`sequenceDiagram
  %% Drawn by coxswain.
  participant master
  participant peer
  master ->> peer: chunks (stream)<br/>src/x.steer.ts#58;4#58;7
  peer -x master: secret (sealed)<br/>src/x.steer.ts#58;7#58;7
  note over master,peer: the other side does not expect #34;secret#34;
  note over master: master expects #34;accept#34; or #34;reject#34;<br/>src/x.steer.ts#58;6#58;7
  note over peer: peer may send #34;secret#34;
`)
  })

  test('has a line for each message and no character that could be syntax, whatever it is about', () => {
    fc.assert(
      fc.property(counterexamples, (found) => {
        const [, ...lines] = drawSequenceAsMermaid(found).trimEnd().split('\n')
        expect(lines).toHaveLength(found.trace.length + 6)
        const said = lines.slice(3).map((line) => line.slice(line.indexOf(': ') + 2).replaceAll('<br/>', ' '))
        expect(said.filter((line) => !/^(?:[A-Za-z0-9 .,'()/=+_-]|#\d+;)*$/.test(line))).toEqual([])
      }),
    )
  })

  test('shows the end of a long conversation', () => {
    const trace = Array.from({ length: 75 }, (_, number): TraceStep => ({ from: 'master', label: `m${number}` }))
    const drawn = drawSequenceAsMermaid({ ...EXAMPLE, trace })
    expect(drawn).toContain('note over master,peer: 15 before\n  master ->> peer: m15\n')
    expect(drawn).toContain('  master -x peer: m74\n')
  })
})
