/** What the library itself computes, with no sockets: a table for whoever works on it, with no bar. */

import { moduleBeside } from '../runner/beside.ts'
import type { Bench } from '../runner/bench.ts'
import { Side } from '../runner/process-pair.ts'
import { profileFlags } from '../runner/profile.ts'
import type { PathOrder, PathTimes } from './path-side.ts'

const MODULE = moduleBeside(import.meta.url, './path-side')

export const PATH: Bench = {
  name: 'path',
  about: 'both ends in one process without sockets, ns of CPU for each message or round trip',
  isSlow: true,
  async run({ isQuick, rounds, profile, contestants: only }) {
    const side = new Side('path', 0, profile === undefined ? [] : profileFlags(profile, 'path'))
    try {
      const argument: PathOrder = { rounds, messages: isQuick ? 20_000 : 200_000, only }
      const question = { ask: 'call', module: MODULE, name: 'measurePaths', argument } as const
      const all = await side.ask<readonly PathTimes[]>(question)
      return all.map(({ name, times }) => ({ bench: 'path', contestant: name, rounds: times.map((ns) => ({ ns })) }))
    } finally {
      await side.stop()
    }
  },
}
