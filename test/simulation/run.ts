/** One run of the simulator: protocols, conversations, programs and a network from one seed, played to the end. */

import { createSimulation, type End, type SimulatedLinks, type Simulation } from 'coxswain/testing'
import { createRandom, type Random } from '../../src/base/random.ts'
import type { ProtocolDeclaration } from '../../src/ir/declaration.ts'
import type { ProtocolModel } from '../../src/ir/model.ts'
import { otherRole, type Role } from '../../src/ir/source.ts'
import type { ServeEntry, SessionEnd } from '../../src/kernel/index.ts'
import { createStreams, describeConversation, type Conversation } from './conversation.ts'
import { drawProtocol } from './draw-protocol.ts'
import { judge } from './judge.ts'
import { Boom, Player } from './player.ts'
import { fromTable, fromText, modelOf, type AnyProtocol, type AnyResult, type AnyState } from './proved-protocol.ts'
import type { Fault, Scenario } from './scenario.ts'
import { drawScript } from './script.ts'
import { createToyCiphers } from './toy-cipher.ts'
import { Watcher } from './watcher.ts'

/** Conversations that do not end by themselves are cancelled after so many messages. */
const MESSAGES_MAX = 60
/** Links without sessions close faster than that, whatever the network is like; with one they wait for their deadline. */
const CLOSE_MAX_MS = 5000

export class Run {
  readonly scenario: Scenario
  readonly conversations: readonly Conversation[]
  readonly #simulation: Simulation
  readonly #random: Random
  readonly #models: readonly ProtocolModel[]
  readonly #protocols: readonly AnyProtocol[]
  readonly #watcher: Watcher
  /** The conversation that a call is just opening, and on which link. */
  #opening: { readonly conversation: Conversation; readonly link: string } | undefined
  #links!: SimulatedLinks

  constructor(seed: number, draw: (random: Random) => Scenario, declarations: readonly ProtocolDeclaration[]) {
    this.#random = createRandom(seed)
    this.scenario = draw(this.#random.fork())
    this.#simulation = createSimulation({ seed, network: this.scenario.network })
    this.#models = declarations.map(modelOf)
    // Emitting text costs more than a run; one in eight goes all the way.
    this.#protocols = this.#models.map(seed % 8 === 0 ? fromText : fromTable)
    const count = this.#random.integer(1, 4)
    this.conversations = Array.from({ length: count }, (_, number) => this.#drawConversation(number))
    this.#watcher = new Watcher((link, session) => {
      if (this.#opening?.link !== link) return
      this.#opening.conversation.session = session
      this.#opening = undefined
    })
  }

  #drawConversation(number: number): Conversation {
    const random = this.#random
    const protocol = random.integer(0, this.#models.length - 1)
    const script = drawScript(this.#models[protocol]!, random, MESSAGES_MAX)
    return {
      number,
      protocol,
      opener: random.pick(['first', 'second']),
      openerRole: random.pick(['master', 'peer']),
      form: random.pick(['handlers', 'direct', 'turns']),
      opensAtMs: random.chance(0.5) ? 1 : random.integer(1, 60),
      script,
      streams: createStreams(script),
      abort: new AbortController(),
      serverEnds: 0,
    }
  }

  /** Plays everything to its end, and throws with a whole report if anything is not as it must be. */
  async play(): Promise<void> {
    const problems: string[] = []
    try {
      await this.#play()
      problems.push(...judge(this.conversations, this.scenario))
    } catch (error) {
      problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
    } finally {
      this.#watcher.stop()
    }
    problems.push(...this.#watcher.problems)
    if (problems.length > 0) throw new Error(this.describe(problems))
  }

  /** The whole run as text: equal seeds give equal texts. */
  describe(problems: readonly string[]): string {
    const { network, limits, faults } = this.scenario
    return [
      `at ${this.#simulation.clock.now()} simulated ms:`,
      ...problems.map((problem) => `- ${problem}`),
      `network ${JSON.stringify(network)}, limits ${JSON.stringify(limits)}`,
      `faults ${JSON.stringify(faults)}`,
      ...this.conversations.map(describeConversation),
      ...this.#models.map(({ declaration }) => drawProtocol(declaration)),
    ].join('\n')
  }

  async #play(): Promise<void> {
    this.#links = await this.#simulation.openLinks({
      serveFirst: this.#entries('first'),
      serveSecond: this.#entries('second'),
      limits: this.scenario.limits,
    })
    for (const conversation of this.conversations) this.#createPlayers(conversation)
    const all = this.conversations.map((conversation) => this.#open(conversation))
    for (const fault of this.scenario.faults) this.#schedule(fault)
    await this.#within(Promise.all(all), 'every conversation ends where it was opened')
    await this.#within(this.#untilServed(), 'every conversation ends where it was served')
    await this.#closeLinks()
  }

  // ---- the programs

  #createPlayers(conversation: Conversation): void {
    const { protocol, opener, openerRole, script, streams } = conversation
    const model = this.#models[protocol]!
    const ciphers = createToyCiphers(model)
    const create = (role: Role, end: End): Player => {
      const { paces, slowMs, failing } = this.scenario
      const random = this.#random.fork()
      const failsAfter = random.chance(failing) ? random.integer(1, 6) : undefined
      const failsAtItem = random.chance(failing / 2) ? random.integer(1, 10) : undefined
      const process = this.#links.processes[end]
      const pace = random.pick(paces)
      const fails = { failsAfter, failsAtItem }
      return new Player({ script, streams, ciphers, model, role, pace, slowMs, ...fails, process, random })
    }
    conversation.players = {
      opener: create(openerRole, opener),
      server: create(otherRole(openerRole), opener === 'first' ? 'second' : 'first'),
    }
  }

