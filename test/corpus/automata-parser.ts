/** Reads the automata of k-MC: one block from `.outputs` to `.end` for each participant, which are called 0, 1 and so on. */

import type { Participant, System, Transition } from './machines-syntax.ts'
import { AUTOMATA, readTokens, TokenReader, type Token } from './tokens.ts'

export function parseAutomata(text: string): System {
  const reader = new TokenReader(readTokens(text, AUTOMATA))
  const participants: Participant[] = []
  do {
    participants.push(readParticipant(reader, String(participants.length)))
  } while (reader.peek().kind !== 'end')
  return { participants }
}

function readParticipant(reader: TokenReader, name: string): Participant {
  const at = reader.expect('.outputs')
  reader.expect('.state')
  reader.expect('graph')
  const states = new Map<string, Transition[]>()
  const stateOf = (state: string): Transition[] => {
    const transitions = states.get(state) ?? []
    states.set(state, transitions)
    return transitions
  }
  while (!reader.skip('.marking')) {
    const source = readWord(reader, 'a state or ".marking"')
    const transition = readTransition(reader, source)
    stateOf(source.text).push(transition)
    stateOf(transition.target)
  }
  const start = readWord(reader, 'a state').text
  stateOf(start)
  reader.expect('.end')
  return { name, at, start, states }
}

function readTransition(reader: TokenReader, { line, column }: Token): Transition {
  const partner = readWord(reader, 'a participant').text
  const { does, label, payload } = readAction(reader)
  return { partner, does, label, payload, target: readWord(reader, 'a state').text, line, column }
}

/** `! label`, `? label`, with or without `<payload>`. */
export function readAction(reader: TokenReader): Pick<Transition, 'does' | 'label' | 'payload'> {
  const does = reader.skip('!') ? 'send' : 'receive'
  if (does === 'receive') reader.expect('?')
  const label = readWord(reader, 'a label').text
  let payload = ''
  if (reader.skip('<')) {
    payload = readWord(reader, 'a payload').text
    reader.expect('>')
  }
  return { does, label, payload }
}

export function readWord(reader: TokenReader, wanted: string): Token {
  const token = reader.peek()
  if (token.kind !== 'word' || token.text.startsWith('.')) throw reader.unexpected(wanted)
  return reader.take()
}
