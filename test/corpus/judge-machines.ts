/** The verdict on communicating machines. */

import { exploreProduct } from '../../codegen/check/product.ts'
import type { SideMachine, SideState } from '../../codegen/check/side-machine.ts'
import type { Counterexample } from '../../codegen/diagnostics/index.ts'
import type { Machine } from '../../src/ir/machine.ts'
import { Explorer, TooManyConfigurations, type Automaton, type FaultKind } from '../explorer/explore.ts'
import { parseAutomata } from './automata-parser.ts'
import { parseLocalTypes } from './local-types-parser.ts'
import { AUTOMATA, firstWord } from './tokens.ts'
import type { Participant, System, Transition } from './machines-syntax.ts'
import { assertEmitted, codeOfKind, machineOfPair } from './pair.ts'
import { rejected, START, unsupported, type Finding, type Position, type Rejection } from './verdict.ts'

/** The pair as one machine of our IR. Throws a finding unless it is right. */
export function judgeMachines(text: string, file: string): Machine {
  const { participants } = readSystem(text)
  const [first, second] = participants
  if (first === undefined || second === undefined || participants.length > 2) {
    throw unsupported('roles', participants.at(-1)?.at ?? START, `${participants.length} participants`)
  }
  if (first.name === second.name)
    throw rejected('duplicate-name', second.at, `there are two participants ${first.name}`)
  const master = readSideOf(first, second.name)
  const peer = readSideOf(second, first.name)
  const mixed = [...master.states, ...peer.states].find(({ does }) => does === 'both')
  if (mixed !== undefined) throw describeDuplex(mixed.at, 'a state may both send and receive', master, peer)
  const sides = [asSideMachine(master), asSideMachine(peer)] as const
  const found = exploreProduct(...sides)
  if (found !== undefined) throw describe(found, master, peer)
  const machine = machineOfPair(...sides, (side, state, label) => {
    const transition = (side === 'master' ? master : peer).states[state]!.transitions.get(`!${label}`)!
    return { file, line: transition.line, column: transition.column, length: Math.max(1, label.length) }
  })
  if (machine.nodes[0]?.kind === 'end') throw rejected('no-message', first.at, 'nothing is ever sent')
  assertEmitted(file, machine)
  return machine
}

/** Both formats use the ending `.txt`; only automata have directives. */
export function readSystem(text: string): System {
  return firstWord(text, AUTOMATA)?.startsWith('.') === true ? parseAutomata(text) : parseLocalTypes(text)
}

/** One side, numbered from its start, as far as it can go by itself. */
interface Side {
  readonly states: readonly State[]
}

interface State {
  readonly at: Position
  readonly does: SideState['does'] | 'both'
  /** By action: its sign, the label and the payload. */
  readonly transitions: ReadonlyMap<string, Transition>
  readonly targets: ReadonlyMap<string, number>
}

function readSideOf(participant: Participant, partner: string): Side {
  const numbers = new Map([[participant.start, 0]])
  const order = [participant.start]
  const states: State[] = []
  for (let number = 0; number < order.length; number++) {
    const transitions = participant.states.get(order[number]!) ?? []
    const byAction = new Map<string, Transition>()
    const byLabel = new Map<string, Transition>()
    for (const transition of transitions) {
      checkPartner(transition, participant.name, partner)
      const key = `${transition.does} ${transition.label}`
      checkDistinct(transition, byLabel.get(key))
      byLabel.set(key, transition)
      byAction.set(actionOf(transition), transition)
      if (!numbers.has(transition.target)) numbers.set(transition.target, order.push(transition.target) - 1)
    }
    const targets = new Map([...byAction].map(([action, { target }]) => [action, numbers.get(target)!]))
    states.push({ at: transitions[0] ?? participant.at, does: doesOf(transitions), transitions: byAction, targets })
  }
  return { states }
}

function checkPartner(transition: Transition, own: string, partner: string): void {
  if (transition.partner === partner) return
  if (transition.partner === own) throw rejected('self-message', transition, `${own} would send to itself`)
  throw rejected('unbound-name', transition, `there is no participant ${transition.partner}`)
}

/** Payloads do not tell messages apart at a choice. The same transition twice is one. */
function checkDistinct(transition: Transition, same: Transition | undefined): void {
  if (same === undefined) return
  if (same.payload === transition.payload && same.target === transition.target) return
  throw rejected('ambiguous-label', transition, `"${transition.label}" can go on in two ways here`)
}

