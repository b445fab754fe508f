/**
 * An explicit-state explorer of two machines that talk over two channels of bounded capacity, first in, first out. It is the
 * witness against `codegen/check`, and so it shares nothing with it: neither code, nor the representation of a machine, nor the
 * argument. It looks at every configuration that can be reached, and knows nothing of duality or half-duplex.
 */

/** One side. State 0 is the start. Labels are numbers, the same on both sides. */
export interface Automaton {
  readonly states: readonly AutomatonState[]
}

/** A state may send, receive, do both or be over. A state without edges that is not final waits for ever. */
export interface AutomatonState {
  /** The conversation may be over here. */
  readonly final: boolean
  readonly sends: readonly Edge[]
  readonly receives: readonly Edge[]
}

export interface Edge {
  readonly label: number
  readonly target: number
}

/**
 * - `unspecified`: a side that can only receive has a message in front of it that it does not expect;
 * - `orphan`: a side is over for good, and a message for it stays in the channel;
 * - `deadlock`: nothing can happen any more, and nobody waits for room in a channel;
 * - `blocked`: nothing can happen any more, since a channel is full: a larger capacity may go on from here;
 * - `endless`: from here no configuration can be reached in which both sides are over and both channels are empty.
 */
export type FaultKind = 'unspecified' | 'orphan' | 'deadlock' | 'blocked' | 'endless'

export interface Step {
  readonly side: 0 | 1
  readonly does: 'sends' | 'receives'
  readonly label: number
}

export interface Exploration {
  readonly configurations: number
  /** The shortest way to the first fault of each kind. */
  readonly faults: ReadonlyMap<FaultKind, readonly Step[]>
  /** The shortest way to a configuration in which both sides have something to send, whatever the channels hold. */
  readonly bothMaySend: readonly Step[] | undefined
}

/** No unspecified reception, no orphan, no deadlock of either kind. An endless conversation is safe. */
export function isSafe({ faults }: Exploration): boolean {
  return faults.size === 0 || (faults.size === 1 && faults.has('endless'))
}

/** Thrown where a pair has more configurations than the caller wants to see; never a verdict. */
export class TooManyConfigurations extends Error {}

const MAX_CONFIGURATIONS = 400_000
/** Up to here an array by code is quicker than a map, and small enough to keep. */
const ARRAY_CODES = 1 << 20

/** Explores pairs one after the other, and keeps its memory between them. */
export class Explorer {
  /** For each code the number of its configuration, valid where `#stamps` has the number of this exploration. */
  readonly #numbers = new Int32Array(ARRAY_CODES)
  readonly #stamps = new Uint32Array(ARRAY_CODES)
  #stamp = 0

  /** Looks at every configuration of the pair, channels holding up to `capacity` messages each way. */
  explore(first: Automaton, second: Automaton, capacity: number, maxConfigurations = MAX_CONFIGURATIONS): Exploration {
    this.#stamp++
    const codes = Math.max(first.states.length * second.states.length * channelSize(first, second, capacity) ** 2, 1)
    if (codes > Number.MAX_SAFE_INTEGER) throw new TooManyConfigurations('a configuration does not fit a number')
    const known = codes <= ARRAY_CODES ? undefined : new Map<number, number>()
    const find = (code: number): number => {
      if (known !== undefined) return known.get(code) ?? -1
      return this.#stamps[code] === this.#stamp ? this.#numbers[code]! : -1
    }
    const note = (code: number, number: number): void => {
      if (known !== undefined) {
        known.set(code, number)
        return
      }
      this.#stamps[code] = this.#stamp
      this.#numbers[code] = number
    }
    return new Run(first, second, capacity, maxConfigurations, find, note).explore()
  }
}

/** A channel is a number with one digit for each message, the oldest lowest; 0 is no message, so labels count from 1. */
function channelSize(first: Automaton, second: Automaton, capacity: number): number {
  return labelBase(first, second) ** capacity
}

function labelBase(...sides: Automaton[]): number {
  let largest = -1
  for (const { states } of sides) {
    for (const { sends, receives } of states) {
      for (const { label } of sends) largest = Math.max(largest, label)
      for (const { label } of receives) largest = Math.max(largest, label)
    }
  }
  return largest + 2
}

class Run {
  readonly #sides: readonly [Automaton, Automaton]
  readonly #base: number
  /** The first number that is no channel any more. */
  readonly #size: number
  /** By number of the configuration, in breadth-first order: its code, where it came from, and by which step. */
  readonly #codes: number[] = []
  readonly #before: number[] = []
  readonly #steps: number[] = []
  /** Every step that is possible, as two numbers: from, to. */
  readonly #links: number[] = []
  readonly #ended: number[] = []
  readonly #faults = new Map<FaultKind, readonly Step[]>()
  #bothMaySend: readonly Step[] | undefined
  readonly #maxConfigurations: number
  readonly #find: (code: number) => number
  readonly #note: (code: number, number: number) => void

  constructor(
    first: Automaton,
    second: Automaton,
    capacity: number,
    maxConfigurations: number,
    find: (code: number) => number,
    note: (code: number, number: number) => void,
  ) {
    this.#sides = [first, second]
    this.#base = labelBase(first, second)
    this.#size = channelSize(first, second, capacity)
    this.#maxConfigurations = maxConfigurations
    this.#find = find
    this.#note = note
  }

