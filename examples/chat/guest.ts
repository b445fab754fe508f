/**
 * A guest of the chat room: what is typed is said, what others say is shown.
 *
 *     npx tsx examples/chat/guest.ts --port 7171 --name ada
 */

import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'

import { connect } from 'coxswain'

import { Enter, Say } from './chat.gen.ts'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '7171' }, name: { type: 'string', default: `guest-${process.pid}` } },
})

const show = Say.master.with({ line: (turn) => console.log(`${turn.message.from}: ${turn.message.text}`) })
const link = await connect({ port: Number(values.port), security: 'none', serve: [show] })

const entered = await Enter.peer.handle(link, { start: (turn) => turn.send.name({ name: values.name }) })
if (entered.outcome !== 'welcome') {
  console.error(`the name "${values.name}" is taken`)
  await link.close()
  process.exit(1)
}
const { present } = entered.message
console.log(present.length === 0 ? 'you are the first' : `here are ${present.join(', ')}`)

const keyboard = createInterface({ input: process.stdin })
void link.closed.then(() => {
  keyboard.close()
})
for await (const text of keyboard) {
  if (text === '') continue
  const said = await Say.peer.handle(link, { start: (turn) => turn.send.line({ from: values.name, text }) })
  if (said.outcome === 'cancelled') console.error(`not said: ${said.reason}`)
}
await link.close()
