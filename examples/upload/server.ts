/**
 * Takes files in: master of `Upload`. A file is stored under its name when its SHA-256 is right, and not at all otherwise.
 *
 *     npx tsx examples/upload/server.ts --port 2121 --folder ./uploads --max-bytes 1000000000
 *
 * `--write-delay-ms 20` makes the disk slow, `--disk-bytes 1000000` makes it full after a megabyte: the sender feels both.
 */

import { parseArgs } from 'node:util'

import { listen } from 'coxswain'

import { Stopped, Store, type Arrival } from './store.ts'
import { Upload, type FileMeta, type UploadMasterHandlers } from './upload.gen.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '2121' },
    folder: { type: 'string', default: 'uploads' },
    'max-bytes': { type: 'string', default: '1000000000' },
    'disk-bytes': { type: 'string', default: 'Infinity' },
    'write-delay-ms': { type: 'string', default: '0' },
  },
})
const maxBytes = Number(values['max-bytes'])
const store = new Store(values.folder, {
  capacityBytes: Number(values['disk-bytes']),
  writeDelayMs: Number(values['write-delay-ms']),
})

/** The handlers of one session. */
function takeFile(): UploadMasterHandlers {
  let meta: FileMeta
  return {
    meta: (turn) => {
      meta = turn.message
      if (meta.size > maxBytes) return turn.send.refuse({ reason: `a file may have ${maxBytes} bytes` })
      if (store.has(meta.name)) return turn.send.refuse({ reason: `there is a file called ${meta.name}` })
      return turn.send.accept()
    },
    chunks: async (turn) => {
      let arrival: Arrival
      let isKept: boolean
      try {
        arrival = await store.write(meta, turn.stream)
        isKept = await arrival.keepIfWhole()
      } catch (error) {
        // The session may be over already: then the other side has gone, and nothing that we say here is heard.
        const { send } = await turn.end()
        console.log(`dropped ${meta.name}: ${error instanceof Error ? error.message : String(error)}`)
        return send.stopped({ reason: error instanceof Stopped ? error.message : 'it cannot be stored' })
      }
      const { send } = await turn.end()
      if (!isKept) {
        console.log(`dropped ${meta.name}: its SHA-256 is another`)
        return send.corrupt({ got: arrival.sha256 })
      }
      console.log(`stored ${meta.name}, ${arrival.bytes} bytes`)
      return send.stored({ bytes: arrival.bytes })
    },
  }
}

const server = await listen({
  port: Number(values.port),
  security: 'none',
  serve: [
    Upload.master.with(takeFile, {
      onSessionEnd: ({ result }) => {
        if (result?.outcome === 'cancelled') console.log(`cancelled by the ${result.by}`)
      },
    }),
  ],
})
console.log(`listening on port ${server.port}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close({ deadlineMs: 1000 }))
}
