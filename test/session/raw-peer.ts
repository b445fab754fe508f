/** A peer made of bytes: says what it is told to, and cuts what it hears into frames. */

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface RawFrame {
  readonly kind: number
  readonly session: number
  readonly body: Buffer
}

/** In both hellos: messages, and their bytes. */
export const WINDOW = '00001000 00080000'
export const HELLO = `4358534e 01 00 01 00 00100000 ${WINDOW} 000186a0 00001388`
export const HELLO_BACK = `4358534e 01 00 02 00 00100000 ${WINDOW} 000186a0 00001388`

export function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(/\s/g, ''), 'hex')
}

/** A frame with a right length. Sessions below 128 only. */
export function frame(kind: number, session: number, body: Uint8Array | string = ''): Buffer {
  const content = typeof body === 'string' ? bytes(body) : body
  const head = Buffer.alloc(6)
  head.writeUInt32BE(content.length + 2)
  head[4] = kind
  head[5] = session
  return Buffer.concat([head, content])
}

export function openFrame(session: number, role: 'master' | 'peer', name: string, fingerprint: string): Buffer {
  const head = Buffer.from([role === 'master' ? 1 : 2, name.length])
  return frame(1, session, Buffer.concat([head, Buffer.from(name), Buffer.from(fingerprint, 'hex')]))
}

export class RawPeer {
  readonly socket: Socket
  #heard = Buffer.alloc(0)
  #ended = false

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk) => {
      this.#heard = Buffer.concat([this.#heard, chunk])
    })
    socket.on('close', () => {
      this.#ended = true
    })
    socket.on('error', () => undefined)
    onTestFinished(() => {
      socket.destroy()
    })
  }

  static async dial(port: number): Promise<RawPeer> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new RawPeer(socket)
  }

  send(...parts: readonly (Uint8Array | string)[]): void {
    this.socket.write(Buffer.concat(parts.map((part) => (typeof part === 'string' ? bytes(part) : part))))
  }

  /** Everything heard until the other side ended the connection. */
  async rest(): Promise<Buffer> {
    while (!this.#ended) await once(this.socket, 'close')
    return this.#heard
  }

  /** The next bytes, once so many are there; fewer only if the connection ends. */
  async take(count: number): Promise<Buffer> {
    while (this.#heard.length < count && !this.#ended) {
      await Promise.race([once(this.socket, 'data'), once(this.socket, 'close')])
    }
    const taken = this.#heard.subarray(0, count)
    this.#heard = this.#heard.subarray(count)
    return taken
  }

  /** The next frame; undefined when the connection ends instead. */
  async frame(): Promise<RawFrame | undefined> {
    const head = await this.take(4)
    if (head.length < 4) return undefined
    const content = await this.take(head.readUInt32BE())
    return { kind: content[0]!, session: content[1]!, body: content.subarray(2) }
  }

  /** Every frame until the connection ends. */
  async frames(): Promise<RawFrame[]> {
    const frames: RawFrame[] = []
    for (let next = await this.frame(); next !== undefined; next = await this.frame()) frames.push(next)
    return frames
  }
}

/** A listening socket that hands each connection over as a raw peer. */
export async function listenRaw(): Promise<{ readonly port: number; readonly accepted: Promise<RawPeer> }> {
  const server = createServer({ noDelay: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const accepted = once(server, 'connection').then(([socket]) => new RawPeer(socket as Socket))
  return { port: (server.address() as { port: number }).port, accepted }
}

/** Code and text of a reset or close frame. */
export function faultOf(body: Buffer): { code: string; text: string } {
  const end = 1 + (body[0] ?? 0)
  return { code: body.subarray(1, end).toString(), text: body.subarray(end).toString() }
}
