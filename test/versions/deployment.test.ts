import { describe, expect, onTestFinished, test } from 'vitest'

import { connect, listen, type Link, type ServeEntry } from 'coxswain'

import { VERDICTS } from '../../codegen/versions/index.ts'
import { otherRole, type Role } from '../../src/ir/source.ts'
import { run } from '../cli/run.ts'
import { createProject, withWords } from '../codegen/emit/generate.ts'
import type { AnyProtocol } from '../simulation/proved-protocol.ts'
import { FORMS, handlersOf, play, type Form, type Part } from './parts.ts'
import { releaseAll } from './releases.ts'
import { SCENARIOS, type Heard, type Scenario } from './scenarios.ts'

type Age = 'older' | 'newer'

/** One release of the master against one of the peer. */
interface Meeting {
  readonly protocols: Readonly<Record<Role, AnyProtocol>>
  readonly parts: Readonly<Record<Role, Part>>
}

interface Met {
  readonly heard: Heard
  /** What whoever opened the session was thrown, and what whoever served it was told. */
  readonly thrown?: unknown
  readonly told?: unknown
}

/** Plays one session between two programs, over a connection of its own. */
async function meet({ protocols, parts }: Meeting, opener: Role, form: Form): Promise<Met> {
  const acceptor = otherRole(opener)
  const served: string[] = []
  let end!: (end: { result?: { outcome: string }; error?: unknown }) => void
  const ended = new Promise<{ result?: { outcome: string }; error?: unknown }>((resolve) => {
    end = resolve
  })
  const entry = protocols[acceptor][acceptor].with(handlersOf(parts[acceptor], served), { onSessionEnd: end })
  const link = await dial([entry])
  let opened: string[] = []
  let thrown: unknown
  try {
    opened = await play(protocols[opener][opener], link, parts[opener], form)
  } catch (error) {
    thrown = error
  }
  const { result, error: told } = await ended
  if (result !== undefined) served.push(`end ${result.outcome}`)
  const heard = opener === 'master' ? { master: opened, peer: served } : { master: served, peer: opened }
  return { heard, ...(thrown === undefined ? {} : { thrown }), ...(told === undefined ? {} : { told }) }
}

async function dial(serve: readonly ServeEntry[]): Promise<Link> {
  const server = await listen({ port: 0, security: 'none', serve })
  onTestFinished(() => server.close({ deadlineMs: 0 }))
  const link = await connect({ port: server.port!, security: 'none' })
  onTestFinished(() => link.close({ deadlineMs: 0 }))
  return link
}

const runs = (['master', 'peer'] as const).flatMap((opener) => FORMS.map((form) => ({ opener, form })))

const released = new Map<string, Promise<readonly AnyProtocol[]>>()

/** Generated once for all tests of a scenario. */
function release({ title, older, newer }: Scenario, accept: boolean): Promise<readonly AnyProtocol[]> {
  const key = `${title} ${accept}`
  const known = released.get(key) ?? releaseAll([older.declaration, newer.declaration], { accept })
  released.set(key, known)
  return known
}

async function meetingOf(scenario: Scenario, accept: boolean, ages: Readonly<Record<Role, Age>>): Promise<Meeting> {
  const [older, newer] = await release(scenario, accept)
  const protocolOf = (age: Age): AnyProtocol => (age === 'older' ? older! : newer!)
  return {
    protocols: { master: protocolOf(ages.master), peer: protocolOf(ages.peer) },
    parts: { master: scenario[ages.master].master, peer: scenario[ages.peer].peer },
  }
}

const PAIRS = [
  { pair: 'newMasterOldPeer', ages: { master: 'newer', peer: 'older' } },
  { pair: 'oldMasterNewPeer', ages: { master: 'older', peer: 'newer' } },
] as const

test('every verdict is deployed', () => {
  expect(new Set(SCENARIOS.map(({ verdict }) => verdict))).toEqual(new Set(VERDICTS))
})

describe.each(SCENARIOS)('$title: $verdict', (scenario) => {
  const { verdict, older, newer, partings } = scenario

  test('is what coxswain diff says', async () => {
    const files = {
      'old/p.steer.ts': withWords(older.declaration),
      'new/p.steer.ts': withWords(newer.declaration),
    }
    const { root, remove } = createProject(files)
    onTestFinished(remove)
    const { out } = await run(root, 'diff', 'old', 'new', '--json')
    expect((JSON.parse(out) as { protocols: unknown }).protocols).toMatchObject([{ verdict }])
    const fits = {
      newMasterOldPeer: verdict !== 'deploy peers first' && verdict !== 'breaking',
      oldMasterNewPeer: verdict !== 'deploy masters first' && verdict !== 'breaking',
    }
    for (const { pair } of PAIRS) expect([pair, scenario[pair] !== undefined]).toEqual([pair, fits[pair]])
  })

  test.each(runs)('runs between ends of one release, the $opener opening by $form', async ({ opener, form }) => {
    for (const age of ['older', 'newer'] as const) {
      const met = await meet(await meetingOf(scenario, true, { master: age, peer: age }), opener, form)
      expect(met).not.toHaveProperty('thrown')
      expect(met).not.toHaveProperty('told')
      expect(met.heard.master.at(-1)).toBe(met.heard.peer.at(-1))
    }
  })

  describe.each(PAIRS)('$pair', ({ pair, ages }) => {
    const heard = scenario[pair]
    const parting = partings?.[pair]

    // Only the newer release lists the older one: where it opens it confirms, where it accepts it takes.
    test.each(runs)('with its history, the $opener opening by $form', async ({ opener, form }) => {
      const met = await meet(await meetingOf(scenario, true, ages), opener, form)
      if (heard === undefined) expectRefused(met, parting!)
      else expect(met).toEqual({ heard })
    })

    test.each(runs)('without history, the $opener opening by $form', async ({ opener, form }) => {
      const met = await meet(await meetingOf(scenario, false, ages), opener, form)
      if (verdict === 'identical') expect(met).toEqual({ heard })
      else expectRefused(met, 'neither side lists the version of the other as one that it fits')
    })
  })
})

