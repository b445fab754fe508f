import { createServer, connect as dialSocket, type AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'

import { connect, generateKey, listen, type Security } from 'coxswain'

import { withChannel } from '../../examples/ciphers/channel.ts'
import { withPair } from '../../examples/ciphers/pair.ts'
import { withPrimitive } from '../../examples/ciphers/primitive.ts'
import { Whisper } from '../../examples/ciphers/whisper.gen.ts'
import { Program } from './processes.ts'

const SECRET = 'the treasure is here'

/** A proxy that keeps what passes, and changes one byte of what the side that dialled sends, if asked to. */
async function startProxy(port: number, changeAt = Infinity): Promise<{ port: number; passed: () => Buffer }> {
  const passed: Buffer[] = []
  const proxy = createServer((near) => {
    const far = dialSocket(port, '127.0.0.1')
    let count = 0
    near.on('data', (chunk: Buffer) => {
      const changed = Buffer.from(chunk)
      if (changeAt >= count && changeAt < count + chunk.length) changed[changeAt - count]! ^= 1
      count += chunk.length
      passed.push(changed)
      far.write(changed)
    })
    far.on('data', (chunk: Buffer) => {
      passed.push(chunk)
      near.write(chunk)
    })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
    onTestFinished(() => {
      near.destroy()
    })
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void proxy.close())
  return { port: (proxy.address() as AddressInfo).port, passed: () => Buffer.concat(passed) }
}

async function whisper(security: Security, changeAt?: number): Promise<{ said: unknown; passed: Buffer }> {
  const serve = [Whisper.master.with({ whisper: (turn) => turn.send.reply(turn.message) })]
  const server = await listen({ port: 0, security, serve })
  onTestFinished(() => server.close({ deadlineMs: 0 }))
  const proxy = await startProxy(server.port ?? 0, changeAt)
  const talk = async (): Promise<unknown> => {
    await using link = await connect({ port: proxy.port, security })
    return (await Whisper.peer.handle(link, { start: (turn) => turn.send.whisper(SECRET) })).message
  }
  const said = await talk().catch((error: unknown) => error)
  return { said, passed: proxy.passed() }
}

describe('examples/ciphers', { timeout: 60_000 }, () => {
  it('holds its conversation over each kind of link', async () => {
    const program = new Program('ciphers/main.ts', [])
    expect(await program.exit).toBe(0)
    expect(program.output.match(/I heard "the treasure is here"/g)).toHaveLength(4)
  })

  it.each([
    ['primitive', withPrimitive],
    ['channel', withChannel],
    ['pair', withPair],
  ] as const)('hides what is said, with a %s of its own, and notices a byte that is changed', async (_rung, secure) => {
    const calm = await whisper(secure(generateKey()))
    expect(calm.said).toBe(SECRET)
    expect(calm.passed.includes(SECRET)).toBe(false)
    expect(calm.passed.includes('whisper')).toBe(false)
    // The last record of the side that dialled that holds frames, somewhere inside.
    const changed = await whisper(secure(generateKey()), 200)
    expect(changed.said).toMatchObject({ code: expect.stringMatching(/handshake_failed|channel_corrupt|truncated/) })
  })
})
