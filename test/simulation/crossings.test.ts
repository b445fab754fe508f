import { describe, expect, it, onTestFinished } from 'vitest'
import { SteerError, type SessionEnd } from 'coxswain'
import type { Role } from '../../src/ir/source.ts'
import { exploreOrders, type Explored, type World } from './explore-orders.ts'
import { deliverAll, openHeldLinks, settle, type HeldLinks } from './held-links.ts'
import { Boom } from './player.ts'
import { fromTable, modelOf, type AnyProtocol, type AnyState } from './proved-protocol.ts'
import { PAYLOADS } from './payload-palette.ts'
import { SOURCE } from './random-protocol.ts'
import { Consumer, Producer } from './stream-programs.ts'
import { Watcher } from './watcher.ts'

/** A stream of the master, and the peer's word behind it. */
function streamProtocol(window: number): AnyProtocol {
  const payload = PAYLOADS[0]!.shape
  const steps = [
    { kind: 'message', from: 'master', label: 'data', payload, stream: { window }, source: SOURCE },
    { kind: 'message', from: 'peer', label: 'done', source: SOURCE },
  ] as const
  return fromTable(modelOf({ exportName: 'Crossing', name: 'crossing', open: false, source: SOURCE, steps }, window))
}

interface Setting {
  readonly window: number
  readonly items: number
  /** Who opens the session: the master sends the stream. */
  readonly opener: Role
  /** Whether one of the faults may happen, once, at any moment. */
  readonly faults: boolean
}

type Fault = 'cancel sender' | 'cancel receiver' | 'throw sender' | 'throw receiver' | 'close first' | 'close second'

type Ending = { readonly outcome: string } | { readonly error: unknown }

class StreamWorld implements World {
  readonly #setting: Setting
  readonly #held: HeldLinks
  readonly #stage: Stage
  readonly producer = new Producer()
  readonly consumer = new Consumer()
  readonly endings: Partial<Record<Role, Ending>> = {}
  serverEnds = 0
  #fault: Fault | undefined
  readonly #delivered = { first: 0, second: 0 }

  constructor(setting: Setting, held: HeldLinks, stage: Stage) {
    this.#setting = setting
    this.#held = held
    this.#stage = stage
  }

  handlers(role: Role): unknown {
    if (role === 'peer') return { data: (turn: AnyState) => this.consumer.handle(turn) }
    return {
      start: (turn: AnyState) => {
        this.producer.session = turn.session
        return turn.send!['data']!(this.producer.source)
      },
      done: (turn: AnyState) => {
        this.producer.streamed = turn.streamed
      },
    }
  }

  open(protocol: AnyProtocol): void {
    const { opener } = this.#setting
    protocol[opener].handle(this.#held.links.first, this.handlers(opener)).then(
      ({ outcome }) => (this.endings[opener] = { outcome }),
      (error: unknown) => (this.endings[opener] = { error }),
    )
  }

