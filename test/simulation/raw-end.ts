/** One end of a simulated connection that is made of bytes, with a real link at the other. */

import type { Link, ServeEntry } from 'coxswain'
import type { Limits } from 'coxswain'
import { createSimulation, type Simulation } from 'coxswain/testing'
import { openLink } from '../../src/session/index.ts'
import { bytes, HELLO, type RawFrame } from '../session/raw-peer.ts'

export interface RawScene {
  readonly simulation: Simulation
  readonly link: Link
  /** Sends bytes to the link. */
  send(...parts: readonly Uint8Array[]): void
  /** The frames that have come from the link so far. */
  frames(): readonly RawFrame[]
}

export async function openRaw(serve: readonly ServeEntry[], limits: Partial<Limits> = {}): Promise<RawScene> {
  const simulation = createSimulation({ seed: 1, network: { latencyMs: [1, 1], splitChance: 0 } })
  const { connection, processes } = simulation.connect()
  let heard = Buffer.alloc(0)
  connection.first.start({
    data: (chunk) => {
      heard = Buffer.concat([heard, chunk])
    },
    drained: () => undefined,
    ended: () => connection.first.end(),
    transportClosed: () => undefined,
  })
  connection.first.write(bytes(HELLO))
  const settings = { initiator: false, security: 'none', serve, limits } as const
  const link = await simulation.until(openLink(connection.second, settings, processes.second))
  return {
    simulation,
    link,
    send: (...parts) => void connection.first.write(Buffer.concat(parts)),
    frames: () => cut(heard.subarray(bytes(HELLO).length)),
  }
}

function cut(heard: Buffer): RawFrame[] {
  const frames: RawFrame[] = []
  for (let rest = heard; rest.length >= 4; rest = rest.subarray(4 + rest.readUInt32BE())) {
    const content = rest.subarray(4, 4 + rest.readUInt32BE())
    frames.push({ kind: content[0]!, session: content[1]!, body: content.subarray(2) })
  }
  return frames
}
