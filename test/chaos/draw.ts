/** Trials drawn from a seed: the same number gives the same ends, conversation and fault. */

import { createRandom } from '../../src/base/random.ts'
import { SETUPS } from '../secure/pairs.ts'
import { BYTE_FAULTS, GENTLE_FAULTS, UNIT_FAULTS, type Fault, type FaultKind, type Side } from './faults.ts'
import { MEDIUM, SMALL, type TalkSize } from './talk.ts'
import { runTrial, type Ends, type TrialOptions } from './trial.ts'

export interface DrawnTrial extends TrialOptions {
  readonly name: string
  readonly fault: Fault
}

/** About as many bytes and units as the initiator sends in each conversation; what lies behind the last does nothing. */
const SIZES: readonly { readonly size: TalkSize; readonly bytes: number; readonly units: number }[] = [
  { size: SMALL, bytes: 550, units: 12 },
  { size: MEDIUM, bytes: 18_000, units: 60 },
]

export function drawTrial(seed: number): DrawnTrial {
  const random = createRandom(seed)
  const setup = random.pick(SETUPS)
  const { size, bytes, units } = random.pick(SIZES)
  const kind = random.pick([...BYTE_FAULTS, ...UNIT_FAULTS, ...GENTLE_FAULTS])
  const isOfUnits = (UNIT_FAULTS as readonly string[]).includes(kind)
  // Half of them meet the handshake and what follows at once.
  const at = random.integer(0, isOfUnits ? units : random.chance(0.5) ? 300 : bytes)
  const side = random.pick(['initiator', 'responder'] as const)
  const fault = { kind, side, at, bit: random.integer(0, 7) }
  return { name: setup.name, ends: setup, size, fault }
}

export function* drawTrials(seed: number, count: number): Generator<DrawnTrial> {
  for (let index = 0; index < count; index++) yield drawTrial(seed + index)
}

/** A fault of each kind at each place, for both sides; of flips one bit of each byte, or all of them. */
export function* everywhere(
  kinds: readonly FaultKind[],
  places: Readonly<Record<Side, number>>,
  bits: 'all' | 'one' = 'one',
): Generator<Fault> {
  for (const kind of kinds) {
    for (const side of ['initiator', 'responder'] as const) {
      for (let at = 0; at < places[side]; at++) {
        // Steps that share no factor with eight, so that neighbours get other bits.
        if (kind !== 'flip') yield { kind, side, at }
        else if (bits === 'one') yield { kind, side, at, bit: (at * 5) % 8 }
        else for (let bit = 0; bit < 8; bit++) yield { kind, side, at, bit }
      }
    }
  }
}

/** How many bytes each side sends where nothing happens. */
export async function measureTalk(ends: Ends): Promise<Readonly<Record<Side, number>>> {
  const { sent } = await runTrial({ ends })
  return { initiator: sent.initiator.length, responder: sent.responder.length }
}
