/** Where uploads are kept: one file for each, whole or not at all. */

import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import type { FileMeta } from './upload.gen.ts'

/** More came than there is room for. */
export class DiskFull extends Error {}

/** A file that has come in, under a name of its own until it is kept. */
export interface Arrival {
  readonly bytes: number
  readonly sha256: Uint8Array
  /** Gives the file its name if it is what was announced, else removes it; says which. */
  keepIfWhole(): Promise<boolean>
}

export class Store {
  readonly #folder: string
  readonly #writeDelayMs: number
  #freeBytes: number

  constructor(folder: string, options: { readonly capacityBytes: number; readonly writeDelayMs: number }) {
    this.#folder = folder
    this.#freeBytes = options.capacityBytes
    this.#writeDelayMs = options.writeDelayMs
  }

  has(name: string): boolean {
    return existsSync(join(this.#folder, name))
  }

  /** Writes what comes in. When anything throws, nothing stays. */
  async write(meta: FileMeta, chunks: AsyncIterable<Uint8Array>): Promise<Arrival> {
    await mkdir(this.#folder, { recursive: true })
    const unfinished = join(this.#folder, `.${randomUUID()}`)
    const hash = createHash('sha256')
    let bytes = 0
    try {
      await using file = await open(unfinished, 'wx')
      for await (const chunk of chunks) {
        if (chunk.length > this.#freeBytes) throw new DiskFull('the disk is full')
        if (this.#writeDelayMs > 0) await delay(this.#writeDelayMs)
        await file.write(chunk)
        hash.update(chunk)
        bytes += chunk.length
        this.#freeBytes -= chunk.length
      }
      await file.sync()
    } catch (error) {
      await this.#remove(unfinished, bytes)
      throw error
    }
    const sha256 = hash.digest()
    const keepIfWhole = async (): Promise<boolean> => {
      const isWhole = bytes === meta.size && sha256.equals(meta.sha256)
      if (isWhole) await rename(unfinished, join(this.#folder, meta.name))
      else await this.#remove(unfinished, bytes)
      return isWhole
    }
    return { bytes, sha256, keepIfWhole }
  }

  async #remove(path: string, bytes: number): Promise<void> {
    this.#freeBytes += bytes
    await rm(path, { force: true })
  }
}
