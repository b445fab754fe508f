/** A hostile peer that holds the key: made of bytes behind a real handshake, it says what it is told to. */

import { encodeHello } from '../../src/wire/hello.ts'
import { createHandshake, prepareSecurity, type OpenedChannel, type Security } from '../../src/secure/index.ts'
import { RawPeer, type RawFrame } from '../session/raw-peer.ts'

const HELLO = {
  initiator: true,
  frameMaxBytes: 1024 * 1024,
  windowMessages: 256,
  windowBytes: 256 * 1024,
  sessionsMax: 100_000,
  pingFloorMs: 5000,
}

export class SealedPeer {
  readonly raw: RawPeer
  readonly #opened: OpenedChannel
  #plain: Buffer = Buffer.alloc(0)

  private constructor(raw: RawPeer, opened: OpenedChannel) {
    this.raw = raw
    this.#opened = opened
    this.#open(opened.rest)
  }

  /** @param tail what comes behind the hello in the handshake: nothing belongs there. */
  static async dial(port: number, security: Security, tail: Uint8Array = new Uint8Array()): Promise<SealedPeer> {
    const raw = await RawPeer.dial(port)
    const prepared = prepareSecurity(security, 'initiator')
    const payload = Buffer.concat([encodeHello({ ...HELLO, suite: prepared.suiteNumber }), tail])
    const handshake = createHandshake({ role: 'initiator', security: prepared, payload })
    raw.send(handshake.start()!)
    for (;;) {
      const length = await raw.take(2)
      const step = handshake.read(Buffer.concat([length, await raw.take(length.readUInt16BE())]))
      if (step.send !== undefined) raw.send(step.send)
      if (step.opened !== undefined) return new SealedPeer(raw, step.opened)
    }
  }

  /** Each part in a record of its own. */
  send(...parts: readonly Uint8Array[]): void {
    const { channel } = this.#opened
    for (const part of parts) {
      const out = new Uint8Array(channel.sealedMaxBytes(part.length))
      this.raw.send(out.subarray(0, channel.seal(part, out)))
    }
  }

  /** The closing record, whatever was said before. */
  end(): void {
    const { channel } = this.#opened
    const out = new Uint8Array(channel.sealedMaxBytes(0))
    this.raw.send(out.subarray(0, channel.sealClose(out)))
  }

  /** The next frame; undefined when the connection ends instead. */
  async frame(): Promise<RawFrame | undefined> {
    for (;;) {
      const length = this.#plain.length < 4 ? undefined : 4 + this.#plain.readUInt32BE()
      if (length !== undefined && this.#plain.length >= length) {
        const content = this.#plain.subarray(4, length)
        this.#plain = this.#plain.subarray(length)
        return { kind: content[0]!, session: content[1]!, body: content.subarray(2) }
      }
      const head = await this.raw.take(2)
      if (head.length < 2) return undefined
      this.#open(Buffer.concat([head, await this.raw.take(head.readUInt16BE())]))
    }
  }

  /** Every frame until the connection ends. */
  async frames(): Promise<RawFrame[]> {
    const frames: RawFrame[] = []
    for (let next = await this.frame(); next !== undefined; next = await this.frame()) frames.push(next)
    return frames
  }

  #open(records: Uint8Array): void {
    this.#opened.channel.push(records, {
      data: (plain) => {
        this.#plain = Buffer.concat([this.#plain, plain])
      },
      closed: () => undefined,
    })
  }
}
