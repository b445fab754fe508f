/**
 * From a two-role Scribble protocol to the machine of our IR. Calls are written out in place, and a call of what is being
 * written out already is a jump back, as in Scribble. The rules are those of our language, and Scribble's on tail recursion.
 */

import type { Machine, MachineNode, Move } from '../../src/ir/machine.ts'
import type { Role, SourceSpan } from '../../src/ir/source.ts'
import { findProtocol } from './scribble-names.ts'
import type { Block, Interaction, Message, Module, Name, Protocol } from './scribble-syntax.ts'
import { BOUNDS, rejected, unsupported, type Position } from './verdict.ts'

const ROLES: readonly [Role, Role] = ['master', 'peer']

/** Between two messages: what may come next, and the places that are the same but for their way there. */
interface Place {
  readonly transfers: Transfer[]
  readonly same: Place[]
  readonly at: Position
  end: boolean
}

interface Transfer extends Position {
  readonly from: Role
  readonly label: string
  readonly hasPayload: boolean
  readonly next: Place
}

/** How a block can be left. */
interface Flow {
  /** Its end can be reached. */
  readonly exits: boolean
  /** Its end can be reached without a message. */
  readonly silent: boolean
  /** The places around it that it jumps back to. */
  readonly jumps: ReadonlySet<Place>
}

/** What names stand for inside one protocol that is being written out. */
interface Surroundings {
  readonly protocol: Protocol
  readonly roles: ReadonlyMap<string, Role>
  /** Signatures and types by the name of the parameter. */
  readonly parameters: ReadonlyMap<string, Message>
  readonly recursions: ReadonlyMap<string, Place>
  /** The calls around this, by what is called with what. */
  readonly calls: ReadonlyMap<string, Place>
}

/** A choice, to be looked at when all places are known. */
interface WrittenChoice {
  readonly by: Role
  readonly at: Position
  readonly branches: readonly Place[]
}

/** Builds the machines of one module, whose protocols together keep to one bound. */
export class MachineBuilder {
  readonly #module: Module
  readonly #file: string
  #choices: WrittenChoice[] = []
  #places = 0
  #depth = 0

  constructor(module: Module, file: string) {
    this.#module = module
    this.#file = file
  }

  /** The machine of a protocol whose names are right. The first role is the master. Throws a finding. */
  build(protocol: Protocol): Machine {
    this.#choices = []
    this.#depth = 0
    const start = this.#place(protocol.name)
    const end = this.#place(protocol.name)
    end.end = true
    const roles = new Map(protocol.roles.map(({ text }, index) => [text, ROLES[index]!]))
    // Nobody gives arguments here, so that a parameter stands for itself.
    const key = callKey(protocol, [...roles.values()], [])
    const calls = new Map([[key, start]])
    this.#block(protocol.body, start, end, { protocol, roles, parameters: new Map(), recursions: new Map(), calls })
    for (const choice of this.#choices) checkChoice(choice)
    return this.#number(start)
  }

  #place(at: Position): Place {
    if (++this.#places > BOUNDS.places) throw unsupported('too-large', at, 'written out, the protocol is too long')
    return { transfers: [], same: [], at, end: false }
  }

  #block(block: Block, here: Place, after: Place, around: Surroundings): Flow {
    if (++this.#depth > BOUNDS.depth) throw unsupported('too-large', here.at, 'calls and blocks are nested too deep')
    let flow: Flow = { exits: true, silent: true, jumps: new Set() }
    let current = here
    block.forEach((interaction, index) => {
      const at = positionOf(interaction)
      this.#checkReached(flow, at, block[index - 1])
      const next = index === block.length - 1 ? after : this.#place(at)
      const inner = this.#interaction(interaction, current, next, around)
      flow = { ...inner, silent: flow.silent && inner.silent }
      current = next
    })
    if (block.length === 0) here.same.push(after)
    this.#depth--
    return flow
  }

  #checkReached(flow: Flow, at: Position, before: Interaction | undefined): void {
    if (!flow.exits) throw rejected('unreachable', at, 'this cannot be reached: every path before it goes elsewhere')
    if (flow.jumps.size > 0) {
      throw rejected(
        'not-tail',
        at,
        'a path before this jumps back from inside its recursion, which is not its last step',
      )
    }
    // nuScr has no meaning for what follows these; only Scribble has.
    if (this.#module.nuscr && (before?.kind === 'choice' || before?.kind === 'recursion')) {
      throw rejected('not-tail', at, `in nuScr nothing may follow a ${before.kind}`)
    }
  }

