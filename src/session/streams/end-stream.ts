/** `state.end()`: what a state with a stream has in place of its moves. */

import type { StreamEnd } from '../../kernel/state.ts'
import type { IncomingStream } from './incoming.ts'

/** Takes no more of the stream and resolves, when both sides have said their end, to what it came to and what may be done next. */
export async function endStream<Next extends object>(
  stream: IncomingStream,
  next: Next,
): Promise<{ readonly how: StreamEnd } & Next> {
  stream.stop()
  return { how: await stream.whenOver(), ...next }
}