function actionOf({ does, label, payload }: Transition): string {
  return `${does === 'send' ? '!' : '?'}${label}${payload === '' ? '' : `<${payload}>`}`
}

function doesOf(transitions: readonly Transition[]): State['does'] {
  const sends = transitions.some(({ does }) => does === 'send')
  const receives = transitions.some(({ does }) => does === 'receive')
  if (sends && receives) return 'both'
  return sends ? 'send' : receives ? 'receive' : 'end'
}

function asSideMachine({ states }: Side): SideMachine {
  return {
    states: states.map(({ does, targets }): SideState => {
      if (does === 'both') throw new Error('a mixed state has no place in the product')
      return { does, edges: new Map([...targets].map(([action, target]) => [action.slice(1), { next: target }])) }
    }),
  }
}

/** The product's complaint, or what is worse: a fault that the explorer finds with channels. */
function describe(found: Counterexample, master: Side, peer: Side): Finding {
  const arrows = found.trace.map(({ from, label }) => (from === 'master' ? `${label}->` : `<-${label}`))
  const after = arrows.length === 0 ? '' : ` after ${arrows.slice(-8).join(' ')}`
  const at = placeOf(found, master, peer)
  const code = codeOfKind(found.kind)
  if (code === 'full-duplex') return describeDuplex(at, `${found.problem}${after}`, master, peer)
  return rejected(code, at, `${found.problem}${after}`)
}

/** Both directions at once is a fault of its own kind, unless it leads to one that no room in the channels would cure. */
function describeDuplex(at: Position, reason: string, master: Side, peer: Side): Finding {
  const fault = findFault(master, peer)
  if (fault === undefined) return rejected('full-duplex', at, reason)
  return rejected(fault, at, `${reason}, and with channels between them there is a fault: ${fault}`)
}

const FAULTS: readonly (readonly [FaultKind, Rejection])[] = [
  ['unspecified', 'unspecified-reception'],
  ['orphan', 'orphan'],
  ['deadlock', 'deadlock'],
]

/** A fault at any capacity up to 4 that more room would not cure. What is too large to see is not called faulty. */
function findFault(master: Side, peer: Side): Rejection | undefined {
  const letters = new Map<string, number>()
  const automata = [asAutomaton(master, letters), asAutomaton(peer, letters)] as const
  const explorer = new Explorer()
  for (const capacity of [1, 2, 3, 4]) {
    try {
      const { faults } = explorer.explore(...automata, capacity)
      const found = FAULTS.find(([kind]) => faults.has(kind))
      if (found !== undefined) return found[1]
    } catch (error) {
      if (error instanceof TooManyConfigurations) return undefined
      throw error
    }
  }
  return undefined
}

function asAutomaton({ states }: Side, letters: Map<string, number>): Automaton {
  const numberOf = (letter: string): number => {
    const number = letters.get(letter) ?? letters.size
    letters.set(letter, number)
    return number
  }
  return {
    states: states.map(({ does, transitions, targets }) => {
      const edges = [...targets].map(([action, target]) => {
        return { label: numberOf(action.slice(1)), target, does: transitions.get(action)!.does }
      })
      return {
        final: does === 'end',
        sends: edges.filter((edge) => edge.does === 'send'),
        receives: edges.filter((edge) => edge.does === 'receive'),
      }
    }),
  }
}

/** The place in the text that a counterexample is about: the message that is not expected, or else a state that is stuck. */
function placeOf({ trace, kind }: Counterexample, master: Side, peer: Side): Position {
  let [ours, theirs] = [master.states[0]!, peer.states[0]!]
  let last: Position = ours.at
  for (const { from, label } of trace) {
    const [mine, other] = from === 'master' ? ['!', '?'] : ['?', '!']
    last = (from === 'master' ? ours : theirs).transitions.get(`!${label}`)!
    ours = master.states[ours.targets.get(`${mine}${label}`) ?? -1] ?? ours
    theirs = peer.states[theirs.targets.get(`${other}${label}`) ?? -1] ?? theirs
  }
  if (kind === 'unspecified-reception') return last
  return ours.does === 'end' ? theirs.at : ours.at
}
