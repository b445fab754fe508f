/** All patterns of Noise rev 34, for vectors: the fundamental ones of § 7, the deferred ones of § 18.1, and their modifiers. */

import type { Pattern, Token } from '../../src/secure/noise/pattern.ts'

/** `initiator's keys, responder's keys: message | message | …`; what stands before the colon is known beforehand. */
const PATTERNS: Readonly<Record<string, string>> = {
  N: ',s: e es',
  K: 's,s: e es ss',
  X: ',s: e es s ss',
  NN: ',: e | e ee',
  NK: ',s: e es | e ee',
  NX: ',: e | e ee s es',
  XN: ',: e | e ee | s se',
  XK: ',s: e es | e ee | s se',
  XX: ',: e | e ee s es | s se',
  KN: 's,: e | e ee se',
  KK: 's,s: e es ss | e ee se',
  KX: 's,: e | e ee se s es',
  IN: ',: e s | e ee se',
  IK: ',s: e es s ss | e ee se',
  IX: ',: e s | e ee se s es',
  NK1: ',s: e | e ee es',
  NX1: ',: e | e ee s | es',
  X1N: ',: e | e ee | s | se',
  X1K: ',s: e es | e ee | s | se',
  XK1: ',s: e | e ee es | s se',
  X1K1: ',s: e | e ee es | s | se',
  X1X: ',: e | e ee s es | s | se',
  XX1: ',: e | e ee s | es s se',
  X1X1: ',: e | e ee s | es s | se',
  K1N: 's,: e | e ee | se',
  K1K: 's,s: e es | e ee | se',
  KK1: 's,s: e | e ee se es',
  K1K1: 's,s: e | e ee es | se',
  K1X: 's,: e | e ee s es | se',
  KX1: 's,: e | e ee se s | es',
  K1X1: 's,: e | e ee s | se es',
  I1N: ',: e s | e ee | se',
  I1K: ',s: e es s | e ee | se',
  IK1: ',s: e s | e ee se es',
  I1K1: ',s: e s | e ee es | se',
  I1X: ',: e s | e ee s es | se',
  IX1: ',: e s | e ee se s | es',
  I1X1: ',: e s | e ee s | se es',
}

interface Parts {
  readonly known: Pattern['known']
  readonly messages: readonly (readonly Token[])[]
  readonly first?: 'responder'
}

/** Undefined for a pattern or modifier that revision 34 does not have. */
export function findPattern(name: string): Pattern | undefined {
  const [base = ''] = /^[NKXI]1?(?:[NKX]1?)?/.exec(name) ?? []
  const text = PATTERNS[base]
  if (text === undefined) return undefined
  const rest = name.slice(base.length)
  let parts: Parts | undefined = parse(text)
  for (const modifier of rest === '' ? [] : rest.split('+')) {
    parts = parts === undefined ? undefined : modify(parts, modifier)
  }
  return parts === undefined ? undefined : { name, ...parts }
}

function parse(text: string): Parts {
  const [known = '', messages = ''] = text.split(':')
  const [initiator, responder] = known.split(',').map((keys) => (keys === 's' ? ['s' as const] : []))
  return {
    known: { initiator: initiator!, responder: responder! },
    messages: messages.split('|').map((tokens) => tokens.trim().split(' ') as Token[]),
  }
}

function modify(parts: Parts, modifier: string): Parts | undefined {
  if (modifier === 'fallback') return fallBack(parts)
  const [, place] = /^psk(\d)$/.exec(modifier) ?? []
  if (place === undefined || Number(place) > parts.messages.length) return undefined
  const at = Math.max(Number(place) - 1, 0)
  const messages = parts.messages.map((tokens, index): readonly Token[] => {
    if (index !== at) return tokens
    return place === '0' ? ['psk', ...tokens] : [...tokens, 'psk']
  })
  return { ...parts, messages }
}

/** § 10.2: the initiator's first message is taken as known, and the responder begins. */
function fallBack(parts: Parts): Parts | undefined {
  const [first = [], ...messages] = parts.messages
  const keys = first.filter((token) => token === 'e' || token === 's')
  if (keys.length < first.length || parts.first !== undefined) return undefined
  const { initiator, responder } = parts.known
  return { known: { initiator: [...initiator, ...keys], responder }, messages, first: 'responder' }
}