  enabled(): readonly string[] {
    const { producer, consumer } = this
    const { first, second } = this.#held.transports
    const events: string[] = []
    if (second.pieces.length > 0) events.push('deliver to second')
    if (first.pieces.length > 0) events.push('deliver to first')
    // Also when nobody waits for it any more: a source that hangs comes back at some time.
    if (producer.asked !== undefined && producer.given < this.#setting.items) events.push('give')
    if (producer.asked !== undefined) events.push('finish')
    if (consumer.holds && !consumer.reading) events.push('take')
    if (consumer.holds) events.push('stop')
    if (this.#setting.faults && this.#fault === undefined && Object.keys(this.endings).length < 2)
      events.push(...this.#faults())
    return events
  }

  #faults(): Fault[] {
    const { producer, consumer } = this
    return [
      ...(producer.session === undefined ? [] : ['cancel sender' as const]),
      ...(consumer.session === undefined ? [] : ['cancel receiver' as const]),
      ...(producer.asked === undefined ? [] : ['throw sender' as const]),
      ...(consumer.holds ? ['throw receiver' as const] : []),
      'close first',
      'close second',
    ]
  }

  perform(event: string): void {
    const { producer, consumer } = this
    const { transports, links } = this.#held
    const end = event.endsWith('first') ? 'first' : 'second'
    if (event.startsWith('deliver')) {
      this.#delivered[end]++
      transports[end].deliver()
    } else if (event === 'give') producer.give()
    else if (event === 'finish') producer.finish()
    else if (event === 'take') consumer.take()
    else if (event === 'stop') consumer.stop()
    else {
      this.#fault = event as Fault
      if (event === 'cancel sender') producer.session?.cancel('enough')
      else if (event === 'cancel receiver') consumer.session?.cancel('enough')
      else if (event === 'throw sender') producer.fail()
      else if (event === 'throw receiver') consumer.fail()
      else void links[end].close({ deadlineMs: 0 })
    }
  }

  print(): string {
    const { producer, consumer, endings } = this
    const pieces = Object.values(this.#held.transports).map((transport) =>
      transport.pieces.map((piece) => (typeof piece === 'string' ? piece : describeFrame(piece))),
    )
    return JSON.stringify([
      pieces,
      this.#delivered,
      this.#fault,
      [producer.given, producer.finished, producer.returns, producer.threw, producer.asked !== undefined],
      [producer.opened, producer.streamed, producer.session !== undefined],
      [consumer.taken.length, consumer.reading, consumer.stopped, consumer.failed, consumer.outcome],
      [consumer.turn !== undefined, consumer.session !== undefined],
      [describeEnding(endings.master), describeEnding(endings.peer), this.serverEnds],
    ])
  }

  check(): void {
    const { producer, consumer, endings } = this
    const fault = this.#fault
    expect(this.#stage.watcher.problems).toEqual([])
    expect(this.#stage.watcher.sessionsOpen).toBe(0)
    expect(consumer.taken).toEqual(Array.from({ length: consumer.taken.length }, (_, index) => index))
    expect(consumer.taken.length).toBeLessThanOrEqual(producer.given)
    if (producer.opened) expect([producer.returns, Number(producer.finished || producer.threw)]).toSatisfy(isClosedOnce)
    if (producer.streamed !== undefined) expect(producer.streamed).toBe(consumer.outcome)
    const opened = this.serverEnds > 0 || !fault?.startsWith('close')
    expect(this.serverEnds).toBe(opened ? 1 : 0)
    for (const role of ['master', 'peer'] as const) {
      const ending = endings[role]
      if (ending === undefined) {
        expect(opened, `${role} has not ended`).toBe(false)
        expect(role).not.toBe(this.#setting.opener)
        continue
      }
      expect(allowedEndings(fault, role), role).toContain(describeEnding(ending))
    }
    if (fault !== undefined) return
    expect(producer.streamed).toBe(consumer.outcome)
    if (consumer.outcome === 'ended') expect(consumer.taken).toHaveLength(producer.given)
    expect(consumer.outcome).toMatch(/^(ended|cancelled)$/)
  }

  async leave(complete: boolean): Promise<void> {
    const isClosed = this.#fault?.startsWith('close') === true
    if (!complete) {
      this.consumer.session?.cancel()
      this.producer.session?.cancel()
      await deliverAll(this.#held.transports)
    }
    if (isClosed) await this.#stage.close()
  }
}

/** Told to end once, or at its own end; when both cross, what it gives then is dropped. */
function isClosedOnce([returns, own]: readonly number[]): boolean {
  return returns === 1 || (returns === 0 && own === 1)
}

function allowedEndings(fault: Fault | undefined, role: Role): readonly string[] {
  const side = role === 'master' ? 'sender' : 'receiver'
  switch (fault) {
    case undefined:
      return ['done']
    case 'cancel sender':
    case 'cancel receiver':
      return ['done', 'cancelled']
    case 'throw sender':
    case 'throw receiver':
      return ['done', fault.endsWith(side) ? 'Boom' : 'aborted']
    case 'close first':
    case 'close second':
      return ['done', 'unavailable']
  }
}

function describeEnding(ending: Ending | undefined): string {
  if (ending === undefined) return 'none'
  if ('outcome' in ending) return ending.outcome
  const { error } = ending
  return SteerError.is(error) ? error.code : error instanceof Boom ? 'Boom' : String(error)
}

/** Kind and body: numbers of sessions differ from one world to the next. */
function describeFrame(frame: Uint8Array): string {
  const sessionBytes = 1 + Buffer.from(frame.subarray(5)).findIndex((byte) => byte < 0x80)
  return Buffer.concat([frame.subarray(4, 5), frame.subarray(5 + sessionBytes)]).toString('hex')
}

/** Where the worlds of one setting take place, one after the other: the links are used again as long as they are open. */
class Stage {
  readonly watcher = new Watcher(() => undefined)
  readonly #setting: Setting
  readonly #protocol: AnyProtocol
  #held: HeldLinks | undefined
  #world: StreamWorld | undefined

  constructor(setting: Setting) {
    this.#setting = setting
    this.#protocol = streamProtocol(setting.window)
    onTestFinished(() => {
      this.watcher.stop()
    })
  }

  async create(): Promise<StreamWorld> {
    this.#held ??= await openHeldLinks([this.#entry()])
    this.#world = new StreamWorld(this.#setting, this.#held, this)
    this.#world.open(this.#protocol)
    return this.#world
  }

  #entry(): ReturnType<AnyProtocol[Role]['with']> {
    const role = this.#setting.opener === 'master' ? 'peer' : 'master'
    const handlers = (session: AnyState['session']): unknown => {
      const world = this.#world!
      if (role === 'peer') world.consumer.session = session
      else world.producer.session = session
      return world.handlers(role)
    }
    const onSessionEnd = ({ result, error }: SessionEnd<{ readonly outcome: string }>): void => {
      const world = this.#world!
      world.serverEnds++
      world.endings[role] = result === undefined ? { error } : { outcome: result.outcome }
    }
    return this.#protocol[role].with(handlers, { onSessionEnd })
  }

  /** Throws where a link has kept a session: it would wait for its deadline, and no time passes here. */
  async close(): Promise<void> {
    const held = this.#held
    this.#held = undefined
    if (held === undefined) return
    const { first, second } = held.links
    let closed = 0
    for (const link of [first, second]) void link.close().then(() => closed++)
    await deliverAll(held.transports)
    expect(closed).toBe(2)
  }
}

async function explore(setting: Setting, merge: boolean): Promise<Explored> {
  const stage = new Stage(setting)
  const explored = await exploreOrders(() => stage.create(), settle, merge)
  await stage.close()
  return explored
}

describe('a stream, in every order in which its events can happen', () => {
  it.each([
    { window: 1, items: 0 },
    { window: 1, items: 1 },
  ])('is over on both sides as the documents say, each order played by itself: %o', async (size) => {
    const setting = { ...size, opener: 'master', faults: false } as const
    const each = await explore(setting, false)
    const merged = await explore(setting, true)
    console.log(
      `window ${size.window}, ${size.items} items: ${each.played} orders; merged ${JSON.stringify(merged.worlds)} worlds`,
    )
    // Merging loses no order.
    expect(merged.orders).toBe(BigInt(each.played))
    expect(each.played).toBeGreaterThan(10)
  })
  const sizes = [1, 2].flatMap((window) => [0, 1, 2, 3].map((items) => ({ window, items })))
  const settings = sizes.flatMap((size) => (['master', 'peer'] as const).map((opener) => ({ ...size, opener })))

  it.each(settings)('comes to one outcome on both sides, and leaves nothing: %o', async (setting) => {
    const { orders, played, worlds } = await explore({ ...setting, faults: false }, true)
    console.log(`${JSON.stringify(setting)}: ${orders} orders through ${worlds} worlds, ${played} endings`)
    expect(played).toBeGreaterThan(2)
  })

  it.each(settings)(
    'with a cancel, a failing program or a closed link at any moment ends typed, and leaves nothing: %o',
    async (setting) => {
      const { orders, played, worlds } = await explore({ ...setting, faults: true }, true)
      console.log(
        `${JSON.stringify(setting)} with a fault: ${orders} orders through ${worlds} worlds, ${played} endings`,
      )
      expect(played).toBeGreaterThan(20)
    },
    120_000,
  )
})
