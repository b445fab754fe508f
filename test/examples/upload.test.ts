import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'

import { connect } from 'coxswain'

import { Upload } from '../../examples/upload/upload.gen.ts'
import { createGate } from '../session/pairs.ts'
import { Program } from './processes.ts'

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coxswain-upload-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function startServer(
  ...options: string[]
): Promise<{ readonly port: string; readonly folder: string; readonly server: Program }> {
  const folder = await createFolder()
  const server = new Program('upload/server.ts', ['--port', '0', '--folder', folder, ...options])
  const [, port = ''] = await server.prints(/listening on port (\d+)/)
  return { port, folder, server }
}

describe('examples/upload', { timeout: 60_000 }, () => {
  it('stores a file byte for byte', async () => {
    const { port, folder } = await startServer()
    const content = randomBytes(3_000_001)
    const path = join(await createFolder(), 'file.bin')
    await writeFile(path, content)
    const sent = new Program('upload/send.ts', ['--port', port, path])
    expect(await sent.exit).toBe(0)
    expect(sent.output).toContain('stored, 3000001 bytes')
    expect((await readFile(join(folder, 'file.bin'))).equals(content)).toBe(true)
  })

  it('stores a file whose name is not plain under one that is', async () => {
    const { port, folder } = await startServer()
    const path = join(await createFolder(), '.my file (1).bin')
    await writeFile(path, 'small')
    const sent = new Program('upload/send.ts', ['--port', port, path])
    expect(await sent.exit).toBe(0)
    expect(await readdir(folder)).toEqual(['_my_file__1_.bin'])
  })

  it('says how it is used when the number of bytes is none', async () => {
    const sent = new Program('upload/send.ts', ['--port', '1', '--bytes', 'many'])
    expect(await sent.exit).toBe(2)
    expect(sent.output).toContain('usage: ')
  })

  it('refuses a file that is too large or there already, before a byte of it has crossed', async () => {
    const { port, folder } = await startServer('--max-bytes', '10000')
    const path = join(await createFolder(), 'file.bin')
    await writeFile(path, 'small')
    expect(await new Program('upload/send.ts', ['--port', port, path]).exit).toBe(0)
    const twin = new Program('upload/send.ts', ['--port', port, path])
    const large = new Program('upload/send.ts', ['--port', port, '--bytes', '10001'])
    expect([await twin.exit, await large.exit]).toEqual([1, 1])
    expect(twin.output).toContain('refused: there is a file called file.bin')
    expect(large.output).toContain('refused: a file may have 10000 bytes')
    expect(await readdir(folder)).toEqual(['file.bin'])
  })

  it('keeps nothing of a file whose bytes have changed on the way', async () => {
    const { port, folder, server } = await startServer()
    const sent = new Program('upload/send.ts', ['--port', port, '--bytes', '1000000', '--corrupt'])
    expect(await sent.exit).toBe(1)
    expect(sent.output).toContain('corrupt')
    await server.prints(/its SHA-256 is another/)
    expect(await readdir(folder)).toEqual([])
  })

  it('keeps nothing of a file whose sender cancels half-way', async () => {
    const { port, folder, server } = await startServer()
    const sent = new Program('upload/send.ts', ['--port', port, '--bytes', '9000000', '--cancel-at', '4000000'])
    expect(await sent.exit).toBe(1)
    expect(sent.output).toContain('cancelled')
    await server.prints(/cancelled by the peer/)
    await server.prints(/dropped/)
    expect(await readdir(folder)).toEqual([])
  })

  it('keeps nothing of a file whose sender is interrupted', async () => {
    const { port, folder, server } = await startServer('--write-delay-ms', '20')
    const sent = new Program('upload/send.ts', ['--port', port, '--bytes', '100000000'])
    await waitForFile(folder)
    sent.child.kill('SIGINT')
    expect(await sent.exit).toBe(130)
    await server.prints(/dropped/)
    expect(await readdir(folder)).toEqual([])
  })

  it('stops a sender of whom more comes than it has announced, and holds no more than that', async () => {
    const { port, folder } = await startServer('--max-bytes', '100000')
    const link = await connect({ port: Number(port), security: 'none' })
    onTestFinished(() => link.close({ deadlineMs: 0 }))
    let given = 0
    function* endless(): Generator<Uint8Array> {
      for (; ; given++) yield new Uint8Array(65_536)
    }
    let how: unknown
    const { outcome, message } = await Upload.peer.handle(link, {
      start: (turn) => turn.send.meta({ name: 'liar', size: 100_000, sha256: new Uint8Array(32) }),
      accept: (turn) => turn.send.chunks(endless()),
      stopped: (turn) => {
        how = turn.streamed
      },
    })
    expect({ outcome, message, how }).toEqual({
      outcome: 'stopped',
      message: { reason: 'more came than the 100000 bytes that were announced' },
      how: 'cancelled',
    })
    expect(given).toBeLessThan(40)
    expect(await readdir(folder)).toEqual([])
  })

  it('keeps one of two files that come under one name at the same time, and stops the other', async () => {
    const { port, folder, server } = await startServer()
    const link = await connect({ port: Number(port), security: 'none' })
    onTestFinished(() => link.close({ deadlineMs: 0 }))
    const accepted = [createGate(), createGate()]
    const send = async (index: number): Promise<string> => {
      const content = new Uint8Array([index])
      const result = await Upload.peer.handle(link, {
        start: (turn) =>
          turn.send.meta({ name: 'twin', size: 1, sha256: createHash('sha256').update(content).digest() }),
        accept: async (turn) => {
          accepted[index]!.open()
          await accepted[1 - index]!.opened
          return turn.send.chunks([content])
        },
      })
      return result.outcome
    }
    const outcomes = await Promise.all([send(0), send(1)])
    expect([...outcomes].sort()).toEqual(['stopped', 'stored'])
    expect([...(await readFile(join(folder, 'twin')))]).toEqual([outcomes.indexOf('stored')])
    await server.prints(/dropped twin: there is a file called twin/)
    expect(await readdir(folder)).toEqual(['twin'])
  })

  it('stops the sender when the disk is full', async () => {
    const { port, folder } = await startServer('--disk-bytes', '1000000')
    const sent = new Program('upload/send.ts', ['--port', port, '--bytes', '500000000'])
    expect(await sent.exit).toBe(1)
    expect(sent.output).toContain('cancelled: the disk is full')
    expect(await readdir(folder)).toEqual([])
  })
})

/** Resolves when an upload has begun to be written. */
async function waitForFile(folder: string): Promise<void> {
  while ((await readdir(folder)).length === 0) await new Promise((resolve) => setImmediate(resolve))
}
