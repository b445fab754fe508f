/** Ciphers for sealed payloads that anybody can see through: enough to know that both functions were called, once each. */

import type { PayloadCipher } from '../../src/kernel/index.ts'
import type { ProtocolModel } from '../../src/ir/model.ts'

const MARK = 0x5e

/** One cipher for each sealed label, each with a key of its own; undefined where nothing is sealed. */
export function createToyCiphers({ table }: ProtocolModel): Readonly<Record<string, PayloadCipher>> | undefined {
  const moves = table.points.flatMap((point) => (point.kind === 'message' ? point.moves : []))
  const labels = new Set(moves.filter(({ sealed }) => sealed === true).map(({ label }) => label))
  if (labels.size === 0) return undefined
  return Object.fromEntries([...labels].map((label) => [label, createToyCipher(label)]))
}

function createToyCipher(label: string): PayloadCipher {
  const key = (label.length * 31 + label.charCodeAt(0)) % 256
  return {
    encrypt: (plaintext) => Uint8Array.from([MARK, ...plaintext.map((byte) => byte ^ key)]),
    decrypt: (ciphertext) => {
      if (ciphertext[0] !== MARK) throw new Error('this was not sealed here')
      return ciphertext.slice(1).map((byte) => byte ^ key)
    },
  }
}
