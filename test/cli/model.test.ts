import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

import { withWords } from '../codegen/emit/generate.ts'
import { ask, needSpin } from '../spin/spin.ts'
import { project } from './project.ts'
import { run, type Ran } from './run.ts'

const SHOP = withWords(`
export interface Order { item: string; count: number }
export const Shop = steer('shop', receive<Order>('order'), choose({ shipped: on(), refused: on<string>() }))`)
const PARTS = withWords(
  `export const Parts = steer('parts', sendStream<number>('numbers', { window: 200 }), receive('thanks'))`,
)

function model(root: string, ...args: string[]): Promise<Ran> {
  return run(root, 'model', ...args)
}

const FIRST_LINES = '/*\n * coxswain model of the protocol "shop": '

const FILES = { 'shop.steer.ts': SHOP }

describe('coxswain model', () => {
  test('prints the model of the only protocol that there is', async () => {
    const { code, out, err } = await model(project(FILES))
    expect([code, err]).toEqual([0, ''])
    expect(out.startsWith(FIRST_LINES)).toBe(true)
    expect(out).toContain('#define L_order 0\n#define L_refused 1\n#define L_shipped 2\n')
    expect(out).toContain('#define CAPACITY 2\n')
    expect(out.endsWith('}')).toBe(true)
  })

  test('says how SPIN is run on it, and what can be set from outside', async () => {
    const { out } = await model(project(FILES))
    expect(out).toContain('spin -a FILE && gcc -O2 -DSAFETY -o pan pan.c && ./pan -m1000000')
    for (const name of [
      'CAPACITY',
      'WINDOW_MAX',
      'RUN_WINDOW',
      'SESSIONS',
      'OPENER',
      'PINGS',
      'STOPS',
      'ABORTS',
      'CLOSES',
    ]) {
      expect(out).toContain(`#ifndef ${name}\n#define ${name} `)
    }
  })

  test('gives the same text for the same protocol', async () => {
    const [one, other] = [await model(project(FILES)), await model(project(FILES))]
    expect(one.out).toBe(other.out)
  })

  test('leaves everything about streams away where there are none, and cuts the windows of those that there are', async () => {
    expect((await model(project(FILES))).out).not.toMatch(/STREAM|ITEM/)
    const { out } = await model(project({ 'parts.steer.ts': PARTS }), '--window', '3')
    expect(out).toContain('#define WINDOW_MAX 3\n')
    expect(out).toContain('#define WINDOW ((at == 0) -> SMALL(200) : 0)')
  })

  test('takes the capacity of the connection', async () => {
    expect((await model(project(FILES), '--capacity', '4')).out).toContain('#define CAPACITY 4\n')
  })

  test.each([
    ['--capacity', '0'],
    ['--capacity', '17'],
    ['--capacity', '1.5'],
    ['--capacity', 'two'],
    ['--window', '0'],
    ['--window', '65'],
  ])('refuses %s %s, and says what it takes', async (option, value) => {
    const { code, out, err } = await model(project(FILES), option, value)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(new RegExp(`^coxswain model: ${option} takes a whole number from 1 to (16|64)\n`))
  })

  test('wants a name where there are several protocols, and takes that of the wire or of the export', async () => {
    const root = project({ 'shop.steer.ts': SHOP, 'parts.steer.ts': PARTS })
    const none = await model(root)
    expect(none).toMatchObject({ code: 2, out: '' })
    expect(none.err).toContain('--protocol has to name one: parts, shop')
    expect((await model(root, '--protocol', 'shop')).out.startsWith(FIRST_LINES)).toBe(true)
    expect((await model(root, '--protocol', 'Shop')).out.startsWith(FIRST_LINES)).toBe(true)
    expect((await model(root, 'shop.steer.ts')).out.startsWith(FIRST_LINES)).toBe(true)
    expect((await model(root, '--protocol', 'shp')).err).toContain('there is no protocol "shp"; did you mean shop?')
    expect((await model(root, '--protocol', 'something')).err).toContain('there are: parts, shop')
  })

  test('refuses a folder without a protocol', async () => {
    const err = 'coxswain model: there is no protocol here\nTry: coxswain model --help'
    expect(await model(project({}))).toEqual({ code: 2, out: '', err })
  })

  test('writes nothing for a protocol that is not proved, and says why', async () => {
    const broken = SHOP.replace("receive<Order>('order'), ", '').replace(
      'refused: on<string>()',
      'refused: on<never>()',
    )
    const { code, out, err } = await model(project({ 'shop.steer.ts': broken }))
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/shop\.steer\.ts:\d+:\d+ - error STEER\d{4}/)
  })

  test('writes into a file, over a model and over nothing else', async () => {
    const root = project(FILES)
    expect(await model(root, '--out', 'shop.pml')).toEqual({ code: 0, out: '', err: '' })
    const read = (): string => readFileSync(join(root, 'shop.pml'), 'utf8')
    expect(read().startsWith(FIRST_LINES)).toBe(true)
    expect(await model(root, '--out', 'shop.pml', '--capacity', '3')).toMatchObject({ code: 0 })
    expect(read()).toContain('#define CAPACITY 3\n')
    writeFileSync(join(root, 'shop.pml'), 'mine')
    const refused = await model(root, '--out', 'shop.pml')
    expect([refused.code, read()]).toEqual([1, 'mine'])
    expect(refused.err).toContain('shop.pml is there already and is no model')
  })

  test.each([
    ['a folder that is not there', 'none/shop.pml', () => undefined],
    ['a folder', 'shop.pml', (root: string) => mkdirSync(join(root, 'shop.pml'))],
    ['a link that leads nowhere', 'shop.pml', (root: string) => symlinkSync('none/at/all', join(root, 'shop.pml'))],
  ])('says so where it would write into %s', async (_, out, arrange) => {
    const root = project(FILES)
    arrange(root)
    const { code, err } = await model(root, '--out', out)
    expect(code).toBe(1)
    expect(err).toMatch(/^coxswain: \S+ cannot be written: \S+$/)
  })

  test('has a help that names every option', async () => {
    const { code, out } = await model(project(FILES), '--help')
    expect(code).toBe(0)
    for (const option of ['--protocol', '--capacity', '--window', '--out', '--help'])
      expect(out).toContain(`  ${option}`)
  })
})

describe('what it writes', { timeout: 120_000 }, () => {
  test('is proved by SPIN as it stands, with nothing set', async (context) => {
    needSpin(context)
    const { out } = await model(project(FILES))
    for (const question of ['safety', 'progress'] as const) {
      expect(await ask(`${out}\n`, question)).toMatchObject({ errors: 0, found: undefined })
    }
  })
})

test('docs/models.md shows the frames of the model and the settings as they are', async () => {
  const text = readFileSync(fileURLToPath(new URL('../../docs/models.md', import.meta.url)), 'utf8')
  const { out } = await model(project({ 'parts.steer.ts': PARTS }))
  const frames = /mtype = \{ (.*) \}/.exec(out)![1]!.split(', ')
  const settings = [...out.matchAll(/^#ifndef (\w+)$/gm)].map(([, name]) => name!)
  const firstCells = [...text.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name!)
  expect(firstCells.filter((name) => frames.includes(name)).sort()).toEqual([...frames].sort())
  expect(firstCells.filter((name) => settings.includes(name)).sort()).toEqual([...settings].sort())
})
