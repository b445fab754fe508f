import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { withWords } from '../codegen/emit/generate.ts'
import { readPicture } from '../codegen/draw/read-svg.ts'
import { project } from './project.ts'
import { run } from './run.ts'

const SHOP = withWords(`
export const Shop = steer('shop', receive<string>('order'), choose({ shipped: on(), refused: on<string>() }))
export const Bell = steer('bell', send('ring'))`)
const NEWER = SHOP.replace('refused: on<string>() }', 'refused: on<string>(), later: on() }')
const BROKEN = withWords(`export const Round = steer('round', loop((again, leave) => [point('here'), again]))`)

const FILES = { 'shop.steer.ts': SHOP }

describe('coxswain diagram', () => {
  test('prints the machine of each side of each protocol, as Mermaid', async () => {
    const { code, out, err } = await run(project(FILES), 'diagram')
    expect([code, err]).toEqual([0, ''])
    expect(out.match(/^ {2}%% .*$/gm)).toEqual([
      '  %% Drawn by coxswain. shop: the master',
      '  %% Drawn by coxswain. shop: the peer',
      '  %% Drawn by coxswain. bell: the master',
      '  %% Drawn by coxswain. bell: the peer',
    ])
  })

  test('prints one SVG that is a whole document', async () => {
    const root = project(FILES)
    for (const name of ['shop', 'Shop']) {
      const { code, out } = await run(root, 'diagram', '--protocol', name, '--side', 'peer', '--format', 'svg')
      expect(code).toBe(0)
      expect(readPicture(out.trim()).title).toBe('shop: the peer')
    }
  })

  test('writes a file for each picture, makes the folder, and writes the same bytes again', async () => {
    const root = project(FILES)
    const { code, out } = await run(root, 'diagram', '--format', 'svg', '--out', 'docs/new')
    expect([code, out]).toEqual([
      0,
      ['shop.master', 'shop.peer', 'bell.master', 'bell.peer']
        .map((name) => `written   docs/new/${name}.svg`)
        .join('\n'),
    ])
    const read = (): string[] =>
      readdirSync(join(root, 'docs/new')).map((name) => readFileSync(join(root, 'docs/new', name), 'utf8'))
    const first = read()
    expect(first).toHaveLength(4)
    await run(root, 'diagram', '--format', 'svg', '--out', 'docs/new')
    expect(read()).toEqual(first)
  })

  test('prints JSON with each picture and the file that declares it', async () => {
    const { code, out } = await run(project(FILES), 'diagram', '--protocol', 'bell', '--json')
    expect(code).toBe(0)
    const { ok, diagrams } = JSON.parse(out) as { ok: boolean; diagrams: object[] }
    expect(ok).toBe(true)
    expect(diagrams).toMatchObject([
      { protocol: 'bell', declaration: 'shop.steer.ts', shows: 'master', format: 'mermaid' },
      { protocol: 'bell', declaration: 'shop.steer.ts', shows: 'peer', format: 'mermaid' },
    ])
  })

  test('draws nothing of a declaration with an error, and says what is wrong', async () => {
    const root = project({ 'round.steer.ts': BROKEN })
    const { code, out, err } = await run(root, 'diagram', '--out', 'pictures')
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('round.steer.ts:')
    expect(existsSync(join(root, 'pictures', 'round.master.mmd'))).toBe(false)
  })
})

