/** Where the server keeps mail: one file for each message, whole or not at all. */

import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** RFC 5321's addresses in little: enough to refuse what is none. */
const ADDRESS = /^[^\s@<>]{1,64}@[^\s@<>]{1,189}$/

export class Mailbox {
  readonly #folder: string
  readonly #domain: string

  /** @param domain mail for other domains is refused. */
  constructor(folder: string, domain: string) {
    this.#folder = folder
    this.#domain = domain
  }

  isAddress(text: string): boolean {
    return ADDRESS.test(text)
  }

  takes(recipient: string): boolean {
    return this.isAddress(recipient) && recipient.endsWith(`@${this.#domain}`)
  }

  /** Stores a message for each recipient; resolves to its name when it is on disk. */
  async store(from: string, to: readonly string[], body: Uint8Array): Promise<string> {
    const name = `${randomUUID()}.eml`
    const envelope = Buffer.from(`Return-Path: <${from}>\r\n${to.map((one) => `Delivered-To: ${one}\r\n`).join('')}`)
    for (const recipient of to) {
      const folder = join(this.#folder, encodeURIComponent(recipient))
      await mkdir(folder, { recursive: true })
      const unfinished = join(folder, `.${name}`)
      try {
        await writeFile(unfinished, Buffer.concat([envelope, body]))
        await rename(unfinished, join(folder, name))
      } finally {
        await rm(unfinished, { force: true })
      }
    }
    return name
  }
}
