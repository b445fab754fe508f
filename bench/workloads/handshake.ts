/** The opening of a secure link against the cryptography in it, by the time that it computes, both ends together. */

import { moduleBeside } from '../runner/beside.ts'
import type { Bench } from '../runner/bench.ts'
import { Side } from '../runner/process-pair.ts'

const MODULE = moduleBeside(import.meta.url, './handshake-side')

export const HANDSHAKE: Bench = {
  name: 'handshake',
  about: 'Noise NNpsk0, both ends in one process, against bare X25519 and HKDF of node:crypto',
  async run({ isQuick, rounds }) {
    const side = new Side('handshake', 0)
    try {
      const argument = { rounds, calls: isQuick ? 300 : 2000 }
      const times = await side.ask<{ readonly ours: readonly number[]; readonly bare: readonly number[] }>({
        ask: 'call',
        module: MODULE,
        name: 'measureHandshakes',
        argument,
      })
      return [
        { bench: 'handshake', contestant: 'coxswain', rounds: times.ours.map((us) => ({ us })) },
        { bench: 'handshake', contestant: 'node:crypto', rounds: times.bare.map((us) => ({ us })) },
      ]
    } finally {
      await side.stop()
    }
  },
}
