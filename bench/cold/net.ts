/** The same over a bare socket, with bytes that a server sends back. */

import { writeSync } from 'node:fs'
import { connect } from 'node:net'

const MESSAGE = Buffer.alloc(114, 1)

const socket = connect({ host: '127.0.0.1', port: Number(process.argv[2]), noDelay: true })
socket.write(MESSAGE)
let count = 0
socket.on('data', (chunk) => {
  count += chunk.length
  if (count < MESSAGE.length) return
  writeSync(1, 'answer 1\n')
  socket.end()
})
