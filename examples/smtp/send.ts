/**
 * Sends a message file: peer of `Smtp`.
 *
 *     npx tsx examples/smtp/send.ts --port 2525 --from me@home.example --to you@example.org examples/smtp/message.eml
 */

import { createReadStream } from 'node:fs'
import { access, constants } from 'node:fs/promises'
import { parseArgs } from 'node:util'

import { connect } from 'coxswain'

import { Smtp } from './smtp.gen.ts'

const { values, positionals } = parseArgs({
  options: {
    port: { type: 'string', default: '2525' },
    from: { type: 'string', default: 'me@home.example' },
    to: { type: 'string', multiple: true, default: [] },
  },
  allowPositionals: true,
})
const [file] = positionals
if (file === undefined || values.to.length === 0) {
  console.error('usage: send.ts --port PORT --from ADDRESS --to ADDRESS [--to ADDRESS] FILE')
  process.exit(2)
}

// Found out before anything is said.
await access(file, constants.R_OK)
const waiting = [...values.to]
const refused: string[] = []
let taken = 0
let stored: string | undefined

await using link = await connect({ port: Number(values.port), security: 'none' })
for await (const turn of Smtp.peer.turns(link)) {
  switch (turn.at) {
    case 'ready':
      if (turn.via === '220') await turn.send.EHLO({ domain: 'home.example' })
      else if (turn.via === 'EHLO.250') await turn.send.MAIL({ from: values.from })
      else {
        // The message has been answered, or the sender was refused.
        if (turn.via === '354.250') stored = turn.message.text
        else console.error(`refused: ${turn.message.text}`)
        await turn.send.QUIT()
      }
      break
    case 'recipients': {
      if (turn.via === 'RCPT.250') taken++
      else if (turn.via === '550') refused.push(turn.message.text)
      const next = waiting.pop()
      await (next === undefined ? turn.send.DATA() : turn.send.RCPT({ to: next }))
      break
    }
    case '354':
      // Read only as far as the server has room; closed when it wants no more.
      await turn.send.body(createReadStream(file))
      break
    case '221':
      break
    default:
      turn satisfies never
  }
}

if (stored !== undefined) console.log(`${stored}, for ${taken} of ${values.to.length}`)
for (const text of refused) console.error(`refused: ${text}`)
process.exitCode = stored !== undefined && refused.length === 0 ? 0 : 1
