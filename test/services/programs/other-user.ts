/** Starts a reactor with a control socket at the path given, as somebody who may not open what is there. */

import { reactor } from '../../../src/services/index.ts'

const [path = ''] = process.argv.slice(2)
// Permissions do not bind the superuser.
if (process.getuid?.() === 0) process.seteuid?.(65534)
const r = reactor({ metadata: undefined, control: { path }, services: [] })
const code = await r.ready.then(
  () => 'ready',
  (error: unknown) => (error as { readonly code: string }).code,
)
process.stdout.write(`${code}\n`)
await r.shutdown()
