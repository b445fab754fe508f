import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  createStatePicture,
  drawStatesAsMermaid,
  drawStatesAsSvg,
  PLACES_MAX,
  type StatePicture,
} from '../../../codegen/draw/index.ts'
import { PALETTES } from '../../../codegen/draw/svg.ts'
import type { Step } from '../../../src/ir/declaration.ts'
import type { ProtocolModel } from '../../../src/ir/model.ts'
import type { Role } from '../../../src/ir/source.ts'
import {
  handshake,
  hook,
  keepalive,
  loop,
  negotiate,
  NUMBER,
  offer,
  on,
  point,
  protocol,
  receive,
  send,
  smtp,
  span,
} from '../../ir/declare.ts'
import { createLongProtocol } from '../check/long-protocol.ts'
import { modelOf, models } from './arbitrary-model.ts'
import { overlap, readPicture, type Area } from './read-svg.ts'

const ROLES = ['master', 'peer'] as const

function proved(...steps: Step[]): ProtocolModel {
  const model = modelOf(protocol(...steps))
  if (model === undefined) throw new Error('not proved')
  return model
}

function pictureOf(role: Role, ...steps: Step[]): StatePicture {
  return createStatePicture(proved(...steps), role)
}

/** All that is written in a picture, wrapped lines joined. */
function writtenIn(svg: string): string {
  return readPicture(svg)
    .texts.map(({ text }) => text)
    .join('')
    .replaceAll(' ', '')
}

const sides: fc.Arbitrary<StatePicture> = fc
  .tuple(models, fc.constantFrom(...ROLES))
  .map(([model, role]) => createStatePicture(model, role))

