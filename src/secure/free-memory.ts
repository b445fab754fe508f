/** Memory that node:crypto has made for a result, given back as soon as the result has been copied. */

// Not the global of that name, which test environments that play a browser take away.
import { MessageChannel, type MessagePort } from 'node:worker_threads'

/** Below this, giving back costs more than it saves. */
const WORTHWHILE_BYTES = 8 * 1024

/** Of ES2024; Node 20 does not have it. */
type Transferring = ArrayBuffer & { transfer?(length: number): ArrayBuffer }

/** Where Node 20 posts what shall go: to nobody. Made for the first that goes. */
let closedPort: MessagePort | undefined

/**
 * Frees the memory of bytes that nobody else holds; they are empty then. The collector would do the same, but so late that
 * each record would be sealed into memory that no cache has and that the system has to map anew: 16 µs of 63 for 64 KiB in
 * Node 20, 28 of 77 in Node 24. Small ones, and parts of something larger, are left to the collector.
 */
export function freeMemory(bytes: Uint8Array<ArrayBuffer>): void {
  const buffer: Transferring = bytes.buffer
  if (bytes.byteLength < WORTHWHILE_BYTES || bytes.byteLength !== buffer.byteLength) return
  if (buffer.transfer !== undefined) buffer.transfer(0)
  else (closedPort ??= createClosedPort()).postMessage(undefined, [buffer])
}

/** What is posted to a closed port is taken from the sender all the same, as the standard asks, and dropped. */
function createClosedPort(): MessagePort {
  const { port1 } = new MessageChannel()
  port1.close()
  return port1
}
