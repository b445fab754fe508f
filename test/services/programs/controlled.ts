/** A reactor that can be looked at: one service fails, one serves a session that waits, and one has opened it. */

import { dialService, reactor, serveService } from 'coxswain/reactor'
import { Echo } from '../../protocols/session.gen.ts'

const [path = '', port = '0'] = process.argv.slice(2)
const never = new Promise<never>(() => undefined)
let reached: (port: number) => void = () => undefined
const listening = new Promise<number>((resolve) => (reached = resolve))

const server = serveService({
  port: Number(port),
  security: 'none',
  serve: [Echo.master.with({ ask: () => never })],
  onListening: (address) => reached('port' in address ? address.port : 0),
  drainMs: 0,
})
const r = reactor({
  metadata: undefined,
  name: 'shown',
  control: { path },
  signals: ['SIGTERM'],
  services: [
    { name: 'server', service: server },
    {
      name: 'failing',
      backoff: { minMs: 3_600_000, maxMs: 3_600_000 },
      service: { main: () => Promise.reject(new Error('no')) },
    },
  ],
})
const dialled = dialService({
  port: await listening,
  security: 'none',
  drainMs: 0,
  run: async (link) => {
    const start = await Echo.peer.open(link)
    void start.send.ask({ n: 1, text: 'hello' }).catch(() => undefined)
    process.stdout.write('asked\n')
    await never
  },
  serve: [],
})
await r.add({ name: 'dialled', service: dialled, dependsOn: ['server'], stopTimeoutMs: 10 })
await r.done
process.stdout.write('done\n')