describe('coxswain diagram --against', () => {
  const both = (): string => project({ 'new/shop.steer.ts': NEWER, 'old/shop.steer.ts': SHOP })

  test('draws where two versions part, with places in both', async () => {
    const { code, out } = await run(both(), 'diagram', 'new', '--against', 'old', '--protocol', 'shop')
    expect(code).toBe(1)
    expect(out).toMatch(/^sequenceDiagram\n/)
    expect(out).toMatch(/peer ->> master: order<br\/>old\/shop\.steer\.ts#58;\d+#58;\d+/)
    expect(out).toMatch(/master -x peer: later<br\/>new\/shop\.steer\.ts#58;\d+#58;\d+/)
  })

  test('finds it whichever of the two is older, and writes it under a name of its own', async () => {
    const root = both()
    const { code, out } = await run(root, 'diagram', 'old', '--against', 'new', '--format', 'svg', '--out', '.')
    expect([code, out]).toEqual([1, 'written   shop.counterexample.svg'])
    const { title } = readPicture(readFileSync(join(root, 'shop.counterexample.svg'), 'utf8'))
    expect(title).toBe('shop: the other side does not expect "later"')
  })

  test('says so where the two never part', async () => {
    const { code, out } = await run(both(), 'diagram', 'old', '--against', 'old')
    expect([code, out]).toEqual([0, 'the two sides never part'])
  })

  test('names the protocol that the other path lacks', async () => {
    const root = project({
      'a/shop.steer.ts': SHOP,
      'b/bell.steer.ts': withWords(`export const Bell = steer('bell', send('ring'))`),
    })
    const { code, err } = await run(root, 'diagram', 'a', '--against', 'b')
    expect([code, err]).toEqual([1, 'coxswain: the other path declares no protocol "shop"'])
  })
})

describe('a wrong call of coxswain diagram', () => {
  test.each([
    [['--format', 'png'], '--format is mermaid or svg'],
    [['--side', 'left'], '--side is master, peer or both'],
    [['--protocol', 'shpo'], 'there is no protocol "shpo"; did you mean shop?'],
    [['--protocol', 'entirely-else'], 'there is no protocol "entirely-else"; there are: shop, bell'],
    [['--format', 'svg'], 'prints one SVG at a time; add --out, or --protocol and --side'],
    [['--against', 'x', '--side', 'peer'], '--against and --side exclude each other'],
    [['a', 'b', '--against', 'x'], '--against compares with one path'],
    [['--colour'], "Unknown option '--colour'"],
    [['--out'], "Option '--out <value>' argument missing"],
  ])('with %j is told what is right', async (args, message) => {
    const { code, out, err } = await run(project(FILES), 'diagram', ...args)
    expect([code, out, err]).toEqual([2, '', `coxswain diagram: ${message}\nTry: coxswain diagram --help`])
  })

  test('where nothing is declared is told so', async () => {
    const { code, err } = await run(project({ 'x.ts': '' }), 'diagram')
    expect([code, err]).toEqual([2, 'coxswain diagram: there is no protocol here\nTry: coxswain diagram --help'])
  })

  test('where two protocols have one name is told so, before one picture replaces the other', async () => {
    const root = project({ 'a/shop.steer.ts': SHOP, 'b/shop.steer.ts': SHOP })
    const { code, err } = await run(root, 'diagram', '--out', 'pictures')
    expect([code, err.split('\n')[0]]).toEqual([
      2,
      'coxswain diagram: several protocols are called "shop"; draw them one by one',
    ])
    expect(existsSync(join(root, 'pictures'))).toBe(false)
  })
})

describe('what is in the way of coxswain diagram', () => {
  test.each([
    [
      'a file that is none of its pictures',
      'pictures/shop.peer.mmd',
      'pictures/shop.peer.mmd is there already and is no picture of ours',
    ],
    ['a file in the place of the folder', 'pictures', 'pictures cannot be made a folder: EEXIST'],
  ])('%s stays as it is, and nothing is written', async (_, path, message) => {
    const root = project(FILES)
    if (path.includes('/')) mkdirSync(join(root, 'pictures'))
    writeFileSync(join(root, path), 'mine')
    const { code, err } = await run(root, 'diagram', '--out', 'pictures')
    expect([code, err]).toEqual([1, `coxswain: ${message}; nothing was written`])
    expect(readFileSync(join(root, path), 'utf8')).toBe('mine')
    rmSync(join(root, path))
    expect(existsSync(join(root, 'pictures')) ? readdirSync(join(root, 'pictures')) : []).toEqual([])
  })

  test.runIf(process.platform === 'linux')('a system that makes no folder there is named at once', async () => {
    const { code, err } = await run(project(FILES), 'diagram', '--out', '/proc/pictures')
    expect([code, err]).toEqual([1, 'coxswain: /proc/pictures cannot be made a folder: ENOENT; nothing was written'])
  })
})
