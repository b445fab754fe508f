/** An isolate that answers its reactor, and can be asked to end itself. */

import { isolateService } from 'coxswain/reactor'
import { Echo } from '../../protocols/session.gen.ts'

const DEEDS: Readonly<Record<string, () => void>> = {
  exit: () => process.exit(3),
  spin: () => {
    for (;;);
  },
}

export const service = isolateService<{ readonly greeting: string }>({
  serve: ({ greeting }) => [
    Echo.master.with(
      {
        ask: ({ message, send, metadata, link }) => {
          DEEDS[message.text]?.()
          if (message.text === 'call back') void callBack(link)
          return send.reply({ n: message.n + 1, text: `${metadata} ${message.text}` })
        },
      },
      { metadata: greeting },
    ),
  ],
})

/** What the isolate asks of its reactor. */
async function callBack(link: Parameters<typeof Echo.peer.open>[0]): Promise<void> {
  const start = await Echo.peer.open(link)
  await start.send.ask({ n: process.pid, text: 'from the isolate' })
}
