/** The bytes that a decoder reads: one payload inside a receive buffer. */

const NOTHING: Uint8Array = Buffer.alloc(0)

/** Reused for every payload of the process: decoders call no user code, so that they never run inside each other. */
export class Input {
  /** The whole receive buffer; always of one class, so that reading from it stays monomorphic. */
  bytes: Uint8Array = NOTHING
  /** Over all of `bytes`, and perhaps more. Kept where one buffer is read into again and again: to make one costs more than a message. */
  view: DataView = new DataView(NOTHING.buffer, 0, 0)
  /** The next byte to read. */
  position = 0
  /** Where the payload begins. */
  start = 0
  /** Where the payload ends. Nothing at or behind it is ever used. */
  end = 0
  /** Arrays and maps that are open around `position`; kept only inside recursive types. */
  depth = 0
  /** Member names that errors may show. */
  members: readonly string[] = []
  /** What `bytes` is a view of: the buffer as it was given. */
  source: Uint8Array = NOTHING

  /** Points at `bytes[start, end)`. Cheap when the buffer is the one of the call before. */
  bind(bytes: Uint8Array, start: number, end: number): void {
    if (bytes !== this.source) {
      this.source = bytes
      this.bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const { view } = this
      // The view may be longer than what was received now: nothing is read behind the end of the payload.
      const covers =
        view.buffer === bytes.buffer && view.byteOffset === bytes.byteOffset && view.byteLength >= bytes.length
      if (!covers) this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    this.position = start
    this.start = start
    this.end = end
    this.depth = 0
  }
}
