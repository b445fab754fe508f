import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'

import { connect } from 'coxswain'

import { Smtp } from '../../examples/smtp/smtp.gen.ts'
import { Program } from './processes.ts'

const MESSAGE = 'examples/smtp/message.eml'

async function startServer(...options: string[]): Promise<{ readonly port: string; readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'coxswain-mail-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const server = new Program('smtp/server.ts', ['--port', '0', '--folder', folder, ...options])
  const [, port = ''] = await server.prints(/listening on port (\d+)/)
  return { port, folder }
}

describe('examples/smtp', { timeout: 60_000 }, () => {
  it('sends a message file, byte for byte, into the mailbox of each recipient', async () => {
    const { port, folder } = await startServer()
    const to = ['ada@example.org', 'bob@example.org']
    const sent = new Program('smtp/send.ts', ['--port', port, ...to.flatMap((one) => ['--to', one]), MESSAGE])
    expect(await sent.exit).toBe(0)
    expect(sent.output).toMatch(/stored as .*\.eml, for 2 of 2/)
    const message = await readFile(MESSAGE)
    for (const recipient of to) {
      const [file = '', ...others] = await readdir(join(folder, encodeURIComponent(recipient)))
      expect(others).toEqual([])
      const stored = await readFile(join(folder, encodeURIComponent(recipient), file))
      expect(stored.subarray(-message.length).equals(message)).toBe(true)
      expect(stored.toString()).toContain(`Delivered-To: ${recipient}`)
    }
  })

  it('delivers to the recipients that exist, and says which do not', async () => {
    const { port, folder } = await startServer()
    const args = ['--port', port, '--to', 'ada@example.org', '--to', 'eve@elsewhere.example', MESSAGE]
    const sent = new Program('smtp/send.ts', args)
    expect(await sent.exit).toBe(1)
    expect(sent.output).toContain('refused: no such mailbox here')
    expect(await readdir(folder)).toEqual([encodeURIComponent('ada@example.org')])
  })

  it('stores nothing when the sender is refused', async () => {
    const { port, folder } = await startServer()
    const sent = new Program('smtp/send.ts', ['--port', port, '--from', 'nobody', '--to', 'ada@example.org', MESSAGE])
    expect(await sent.exit).toBe(1)
    expect(sent.output).toContain('that is no address')
    expect(await readdir(folder)).toEqual([])
  })

  it('stops the client half-way through a message that is too large, and stores nothing of it', async () => {
    const { port, folder } = await startServer('--max-bytes', '100')
    const sent = new Program('smtp/send.ts', ['--port', port, '--to', 'ada@example.org', MESSAGE])
    expect(await sent.exit).toBe(1)
    expect(sent.output).toContain('refused: a message may have 100 bytes')
    expect(await readdir(folder)).toEqual([])
  })

  it('refuses a piece that is too large before it leaves', async () => {
    const { port } = await startServer()
    const link = await connect({ port: Number(port), security: 'none' })
    onTestFinished(() => link.close({ deadlineMs: 0 }))
    const sending = Smtp.peer.handle(link, {
      ready: (turn) => (turn.via === '220' ? turn.send.MAIL({ from: 'a@b.example' }) : turn.send.QUIT()),
      recipients: (turn) => (turn.via === 'MAIL.250' ? turn.send.RCPT({ to: 'ada@example.org' }) : turn.send.DATA()),
      '354': (turn) => turn.send.body([new Uint8Array(65_537)]),
    })
    await expect(sending).rejects.toMatchObject({
      code: 'invalid_payload',
      rawMessage: expect.stringMatching(/65536/),
    })
  })
})
