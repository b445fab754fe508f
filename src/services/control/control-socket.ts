/** A unix socket that only its owner can open, at a path that nobody else holds. */

import { chmodSync, lstatSync, mkdtempSync, renameSync, rmSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { SteerError } from '../../base/errors.ts'
import { connect, listen, type Listener, type ListenOptions } from '../../session/index.ts'

/** A socket path is at most 107 bytes long on Linux and 103 elsewhere, and while it is made it is a little longer than at last. */
const PATH_MAX_BYTES = 90

export interface ControlSocket {
  /** Takes the socket away, where it is still this one. Idempotent; never rejects. */
  close(): Promise<void>
}

/**
 * Listens in a folder of its own first, so that the socket never has other permissions than 0600 where others can reach it, and
 * then puts it in its place in one step, over a stale one where there is one.
 *
 * @throws SteerError `misuse` for a path that is too long or of something else, `unavailable` where somebody answers on it already.
 */
export async function openControlSocket(
  path: string,
  settings: Omit<ListenOptions, 'path' | 'host' | 'port' | 'security'>,
): Promise<ControlSocket> {
  if (path === '' || Buffer.byteLength(path) > PATH_MAX_BYTES) {
    throw new SteerError('misuse', `control.path must be 1 to ${PATH_MAX_BYTES} bytes long`)
  }
  await refuseTaken(path)
  let folder: string | undefined
  let listener: Listener | undefined
  try {
    folder = mkdtempSync(`${path}-`)
    const made = join(folder, 's')
    listener = await listen({ ...settings, path: made, security: 'none' })
    chmodSync(made, 0o600)
    const { ino } = lstatSync(made)
    renameSync(made, path)
    return { close: () => close(listener, path, ino) }
  } catch (error) {
    await listener?.close({ deadlineMs: 0 })
    throw SteerError.from(error, 'unavailable', `the control socket ${path} cannot be had`)
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
}

async function close(listener: Listener | undefined, path: string, ino: number): Promise<void> {
  if (statOf(path)?.ino === ino) rmSync(path, { force: true })
  await listener?.close({ deadlineMs: 0 })
}

async function refuseTaken(path: string): Promise<void> {
  const there = statOf(path)
  if (there === undefined) return
  if (!there.isSocket()) throw new SteerError('misuse', `${path} is there and no socket`)
  try {
    const link = await connect({ path, security: 'none' })
    await link.close({ deadlineMs: 0 })
  } catch (error) {
    // A socket that nobody listens on was left by a process that was killed.
    if (isNobodyThere(error)) return
    throw new SteerError('unavailable', `somebody else answers on ${path}`, { cause: error })
  }
  throw new SteerError('unavailable', `another reactor answers on ${path}`)
}

/** Not so for a socket that may not be opened: another user's reactor may listen on it. */
function isNobodyThere(error: unknown): boolean {
  const { cause } = error as { readonly cause?: unknown }
  return cause instanceof Error && 'code' in cause && (cause.code === 'ECONNREFUSED' || cause.code === 'ENOENT')
}

function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}