/** Neither side has heard anything, and both know what does not fit. */
function expectRefused({ heard, thrown, told }: Met, why: string): void {
  expect(heard).toEqual({ master: [], peer: [] })
  for (const error of [thrown, told]) expect(error).toMatchObject({ code: 'protocol_mismatch' })
  const texts = [thrown, told].map((error) => (error as { rawMessage: string }).rawMessage)
  expect(texts.map((text) => text.replace(/^the other side reports: /, ''))).toEqual([
    texts.find((text) => !text.startsWith('the other side'))!,
    texts.find((text) => !text.startsWith('the other side'))!,
  ])
  expect(texts[0]).toMatch(/protocol "[a-z]+" of (master|peer) [0-9a-f]{16}… and of (master|peer) [0-9a-f]{16}…: /)
  expect(texts[0]!.endsWith(why)).toBe(true)
}

describe('a rollout', () => {
  const open = SCENARIOS.find(({ verdict }) => verdict === 'compatible, any order')!

  test('has old and new peers at one new master at once', async () => {
    const [older, newer] = await release(open, true)
    const seen: string[] = []
    const server = await listen({
      port: 0,
      security: 'none',
      serve: [newer!.master.with(handlersOf(open.newer.master, seen))],
    })
    onTestFinished(() => server.close({ deadlineMs: 0 }))
    const link = await connect({ port: server.port!, security: 'none' })
    onTestFinished(() => link.close({ deadlineMs: 0 }))
    const ends = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        index % 2 === 0
          ? play(older!.peer, link, open.older.peer, 'handlers')
          : play(newer!.peer, link, open.newer.peer, 'direct'),
      ),
    )
    expect(ends.map((end) => end.at(-1))).toEqual(Array(50).fill('end noted'))
    expect(seen).toHaveLength(50)
    expect(ends[0]).toEqual(['noted {"seen":true}', 'end noted'])
    expect(ends[1]).toEqual(['noted {"hint":7,"seen":true}', 'end noted'])
  })

  test('skips a release: the third lists the first two, and fits each by itself', async () => {
    const shop = (branches: string): string =>
      `export const P = steer('shop', receive<number>('order'), choose({ shipped: on(), ${branches} }))`
    const [first, second, third] = await releaseAll(
      [
        shop('refused: on()'),
        shop('refused: on(), delayed: on()'),
        shop('refused: on(), cancelled_: on(), delayed: on()'),
      ],
      { accept: true },
    )
    const meeting = (master: AnyProtocol, peer: AnyProtocol): Meeting => ({
      protocols: { master, peer },
      parts: {
        master: { order: ['shipped'] },
        peer: { start: ['order', 1] },
      },
    })
    for (const { opener, form } of runs) {
      for (const master of [first!, second!]) {
        const { heard } = await meet(meeting(master, third!), opener, form)
        expect(heard.master).toEqual(['order 1', 'end shipped'])
      }
      expectRefused(
        await meet(meeting(third!, second!), opener, form),
        'the peer does not expect "cancelled_" from the master here, after peer "order"',
      )
    }
  })

  test('loses no message of a session that is over before it is accepted', async () => {
    const log = (more: string): string => `export const P = steer('log', receive<{ text: string${more} }>('line'))`
    const [older, newer] = await releaseAll([log(''), log('; level?: number')], { accept: true })
    for (const [master, peer, line, taken] of [
      [newer!, older!, { text: 'a' }, ['line {"text":"a"}', 'end line']],
      [older!, newer!, { text: 'a', level: 1 }, []],
    ] as const) {
      const protocols = { master, peer }
      const { heard, thrown, told } = await meet(
        { protocols, parts: { master: { line: undefined }, peer: { start: ['line', line] } } },
        'peer',
        'handlers',
      )
      // Whoever only sends has come to its end before it can hear of anything.
      expect([heard, thrown]).toEqual([{ master: taken, peer: ['end line'] }, undefined])
      if (taken.length === 0) expect(told).toMatchObject({ code: 'protocol_mismatch' })
    }
  })

  test('loses none where only its opener can tell, and closes the link behind it', async () => {
    const log = (more: string): string => `export const P = steer('log', receive<{ text: string${more} }>('line'))`
    const [older, newer] = await releaseAll([log('; level?: number'), log('')], { accept: true })
    const seen: string[] = []
    const server = await listen({
      port: 0,
      security: 'none',
      serve: [older!.master.with(handlersOf({ line: undefined }, seen))],
    })
    onTestFinished(() => server.close({ deadlineMs: 0 }))
    const link = await connect({ port: server.port!, security: 'none' })
    for (let text = 0; text < 100; text++) {
      await play(newer!.peer, link, { start: ['line', { text: `${text}` }] }, 'handlers')
    }
    await link.close()
    expect(seen).toEqual(Array.from({ length: 100 }, (_, text) => `line {"text":"${text}"}`))
  })
})