  #interaction(interaction: Interaction, here: Place, next: Place, around: Surroundings): Flow {
    switch (interaction.kind) {
      case 'message':
        return this.#transfer(interaction, here, next, around)
      case 'choice':
        return this.#choice(interaction, here, next, around)
      case 'recursion': {
        const head = this.#place(interaction.name)
        here.same.push(head)
        const recursions = new Map(around.recursions).set(interaction.name.text, head)
        return without(head, this.#block(interaction.body, head, next, { ...around, recursions }))
      }
      case 'continue':
        return jump(here, around.recursions.get(interaction.name.text)!)
      case 'do':
        return this.#do(interaction, here, next, around)
    }
  }

  #transfer(
    { message, from }: Extract<Interaction, { kind: 'message' }>,
    here: Place,
    next: Place,
    around: Surroundings,
  ): Flow {
    const meant = message.payloads === undefined ? (around.parameters.get(message.label) ?? message) : message
    here.transfers.push({
      from: around.roles.get(from.text)!,
      label: meant.label,
      hasPayload: (meant.payloads ?? []).length > 0,
      next,
      line: message.line,
      column: message.column,
    })
    return { exits: true, silent: false, jumps: new Set() }
  }

  #choice(
    { at, branches, place }: Extract<Interaction, { kind: 'choice' }>,
    here: Place,
    next: Place,
    around: Surroundings,
  ): Flow {
    const starts = branches.map(() => this.#place(place))
    const flows = branches.map((branch, index) => this.#block(branch, starts[index]!, next, around))
    if (flows.some(({ silent }) => silent)) {
      throw rejected('empty-branch', place, 'a branch of this choice can pass without a message')
    }
    here.same.push(...starts)
    this.#choices.push({ by: around.roles.get(at.text)!, at: place, branches: starts })
    return {
      exits: flows.some(({ exits }) => exits),
      silent: false,
      jumps: new Set(flows.flatMap(({ jumps }) => [...jumps])),
    }
  }

  #do(
    { protocol: name, parameters, roles }: Extract<Interaction, { kind: 'do' }>,
    here: Place,
    next: Place,
    around: Surroundings,
  ): Flow {
    const protocol = findProtocol(this.#module, name.text)!
    const [remark] = protocol.remarks
    if (remark !== undefined) throw remark
    const given = parameters.map((argument) => substitute(argument, around))
    const meant = roles.map(({ text }) => around.roles.get(text)!)
    const key = callKey(protocol, meant, given)
    const running = around.calls.get(key)
    if (running !== undefined) return jump(here, running)
    const head = this.#place(name)
    here.same.push(head)
    const flow = this.#block(protocol.body, head, next, {
      protocol,
      roles: new Map(protocol.roles.map(({ text }, index) => [text, meant[index]!])),
      parameters: new Map(protocol.parameters.map((parameter, index) => [parameter.name.text, given[index]!])),
      recursions: new Map(),
      calls: new Map(around.calls).set(key, head),
    })
    return without(head, flow)
  }

  /** Places that go on in the same way become one node, numbered as they are met. */
  #number(start: Place): Machine {
    const numbers = new Map<Place | 'end', number>()
    const transfers: (readonly Transfer[])[] = []
    const places: Place[] = []
    const numberOf = (place: Place): number => {
      const head = headOf(place)
      let number = numbers.get(head)
      if (number !== undefined) return number
      const first = closure(head)
      number = (first.length === 0 ? numbers.get('end') : undefined) ?? transfers.push(first) - 1
      if (transfers.length > places.length) places.push(place)
      if (first.length === 0) numbers.set('end', number)
      numbers.set(head, number)
      return number
    }
    numberOf(start)
    const nodes: MachineNode[] = []
    for (let number = 0; number < transfers.length; number++) {
      nodes.push(this.#node(transfers[number]!, places[number]!, numberOf))
    }
    return { nodes, forever: [], scopes: [] }
  }

  #node(transfers: readonly Transfer[], place: Place, numberOf: (place: Place) => number): MachineNode {
    const [first] = transfers
    if (first === undefined) return { kind: 'end' }
    const moves = transfers.map(({ label, hasPayload, next, line, column }): Move => {
      return {
        label,
        next: numberOf(next),
        path: ['start', label],
        earlier: { labels: [], count: 0 },
        source: this.#span({ line, column }, label),
        ...(hasPayload ? { payload: { kind: 'open' } } : {}),
      }
    })
    return { kind: 'message', from: first.from, moves, source: this.#span(place.at, '') }
  }

  #span({ line, column }: Position, text: string): SourceSpan {
    return { file: this.#file, line, column, length: Math.max(1, text.length) }
  }
}

