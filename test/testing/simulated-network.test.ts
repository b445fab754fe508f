import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createSimulation,
  type End,
  type NetworkConditions,
  type SimulatedConnection,
  type Simulation,
} from 'coxswain/testing'
import type { SimulatedTransport } from '../../src/testing/simulated-network.ts'

class Heard {
  readonly chunks: Uint8Array[] = []
  readonly events: string[] = []

  constructor(transport: SimulatedTransport) {
    transport.start({
      data: (chunk) => this.chunks.push(new Uint8Array(chunk)),
      drained: () => this.events.push('drained'),
      ended: () => this.events.push('ended'),
      transportClosed: (error) => this.events.push(error === undefined ? 'closed' : 'reset'),
    })
  }

  get bytes(): string {
    return Buffer.concat(this.chunks).toString('hex')
  }
}

interface Wire {
  readonly simulation: Simulation
  readonly connection: SimulatedConnection
  readonly heard: Readonly<Record<End, Heard>>
}

function createWire(network: Partial<NetworkConditions> = {}, seed = 1): Wire {
  const simulation = createSimulation({ seed, network })
  const { connection } = simulation.connect()
  return { simulation, connection, heard: { first: new Heard(connection.first), second: new Heard(connection.second) } }
}

describe('a simulated connection', () => {
  it('delivers every byte in order, whatever the network is like', async () => {
    const conditions = fc.record({
      latencyMs: fc.tuple(fc.nat(5), fc.integer({ min: 5, max: 50 })),
      splitChance: fc.double({ min: 0, max: 1, noNaN: true }),
      mergeChance: fc.double({ min: 0, max: 1, noNaN: true }),
      stallChance: fc.double({ min: 0, max: 0.5, noNaN: true }),
      bufferBytes: fc.integer({ min: 1, max: 100 }),
      bytesPerMs: fc.constantFrom(0.5, 3, Infinity),
    })
    const writes = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(conditions, writes, fc.integer(), async (network, written, seed) => {
        const { simulation, connection, heard } = createWire(network, seed)
        // A transport may use memory again once a write says that the bytes are gone; one that lies about it is found out.
        for (const bytes of written.map((chunk) => new Uint8Array(chunk)))
          if (connection.first.write(bytes)) bytes.fill(0)
        connection.first.end()
        connection.second.end()
        await simulation.finish()
        expect(heard.second.bytes).toBe(Buffer.concat(written).toString('hex'))
        expect(heard.second.events).toEqual(['ended', 'closed'])
        expect(connection.closed).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('splits what was written at once, and changes the bytes behind the back of whoever keeps them', async () => {
    const { simulation, connection } = createWire({ splitChance: 1, mergeChance: 0 })
    const kept: Uint8Array[] = []
    connection.second.start({
      data: (chunk) => kept.push(chunk),
      drained: () => undefined,
      ended: () => undefined,
      transportClosed: () => undefined,
    })
    connection.first.write(new Uint8Array(20))
    await simulation.advance(100)
    expect(kept.length).toBeGreaterThan(2)
    expect(kept.every((chunk) => chunk.every((byte) => byte === 0xaa))).toBe(true)
  })

  it('lets bytes wait at the writer while the reader stands still, and says when they are gone', async () => {
    const { simulation, connection, heard } = createWire({ bufferBytes: 10, splitChance: 0 })
    connection.pauseReader('second')
    expect(connection.first.write(new Uint8Array(25))).toBe(false)
    await simulation.advance(1000)
    expect([connection.first.pendingBytes, heard.second.chunks.length]).toEqual([15, 0])
    connection.resumeReader('second')
    await simulation.advance(1000)
    expect([connection.first.pendingBytes, heard.second.bytes.length / 2]).toEqual([0, 25])
    expect(heard.first.events).toContain('drained')
  })

  it('is silent in both directions while it is partitioned, and catches up when it is healed', async () => {
    const { simulation, connection, heard } = createWire()
    connection.partition()
    connection.first.write(Uint8Array.of(1))
    connection.second.write(Uint8Array.of(2))
    connection.second.end()
    await simulation.advance(60_000)
    expect([heard.first.bytes, heard.second.bytes, heard.first.events]).toEqual(['', '', []])
    connection.heal()
    await simulation.advance(100)
    expect([heard.first.bytes, heard.second.bytes, heard.first.events]).toEqual(['02', '01', ['ended']])
  })

  it('ends behind what is on its way when it is cut orderly, and loses that when it is reset', async () => {
    const ended = createWire()
    ended.connection.first.write(Uint8Array.of(1))
    ended.connection.cut('end')
    await ended.simulation.advance(100)
    expect([ended.heard.second.bytes, ended.heard.second.events[0]]).toEqual(['01', 'ended'])
    const lost = createWire()
    lost.connection.first.write(Uint8Array.of(1))
    lost.connection.cut('reset')
    await lost.simulation.finish()
    expect([lost.heard.second.bytes, lost.heard.second.events, lost.heard.first.events]).toEqual([
      '',
      ['reset'],
      ['reset'],
    ])
  })

  it('tells the other end when one is destroyed, and closes each once', async () => {
    for (let seed = 1; seed < 20; seed++) {
      const { simulation, connection, heard } = createWire({}, seed)
      connection.first.destroy()
      connection.first.destroy()
      await simulation.advance(100)
      expect(heard.first.events).toEqual(['closed'])
      expect(['ended', 'reset']).toContain(heard.second.events[0])
    }
  })

  it('answers what is written to a closed end with a reset', async () => {
    const { simulation, connection, heard } = createWire()
    connection.first.end()
    connection.first.destroy()
    await simulation.advance(100)
    connection.second.write(Uint8Array.of(1))
    await simulation.finish()
    expect(heard.second.events.at(-1)).toBe('reset')
  })
})
