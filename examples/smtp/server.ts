/**
 * A mail server: master of `Smtp`. It stores what it receives.
 *
 *     npx tsx examples/smtp/server.ts --port 2525 --folder ./mail --domain example.org --max-bytes 10000000
 */

import { parseArgs } from 'node:util'

import { listen } from 'coxswain'

import { Mailbox, MessageTooLarge } from './mailbox.ts'
import { Smtp, type SmtpMasterHandlers } from './smtp.gen.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '2525' },
    folder: { type: 'string', default: 'mail' },
    domain: { type: 'string', default: 'example.org' },
    'max-bytes': { type: 'string', default: '10000000' },
  },
})
const mailbox = new Mailbox(values.folder, values.domain, Number(values['max-bytes']))

/** The handlers of one session: they share the envelope that they have seen so far. */
function receiveMail(): SmtpMasterHandlers {
  let from = ''
  let to: string[] = []
  return {
    start: (turn) => turn.send['220']({ text: `${values.domain} ready` }),
    EHLO: (turn) => turn.send['250']({ text: `hello, ${turn.message.domain}` }),
    MAIL: (turn) => {
      if (!mailbox.isAddress(turn.message.from)) return turn.send['501']({ text: 'that is no address' })
      from = turn.message.from
      to = []
      return turn.send['250']({ text: 'sender taken' })
    },
    RCPT: (turn) => {
      if (!mailbox.takes(turn.message.to)) return turn.send['550']({ text: 'no such mailbox here' })
      to.push(turn.message.to)
      return turn.send['250']({ text: 'recipient taken' })
    },
    DATA: (turn) =>
      to.length === 0
        ? turn.send['503']({ text: 'name a recipient first' })
        : turn.send['354']({ text: 'send the message' }),
    body: async (turn) => {
      try {
        const { name, bytes } = await mailbox.store(from, to, turn.stream)
        console.log(`stored ${name}, ${bytes} bytes from ${from} for ${to.join(', ')}`)
        const { send } = await turn.end()
        return send['250']({ text: `stored as ${name}` })
      } catch (error) {
        // Whatever was not read by now is cancelled: the client stops reading its file.
        const { send } = await turn.end()
        if (error instanceof MessageTooLarge) return send['552']({ text: error.message })
        console.error('cannot store', error)
        return send['451']({ text: 'cannot store it now' })
      }
    },
    QUIT: (turn) => turn.send['221']({ text: 'goodbye' }),
  }
}

const server = await listen({ port: Number(values.port), security: 'none', serve: [Smtp.master.with(receiveMail)] })
console.log(`listening on port ${server.port}`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close({ deadlineMs: 1000 }))
}