function jump(here: Place, head: Place): Flow {
  here.same.push(head)
  return { exits: false, silent: false, jumps: new Set([head]) }
}

function without(head: Place, flow: Flow): Flow {
  return { ...flow, jumps: new Set([...flow.jumps].filter((place) => place !== head)) }
}

function callKey(protocol: Protocol, roles: readonly Role[], given: readonly Message[]): string {
  const texts = given.map(({ label, payloads }) => [label, payloads?.map(({ text }) => text)])
  return JSON.stringify([protocol.name.text, roles, texts])
}

/** An argument with the parameters of the caller filled in. */
function substitute(argument: Message, { parameters }: Surroundings): Message {
  if (argument.payloads === undefined) return parameters.get(argument.label) ?? argument
  const payloads = argument.payloads.map((payload): Name => {
    return { ...payload, text: parameters.get(payload.text)?.label ?? payload.text }
  })
  return { ...argument, payloads }
}

function positionOf(interaction: Interaction): Position {
  switch (interaction.kind) {
    case 'message':
      return interaction.message
    case 'choice':
      return interaction.place
    case 'do':
      return interaction.protocol
    default:
      return interaction.name
  }
}

/** Over places that only lead on, so that the ways to one place share its node. In a silent round any of its places will do. */
function headOf(place: Place): Place {
  const seen = new Set<Place>()
  let head = place
  while (head.same.length === 1 && head.transfers.length === 0 && !seen.has(head)) {
    seen.add(head)
    head = head.same[0]!
  }
  return head
}

/** What may be the next message. A round without one, met on the way, is refused. */
function closure(start: Place): readonly Transfer[] {
  const found: Transfer[] = []
  const state = new Map<Place, 'open' | 'done'>()
  const way: { readonly place: Place; next: number }[] = [{ place: start, next: 0 }]
  state.set(start, 'open')
  found.push(...start.transfers)
  for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
    const same = top.place.same[top.next++]
    if (same === undefined) {
      state.set(top.place, 'done')
      way.pop()
      continue
    }
    const seen = state.get(same)
    if (seen === 'open') throw rejected('unguarded', same.at, 'a round of this recursion can pass without a message')
    if (seen === 'done') continue
    state.set(same, 'open')
    found.push(...same.transfers)
    way.push({ place: same, next: 0 })
  }
  return found
}

/** One sender, the declared one, and no label in two branches. */
function checkChoice({ by, at, branches }: WrittenChoice): void {
  const labels = new Map<string, number>()
  branches.forEach((branch, number) => {
    const first = closure(branch)
    if (first.length === 0) throw rejected('empty-branch', at, 'a branch of this choice can pass without a message')
    for (const transfer of first) {
      if (transfer.from !== by) {
        throw rejected('wrong-sender', transfer, `${nameOf(transfer)} is not sent by the side that chooses`)
      }
      const other = labels.get(transfer.label)
      if (other !== undefined && other !== number) {
        throw rejected('ambiguous-label', transfer, `another branch of the choice begins with ${nameOf(transfer)} too`)
      }
      labels.set(transfer.label, number)
    }
  })
}

/** A message may have no name. */
function nameOf({ label }: Transfer): string {
  return label === '' ? '"()"' : `"${label}"`
}
