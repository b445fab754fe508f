import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'

import { importIdentity } from 'coxswain'

import { run } from './run.ts'

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coxswain-keygen-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

describe('coxswain keygen', () => {
  it('prints another 32 bytes in base64 each time', async () => {
    const runs = [await run('/', 'keygen'), await run('/', 'keygen')]
    for (const { code, out } of runs) {
      expect(code).toBe(0)
      expect(Buffer.from(out, 'base64').length).toBe(32)
    }
    expect(runs[0]?.out).not.toBe(runs[1]?.out)
  })

  it('makes an identity whose public key belongs to its secret key', async () => {
    const { out } = await run('/', 'keygen', '--identity', '--json')
    const { secret, publicKey } = JSON.parse(out) as { readonly secret: string; readonly publicKey: string }
    const identity = importIdentity(Buffer.from(secret, 'base64'))
    expect(Buffer.from(identity.publicKey).toString('base64')).toBe(publicKey)
  })

  it('writes a secret where nobody else can read it, and prints only what is public', async () => {
    const folder = await createFolder()
    const { code, out } = await run(folder, 'keygen', '--identity', '--out', 'ada.key')
    const secret = await readFile(join(folder, 'ada.key'), 'utf8')
    expect(code).toBe(0)
    expect(Buffer.from(secret, 'base64').length).toBe(32)
    expect(out).not.toContain(secret.trim())
    expect((await stat(join(folder, 'ada.key'))).mode & 0o777).toBe(0o600)
  })

  it('overwrites no file', async () => {
    const folder = await createFolder()
    await writeFile(join(folder, 'ada.key'), 'precious')
    const { code, err } = await run(folder, 'keygen', '--out', 'ada.key')
    expect(code).toBe(1)
    expect(err).toContain('there already')
    expect(await readFile(join(folder, 'ada.key'), 'utf8')).toBe('precious')
  })

  it('takes no paths', async () => {
    expect((await run('/', 'keygen', 'ada')).code).toBe(2)
  })
})