  explore(): Exploration {
    this.#reach(0, -1, 0)
    for (let number = 0; number < this.#codes.length; number++) this.#expand(number)
    this.#findEndless()
    return { configurations: this.#codes.length, faults: this.#faults, bothMaySend: this.#bothMaySend }
  }

  #expand(number: number): void {
    const size = this.#size
    let rest = this.#codes[number]!
    const toFirst = rest % size
    rest = Math.floor(rest / size)
    const toSecond = rest % size
    rest = Math.floor(rest / size)
    const peers = this.#sides[1].states.length
    const state = Math.floor(rest / peers)
    const other = rest % peers
    const one = this.#sides[0].states[state]!
    const two = this.#sides[1].states[other]!
    if (one.sends.length > 0 && two.sends.length > 0) this.#bothMaySend ??= this.#wayTo(number)
    if (this.#isWrong(number, one, toFirst) || this.#isWrong(number, two, toSecond)) return
    if (toFirst === 0 && toSecond === 0 && one.final && two.final) this.#ended.push(number)
    const links = this.#links.length
    const full1 = this.#sendAll(number, 0, one, toSecond, (target, channel) =>
      this.#code(target, other, toFirst, channel),
    )
    const full2 = this.#sendAll(number, 1, two, toFirst, (target, channel) =>
      this.#code(state, target, channel, toSecond),
    )
    this.#receive(number, 0, one, toFirst, (target, channel) => this.#code(target, other, channel, toSecond))
    this.#receive(number, 1, two, toSecond, (target, channel) => this.#code(state, target, toFirst, channel))
    if (this.#links.length > links || this.#ended.at(-1) === number) return
    this.#fault(full1 || full2 ? 'blocked' : 'deadlock', number)
  }

  /** Notes what is wrong with a side that has this in front of it. Nothing behind it is looked at. */
  #isWrong(number: number, state: AutomatonState, inbound: number): boolean {
    if (inbound === 0 || state.sends.length > 0) return false
    if (state.receives.length === 0) {
      this.#fault(state.final ? 'orphan' : 'unspecified', number)
      return true
    }
    const label = (inbound % this.#base) - 1
    for (const edge of state.receives) if (edge.label === label) return false
    this.#fault('unspecified', number)
    return true
  }

  #code(state: number, other: number, toFirst: number, toSecond: number): number {
    return ((state * this.#sides[1].states.length + other) * this.#size + toSecond) * this.#size + toFirst
  }

  /** True where something was to be sent and the channel was full. */
  #sendAll(
    number: number,
    side: 0 | 1,
    state: AutomatonState,
    channel: number,
    code: (target: number, channel: number) => number,
  ): boolean {
    if (state.sends.length === 0) return false
    // Every message is a digit above 0, so the first power above the channel has as many digits as it holds messages.
    let power = 1
    while (power <= channel) power *= this.#base
    if (power === this.#size) return true
    for (const { label, target } of state.sends) {
      this.#reach(code(target, channel + (label + 1) * power), number, label * 4 + side * 2 + 1)
    }
    return false
  }

  #receive(
    number: number,
    side: 0 | 1,
    state: AutomatonState,
    channel: number,
    code: (target: number, channel: number) => number,
  ): void {
    if (channel === 0) return
    const oldest = (channel % this.#base) - 1
    for (const { label, target } of state.receives) {
      if (label === oldest) this.#reach(code(target, Math.floor(channel / this.#base)), number, label * 4 + side * 2)
    }
  }

  #reach(code: number, from: number, step: number): void {
    let number = this.#find(code)
    if (number === -1) {
      number = this.#codes.length
      if (number >= this.#maxConfigurations) throw new TooManyConfigurations(`more than ${number} configurations`)
      this.#codes.push(code)
      this.#before.push(from)
      this.#steps.push(step)
      this.#note(code, number)
    }
    if (from !== -1) this.#links.push(from, number)
  }

  #fault(kind: FaultKind, number: number): void {
    if (!this.#faults.has(kind)) this.#faults.set(kind, this.#wayTo(number))
  }

  #wayTo(number: number): readonly Step[] {
    const steps: Step[] = []
    for (let at = number; this.#before[at] !== -1; at = this.#before[at]!) {
      const step = this.#steps[at]!
      const side = (step & 2) === 0 ? 0 : 1
      steps.push({ side, does: (step & 1) === 1 ? 'sends' : 'receives', label: step >> 2 })
    }
    return steps.reverse()
  }

  /** Backwards from every end; what is not met there cannot end. */
  #findEndless(): void {
    const count = this.#codes.length
    if (this.#ended.length === count) return
    // The links by where they lead: how many lead to each configuration, then from which.
    const offsets = new Int32Array(count + 1)
    for (let link = 1; link < this.#links.length; link += 2) offsets[this.#links[link]! + 1]!++
    for (let number = 0; number < count; number++) offsets[number + 1]! += offsets[number]!
    const sources = new Int32Array(this.#links.length / 2)
    const filled = offsets.slice()
    for (let link = 0; link < this.#links.length; link += 2) {
      const target = this.#links[link + 1]!
      sources[filled[target]!++] = this.#links[link]!
    }
    const ends = new Uint8Array(count)
    const open = [...this.#ended]
    for (const number of open) ends[number] = 1
    for (let number = open.pop(); number !== undefined; number = open.pop()) {
      for (let index = offsets[number]!; index < offsets[number + 1]!; index++) {
        const source = sources[index]!
        if (ends[source] === 1) continue
        ends[source] = 1
        open.push(source)
      }
    }
    const endless = ends.indexOf(0)
    if (endless !== -1) this.#fault('endless', endless)
  }
}