  /** What one end serves: each protocol in each role that the other end's conversations need. */
  #entries(end: End): ServeEntry[] {
    const entries = new Map<string, ServeEntry>()
    for (const { opener, protocol, openerRole } of this.conversations) {
      const role = otherRole(openerRole)
      const key = `${protocol} ${role}`
      if (opener !== end && !entries.has(key)) entries.set(key, this.#createEntry(end, protocol, role))
    }
    return [...entries.values()]
  }

  #createEntry(end: End, protocol: number, role: Role): ServeEntry {
    const handlers = (session: AnyState['session']): unknown => this.#server(end, session.id).handlers(session)
    const onSessionEnd = (ended: SessionEnd<unknown>): void => {
      const conversation = this.#served(end, ended.session.id)
      conversation.serverEnds++
      conversation.serverEnd = 'error' in ended ? { error: ended.error } : { result: ended.result as AnyResult }
    }
    // Hooks are given once for all sessions of an entry, so each looks for the player of its own.
    const hookNames = [...this.#models[protocol]!.sides[role].hooks.keys()]
    const hook = (name: string) => (context: { readonly session: { readonly id: number } }) =>
      this.#server(end, context.session.id).hooks()[name]?.()
    const hooks = Object.fromEntries(hookNames.map((name) => [name, hook(name)]))
    const ciphers = createToyCiphers(this.#models[protocol]!)
    const options = { hooks, onSessionEnd, ...(ciphers === undefined ? {} : { ciphers }) }
    return this.#protocols[protocol]![role].with(handlers, options)
  }

  #served(end: End, session: number): Conversation {
    const found = this.conversations.find((candidate) => candidate.opener !== end && candidate.session === session)
    if (found === undefined) throw new Error(`session ${session} was opened by nobody`)
    return found
  }

  #server(end: End, session: number): Player {
    return this.#served(end, session).players!.server
  }

  async #open(conversation: Conversation): Promise<void> {
    const { opener, openerRole, opensAtMs, protocol, form, abort, players } = conversation
    await this.#pause(opensAtMs, opener)
    const link = this.#links[opener]
    const side = this.#protocols[protocol]![openerRole]
    try {
      this.#opening = { conversation, link: link.id }
      const result = players!.opener.run(side, link, form, abort.signal)
      this.#opening = undefined
      conversation.openerEnd = { result: await result }
    } catch (error) {
      conversation.openerEnd = { error }
    }
  }

  #pause(ms: number, end: End): Promise<void> {
    return new Promise((resolve) => {
      this.#links.processes[end].after(ms, resolve)
    })
  }

  // ---- the faults

  #schedule(fault: Fault): void {
    const { connection } = this.#links
    const at = (ms: number | undefined, call: () => void): void => {
      if (ms !== undefined) this.#simulation.clock.after(ms, call)
    }
    at(fault.atMs, () => {
      this.#happen(fault)
    })
    if (fault.kind === 'partition') at(fault.healsAtMs, () => connection.heal())
    if (fault.kind === 'slow reader') at(fault.readsAtMs, () => connection.resumeReader(fault.end))
  }

  #happen(fault: Fault): void {
    const { connection, processes } = this.#links
    const conversation = 'session' in fault ? this.conversations[fault.session % this.conversations.length] : undefined
    switch (fault.kind) {
      case 'cancel':
        conversation?.players?.[fault.by].cancel('enough')
        return
      case 'abort':
        conversation?.abort.abort(new Boom('aborted by its signal'))
        return
      case 'close':
        void this.#links[fault.end].close({ deadlineMs: fault.deadlineMs })
        return
      case 'cut':
        connection.cut(fault.how)
        return
      case 'partition':
        connection.partition()
        return
      case 'slow reader':
        connection.pauseReader(fault.end)
        return
      case 'stall':
        processes[fault.end].stall(fault.forMs)
    }
  }

  // ---- the end

  /** Sessions that have begun, or will since their open frame is on its way, come to an end where they are served, too. */
  async #untilServed(): Promise<void> {
    const isExpected = ({ session, serverEnd }: Conversation): boolean =>
      this.scenario.allServed && session !== undefined && serverEnd === undefined
    while (this.#watcher.sessionsOpen > 0 || this.conversations.some(isExpected)) await this.#pause(5, 'first')
  }

  async #within(promise: Promise<unknown>, what: string): Promise<void> {
    try {
      await this.#simulation.until(promise, this.scenario.promisedMs)
    } catch (error) {
      throw new Error(`not within the promised ${this.scenario.promisedMs} ms: ${what}`, { cause: error })
    }
  }

  /** Nothing is left over: no session that a link would wait for, no timer, nothing on its way. */
  async #closeLinks(): Promise<void> {
    const { first, second, connection } = this.#links
    connection.heal()
    const beganMs = this.#simulation.clock.now()
    await this.#within(Promise.all([first.close(), second.close()]), 'both links close')
    const tookMs = this.#simulation.clock.now() - beganMs
    if (this.scenario.faults.length === 0) {
      // A handler whose session was cancelled may still be at its work.
      await this.#simulation.advance(this.scenario.slowMs)
      const { timers } = this.#simulation.clock
      if (tookMs > CLOSE_MAX_MS) throw new Error(`closing took ${tookMs} ms: a link has kept a session`)
      if (timers > 0) throw new Error(`${timers} timers are left when both links are closed`)
    }
    await this.#simulation.finish(120_000)
  }
}
