/**
 * Uploads a file, with a progress bar on a terminal: peer of `Upload`. Ctrl-C cancels the upload on both sides.
 *
 *     npx tsx examples/upload/send.ts --port 2121 FILE
 *     npx tsx examples/upload/send.ts --port 2121 --bytes 500000000       so many bytes that nobody needs
 *
 * `--corrupt` changes a byte on the way, `--cancel-at BYTES` gives up half-way.
 */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'

import { connect } from 'coxswain'

import { Progress } from './progress.ts'
import { Upload } from './upload.gen.ts'

const CHUNK_BYTES = 65_536

const { values, positionals } = parseArgs({
  options: {
    port: { type: 'string', default: '2121' },
    bytes: { type: 'string' },
    corrupt: { type: 'boolean', default: false },
    'cancel-at': { type: 'string', default: 'Infinity' },
  },
  allowPositionals: true,
})
const [path] = positionals
const isSized = values.bytes === undefined || /^\d+$/.test(values.bytes)
if ((path === undefined) === (values.bytes === undefined) || !isSized) {
  console.error('usage: send.ts [--port PORT] [--corrupt] [--cancel-at BYTES] (FILE | --bytes N)')
  process.exit(2)
}

/** Bytes that nobody needs: the same each time, so that the file need not lie anywhere. */
function* madeUp(size: number): Generator<Uint8Array> {
  for (let at = 0; at < size; at += CHUNK_BYTES) {
    yield new Uint8Array(Math.min(CHUNK_BYTES, size - at)).fill(at / CHUNK_BYTES)
  }
}

const source = (): AsyncIterable<Uint8Array> | Iterable<Uint8Array> =>
  path === undefined ? madeUp(Number(values.bytes)) : createReadStream(path, { highWaterMark: CHUNK_BYTES })

/** The name under which a file is announced: the declaration takes plain ones only. */
const plainName = (file: string): string => basename(file).replace(/[^A-Za-z0-9._-]|^\./g, '_')

const name = path === undefined ? `made-up-${process.pid}.bin` : plainName(path)
const size = path === undefined ? Number(values.bytes) : (await stat(path)).size
const hash = createHash('sha256')
for await (const chunk of source()) hash.update(chunk)

const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort(new Error('interrupted')))
const progress = new Progress(size)

/** What is sent: the file, with what the options ask for done to it. */
async function* chunks(cancel: (reason: string) => void): AsyncGenerator<Uint8Array> {
  let sent = 0
  try {
    for await (const chunk of source()) {
      if (sent >= Number(values['cancel-at'])) cancel('--cancel-at')
      if (values.corrupt && sent === 0) yield chunk.map((byte, index) => (index === 0 ? byte ^ 1 : byte))
      else yield chunk
      sent += chunk.length
      progress.show(sent)
    }
  } finally {
    progress.done()
  }
}

await using link = await connect({ port: Number(values.port), security: 'none' })
try {
  const { outcome, message } = await Upload.peer.handle(
    link,
    {
      start: (turn) => turn.send.meta({ name, size, sha256: hash.digest() }),
      accept: (turn) => turn.send.chunks(chunks((reason) => turn.session.cancel(reason))),
      // The master has stopped reading if `streamed` is not "ended".
      stopped: (turn) => console.error(`${turn.streamed}: ${turn.message.reason}`),
    },
    { signal: interrupted.signal },
  )
  if (outcome === 'stored') console.log(`stored, ${message.bytes} bytes`)
  else if (outcome === 'refuse') console.error(`refused: ${message.reason}`)
  else console.error(outcome)
  process.exitCode = outcome === 'stored' ? 0 : 1
} catch (error) {
  if (!interrupted.signal.aborted) throw error
  console.error('interrupted')
  process.exitCode = 130
}
