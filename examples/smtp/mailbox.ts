/** Where the server keeps mail: one file for each message, whole or not at all. */

import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** RFC 5321's addresses in little: enough to refuse what is none. */
const ADDRESS = /^[^\s@<>]{1,64}@[^\s@<>]{1,189}$/

/** The message is over the limit of the mailbox. */
export class MessageTooLarge extends Error {}

export class Mailbox {
  readonly #folder: string
  readonly #domain: string
  readonly #maxBytes: number

  /** @param domain mail for other domains is refused. */
  constructor(folder: string, domain: string, maxBytes: number) {
    this.#folder = folder
    this.#domain = domain
    this.#maxBytes = maxBytes
  }

  isAddress(text: string): boolean {
    return ADDRESS.test(text)
  }

  takes(recipient: string): boolean {
    return this.isAddress(recipient) && recipient.endsWith(`@${this.#domain}`)
  }

  /**
   * Stores a message for each recipient while it comes in; resolves when it is on disk.
   *
   * @throws MessageTooLarge, and whatever the disk or the body throws; then nothing is stored.
   */
  async store(
    from: string,
    to: readonly string[],
    body: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly name: string; readonly bytes: number }> {
    const name = `${randomUUID()}.eml`
    await mkdir(this.#folder, { recursive: true })
    const unfinished = join(this.#folder, `.${name}`)
    try {
      const bytes = await this.#write(unfinished, from, to, body)
      for (const recipient of to) {
        const folder = join(this.#folder, encodeURIComponent(recipient))
        await mkdir(folder, { recursive: true })
        await copyFile(unfinished, join(folder, `.${name}`))
        await rename(join(folder, `.${name}`), join(folder, name))
      }
      return { name, bytes }
    } finally {
      await rm(unfinished, { force: true })
    }
  }

  async #write(path: string, from: string, to: readonly string[], body: AsyncIterable<Uint8Array>): Promise<number> {
    await using file = await open(path, 'wx')
    await file.write(`Return-Path: <${from}>\r\n${to.map((one) => `Delivered-To: ${one}\r\n`).join('')}`)
    let bytes = 0
    for await (const piece of body) {
      bytes += piece.length
      if (bytes > this.#maxBytes) throw new MessageTooLarge(`a message may have ${this.#maxBytes} bytes`)
      await file.write(piece)
    }
    await file.sync()
    return bytes
  }
}
