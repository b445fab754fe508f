/** `coxswain keygen`: keys and identities for secure links. */

import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import { SteerError } from '../base/errors.ts'
import { generateIdentity, generateKey } from '../secure/index.ts'
import type { Command, CommandCall, ExitCode } from './command.ts'

/** Only the user who made the file may read it. */
const SECRET_MODE = 0o600

export const keygenCommand: Command = {
  help: `coxswain keygen: makes a key that both ends of a link share, or the identity of one of them

Usage: coxswain keygen [--identity] [--out FILE] [--json]

Without options it prints 32 random bytes in base64, for security: { key }:

  export COXSWAIN_KEY=$(coxswain keygen)
  const key = Buffer.from(process.env.COXSWAIN_KEY, 'base64')

With --identity it makes a key pair. The secret key stays with its program (importIdentity); the public one is
what others are given, for remoteIdentity and authorize.

  --identity  makes a key pair instead of a shared key
  --out FILE  writes the secret to a new file that nobody else may read (mode 0600), and prints only what is public
  --json      prints the result as JSON
  --help      prints this

Exit code: 0 when it was made, 1 when the file is there already or cannot be written, 2 for a wrong call.`,
  options: { identity: { type: 'boolean' }, out: { type: 'string' }, json: { type: 'boolean' } },
  run: runKeygen,
}

async function runKeygen({ terminal, folder, paths, flags, values }: CommandCall): Promise<ExitCode> {
  if (paths[0] !== '.' || paths.length > 1) {
    terminal.err('coxswain keygen: it takes no paths; --out FILE says where the secret goes')
    return 2
  }
  const { secret, publicKey } = flags.has('identity') ? makeIdentity() : { secret: encode(generateKey()) }
  const out = values['out']
  if (typeof out === 'string') await writeSecret(resolve(folder, out), secret)
  const report = {
    ...(typeof out === 'string' ? { file: out } : { secret }),
    ...(publicKey === undefined ? {} : { publicKey }),
  }
  if (flags.has('json')) terminal.out(JSON.stringify({ ok: true, ...report }, null, 2))
  else if (publicKey === undefined) terminal.out(typeof out === 'string' ? `the key is in ${out}` : secret)
  else {
    terminal.out(typeof out === 'string' ? `secret key: in ${out}` : `secret key: ${secret}`)
    terminal.out(`public key: ${publicKey}`)
  }
  return 0
}

function makeIdentity(): { readonly secret: string; readonly publicKey: string } {
  const identity = generateIdentity()
  return { secret: encode(identity.exportSecretKey()), publicKey: encode(identity.publicKey) }
}

async function writeSecret(path: string, secret: string): Promise<void> {
  try {
    await writeFile(path, `${secret}\n`, { flag: 'wx', mode: SECRET_MODE })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const why = code === 'EEXIST' ? 'it is there already, and a key is never overwritten' : String(code)
    throw new SteerError('dependency', `cannot write ${path}: ${why}`, { cause: error })
  }
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