describe('the picture of a side', () => {
  test('has a box for each turn and each end, and an arrow for each way between them', () => {
    fc.assert(
      fc.property(models, fc.constantFrom(...ROLES), (model, role) => {
        const picture = createStatePicture(model, role)
        const shown = new Set(picture.places.flatMap(({ names }) => names))
        const names = model.sides[role].states.flatMap(({ name, turn }) => (turn === 'over' ? [] : [name]))
        const hidden = [...names, ...model.outcomes.names.values()].filter((name) => !shown.has(name))
        expect(hidden).toEqual([])
        const labels = picture.arrows.flatMap(({ messages }) => messages.map(({ label }) => label))
        const moves = model.machine.nodes.flatMap((node) => (node.kind === 'message' ? node.moves : []))
        expect(labels.sort()).toEqual(moves.map(({ label }) => label).sort())
        const { boxes, edges } = readPicture(drawStatesAsSvg(picture))
        expect(boxes).toHaveLength(picture.places.length - 1)
        const ways = picture.arrows.filter(({ from, to }) => from !== to).length
        const loops = new Set(picture.arrows.filter(({ from, to }) => from === to).map(({ from }) => from)).size
        expect(edges).toHaveLength(ways + loops)
      }),
    )
  })

  test('is well-formed, and writes every name and message inside the page', () => {
    fc.assert(
      fc.property(sides, (picture) => {
        const svg = drawStatesAsSvg(picture)
        const { width, height, texts } = readPicture(svg)
        const isInside = ({ left, right, top, bottom }: Area): boolean => {
          return left >= 0 && top >= 0 && right <= width && bottom <= height
        }
        expect(texts.filter((text) => !isInside(text))).toEqual([])
        const written = writtenIn(svg)
        const said = [
          ...picture.places.flatMap(({ names }) => (names.length <= 6 ? names : [])),
          ...picture.arrows.flatMap(({ messages, automatic }) => [...messages.map(({ label }) => label), ...automatic]),
        ]
        expect(said.filter((text) => !written.includes(text.replaceAll(' ', '')))).toEqual([])
      }),
    )
  })

  test('lets no box or text stand on another', () => {
    fc.assert(
      fc.property(sides, (picture) => {
        const { boxes, texts } = readPicture(drawStatesAsSvg(picture))
        const isInside = (text: Area, box: Area): boolean => {
          return box.left <= text.left && text.right <= box.right && box.top <= text.top && text.bottom <= box.bottom
        }
        const clashes = [
          ...boxes.flatMap((box, index) => boxes.slice(index + 1).filter((other) => overlap(box, other))),
          ...texts.flatMap((text, index) => texts.slice(index + 1).filter((other) => overlap(text, other))),
          ...texts.filter((text) => boxes.some((box) => overlap(text, box) && !isInside(text, box))),
        ]
        expect(clashes).toEqual([])
      }),
    )
  })

  test('is the same bytes for the same protocol', () => {
    const draw = (): string[] => {
      const model = modelOf(createLongProtocol(60))!
      return ROLES.flatMap((role) => {
        const picture = createStatePicture(model, role)
        return [drawStatesAsSvg(picture), drawStatesAsMermaid(picture)]
      })
    }
    expect(draw()).toEqual(draw())
  })

  test('needs nothing from anywhere: no script, no link, no font, no image', () => {
    const svg = drawStatesAsSvg(pictureOf('peer', ...smtp()))
    const { elements, style } = readPicture(svg)
    const names = new Set(elements.map(({ name }) => name))
    expect([...names].sort()).toEqual(['circle', 'desc', 'g', 'path', 'rect', 'style', 'svg', 'text', 'title'])
    const attributes = elements.flatMap((element) => [...element.attributes])
    expect(attributes.filter(([name, value]) => /^on|href/.test(name) || value.includes('url('))).toEqual([])
    expect(attributes.filter(([, value]) => value.includes('//'))).toEqual([['xmlns', 'http://www.w3.org/2000/svg']])
    // Variables of CSS are unknown to many viewers, which then paint everything black.
    expect(style).not.toMatch(/@import|@font-face|url\(|var\(/)
  })

  test('can be read at more than 40 places', () => {
    for (const role of ROLES) {
      const picture = createStatePicture(modelOf(createLongProtocol(90))!, role)
      expect(picture.places.length).toBeGreaterThan(40)
      const { texts, width, height, boxes } = readPicture(drawStatesAsSvg(picture))
      expect(texts.length).toBeGreaterThan(100)
      for (const [index, box] of boxes.entries())
        for (const other of boxes.slice(index + 1)) expect(overlap(box, other)).toBe(false)
      // Neither a ribbon nor a page that is mostly empty.
      expect(width * height).toBeLessThan(picture.places.length * 90_000)
    }
  })

  test('is refused where it would have too many places', () => {
    const picture = createStatePicture(modelOf(createLongProtocol(1000))!, 'master')
    expect(picture.places.length).toBeGreaterThan(PLACES_MAX)
    expect(() => drawStatesAsSvg(picture)).toThrow(RangeError)
    expect(drawStatesAsMermaid(picture)).toMatch(/^stateDiagram-v2\n/)
  })

  test('has a contrast of 4.5 for every text, light and dark', () => {
    for (const { paper, ink, quiet, mine, wrong } of Object.values(PALETTES)) {
      const pairs = [paper, mine].flatMap((ground) => [ink, quiet].map((text) => [text, ground] as const))
      for (const [text, ground] of [...pairs, [wrong, paper] as const])
        expect(contrast(text, ground)).toBeGreaterThan(4.5)
    }
  })
})

/** WCAG 2.2, relative luminance. */
function contrast(one: string, other: string): number {
  const [dark, light] = [one, other].map(luminance).sort((a, b) => a - b)
  return (light! + 0.05) / (dark! + 0.05)
}

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

describe('in the picture of a side', () => {
  test('messages that lead the same way are one arrow, and others stand beside it', () => {
    const { arrows } = pictureOf('master', ...negotiate())
    const both = pictureOf('peer', offer({ yes: on(), sure: on(), no: on(send('why')) }))
    expect(both.arrows.map(({ messages }) => messages.map(({ label }) => label))).toEqual([
      [],
      ['yes', 'sure'],
      ['no'],
      ['why'],
    ])
    expect(arrows.filter(({ from, to }) => from > to)).toHaveLength(1)
  })

  test('a message and a stream between the same places are two arrows', () => {
    const items: Step = { ...receive('items', NUMBER), stream: { window: 4 } } as Step
    const picture = pictureOf(
      'peer',
      loop((again, leave) => [offer({ go: on(items, again), skip: on(receive('x'), again), stop: on(leave) })]),
    )
    const svg = drawStatesAsSvg(picture)
    expect(writtenIn(svg)).toContain('sendstreamitems')
    const thick = readPicture(svg).edges.filter((edge) => edge.attributes.get('class') === 'edge send stream')
    expect(thick).toHaveLength(1)
  })

  test('what leads back to its own place is a loop beside the box', () => {
    const svg = drawStatesAsSvg(
      pictureOf(
        'master',
        loop((again, leave) => [offer({ tick: on(again), tock: on(again), stop: on(leave) })]),
      ),
    )
    const { texts, boxes } = readPicture(svg)
    const [box] = boxes
    for (const label of ['receive tick', 'receive tock'])
      expect(texts.find(({ text }) => text === label)!.left).toBeGreaterThan(box!.right)
  })

  test('scopes of time, hooks of this side, keepalives and sealed payloads are told', () => {
    const secret: Step = { ...receive('secret', NUMBER), sealed: true } as Step
    const scope: Step = {
      kind: 'within',
      ms: 1500,
      steps: [{ kind: 'within', ms: 9000, steps: [secret], source: span() }],
      source: span(),
    }
    const steps = [
      handshake('peer'),
      scope,
      hook('look', 'master'),
      hook('tidy', 'peer'),
      keepalive('master'),
      send('done'),
    ]
    const written = writtenIn(drawStatesAsSvg(pictureOf('master', ...steps)))
    for (const text of [
      '+awaitshandshake',
      '+sendshandshake',
      'within1500ms',
      'receivesealedsecret',
      '+runslook',
      '+sendskeepalive',
    ])
      expect(written).toContain(text)
    expect(written).not.toContain('tidy')
    expect(writtenIn(drawStatesAsSvg(pictureOf('peer', ...steps)))).toContain('+runstidy')
  })

  test('a place where this side waits is known by its point', () => {
    const steps = [send('hello'), point('ready'), receive('bye')]
    expect(pictureOf('master', ...steps).places[2]).toEqual({ kind: 'theirs', names: [], point: 'ready' })
    expect(pictureOf('peer', ...steps).places[2]).toEqual({ kind: 'mine', names: ['ready'] })
  })

  test('long names are broken, each inside its box', () => {
    const long = `${'aLongName'.repeat(7)}x`
    const svg = drawStatesAsSvg(pictureOf('master', receive(long), send('ok')))
    const { texts, boxes } = readPicture(svg)
    const [first] = texts.filter(({ text, kind }) => kind === 'name' && text.startsWith('aLong'))
    expect(first!.right - first!.left).toBeLessThan(300)
    expect(boxes.some((box) => box.left < first!.left && first!.right < box.right)).toBe(true)
    expect(writtenIn(svg)).toContain(long)
  })

  test('more names than a box can hold are counted', () => {
    const steps = loop((again, leave) => [
      offer({ ...Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`a${n}`, on(again)])), z: on(leave) }),
    ])
    expect(writtenIn(drawStatesAsSvg(pictureOf('master', steps)))).toContain('+7more')
  })

  test('the legend shows what is there, and nothing else', () => {
    const one = writtenIn(drawStatesAsSvg(pictureOf('peer', receive('hello'))))
    expect(one).toContain('thepeersends')
    expect(one).not.toMatch(/waits|received|stream/)
  })

  test('the description tells the whole machine to whoever cannot see it', () => {
    const { title, description } = readPicture(
      drawStatesAsSvg(pictureOf('peer', receive('hello'), keepalive('master'))),
    )
    expect(title).toBe('test: the peer')
    expect(description).toBe(
      "From the start to start (peer's turn). From start (peer's turn) to the end (hello): send hello, awaits keepalive.",
    )
  })
})

