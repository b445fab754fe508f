/** Where uploads are kept: one file for each, whole or not at all. */

import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import type { FileMeta } from './upload.gen.ts'

/** What comes in is not taken to its end; the message may be told to whoever sends it. */
export class Stopped extends Error {}

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
        // Only what was announced was agreed to: a sender that says 10 bytes must not fill the disk.
        if (bytes + chunk.length > meta.size)
          throw new Stopped(`more came than the ${meta.size} bytes that were announced`)
        if (chunk.length > this.#freeBytes) throw new Stopped('the disk is full')
        if (this.#writeDelayMs > 0) await delay(this.#writeDelayMs)
        // Unlike `write`, it goes on after a part: a disk that is really full takes some bytes of the last chunk.
        await file.writeFile(chunk)
        hash.update(chunk)
        bytes += chunk.length
        this.#freeBytes -= chunk.length
      }
      await file.sync()
    } catch (error) {
      this.#freeBytes += bytes
      await rm(unfinished, { force: true })
      throw error
    }
    const sha256 = hash.digest()
    const keepIfWhole = async (): Promise<boolean> => {
      const isWhole = bytes === meta.size && sha256.equals(meta.sha256)
      try {
        // Unlike `rename`, it takes no name that another upload has got meanwhile.
        if (isWhole) await link(unfinished, join(this.#folder, meta.name))
      } catch (error) {
        this.#freeBytes += bytes
        throw this.has(meta.name) ? new Stopped(`there is a file called ${meta.name}`) : error
      } finally {
        await rm(unfinished, { force: true })
      }
      if (!isWhole) this.#freeBytes += bytes
      return isWhole
    }
    return { bytes, sha256, keepIfWhole }
  }
}