describe('the picture of a side in Mermaid', () => {
  test('names each place and each message', () => {
    expect(drawStatesAsMermaid(pictureOf('master', receive('ask'), point('open'), send('reply')))).toBe(
      `stateDiagram-v2
  %% Drawn by coxswain. test: the master
  direction TB
  state "peer's turn" as p1
  state "open<br/>master's turn" as p2
  [*] --> p1
  p1 --> p2 : receive ask
  p2 --> [*] : send reply<br/>= reply
  classDef mine stroke-width:3px,font-weight:bold
  classDef theirs stroke-dasharray:5 4
  class p2 mine
  class p1 theirs
`,
    )
  })

  test('has every state and every message of any protocol', () => {
    fc.assert(
      fc.property(sides, (picture) => {
        const text = drawStatesAsMermaid(picture).replaceAll('#95;', '_')
        const declared = new Set([...text.matchAll(/ as (p\d+)$/gm)].map(([, name]) => name))
        const used = new Set(
          [...text.matchAll(/^ {2}(p\d+|\[\*\]) --> (p\d+|\[\*\])/gm)].flatMap(([, from, to]) => [from, to]),
        )
        used.delete('[*]')
        expect(used).toEqual(declared)
        expect(text.split('\n').filter((line) => line.includes(' --> '))).toHaveLength(picture.arrows.length)
        for (const { messages } of picture.arrows) for (const { label } of messages) expect(text).toContain(label)
      }),
    )
  })

  test('writes as a number whatever Mermaid or Markdown would read as their own', () => {
    const names = ['a_b', '_x_', 'a"b', 'x;y#z', '<b>', '`c`', '[*]', '%%{init}%%', 'größe']
    const arrow = { from: 0, to: 1, messages: [], automatic: names }
    const text = drawStatesAsMermaid({
      protocol: 'x',
      role: 'master',
      places: [
        { kind: 'start', names: [] },
        { kind: 'mine', names },
      ],
      arrows: [arrow],
    })
    const lines = text
      .split('\n')
      .filter((line) => / as p1$| --> /.test(line))
      .map((line) => line.replaceAll('<br/>', ' '))
    expect(lines).toHaveLength(2)
    expect(lines[0]).toBe(
      '  state "a_b #95;x#95; a#34;b x#59;y#35;z #60;b#62; #96;c#96; #91;#42;#93; #37;#37;#123;init#125;#37;#37; gr#246;#223;e master\'s turn" as p1',
    )
  })
})
