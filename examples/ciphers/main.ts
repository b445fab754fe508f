/**
 * One conversation over links that are secured in four ways: as built in, and by each of the three rungs on which a program can
 * put something of its own.
 *
 *     npx tsx examples/ciphers/main.ts
 */

import { connect, generateKey, listen, type Security } from 'coxswain'

import { withChannel } from './channel.ts'
import { withPair } from './pair.ts'
import { withPrimitive } from './primitive.ts'
import { Whisper } from './whisper.gen.ts'

const WAYS: Readonly<Record<string, (key: Uint8Array) => Security>> = {
  'as built in': (key) => ({ key }),
  'another primitive': withPrimitive,
  'a whole channel': withChannel,
  'a pair of functions': withPair,
}

const serve = [Whisper.master.with({ whisper: (turn) => turn.send.reply(`I heard "${turn.message}"`) })]

for (const [name, secure] of Object.entries(WAYS)) {
  const security = secure(generateKey())
  await using server = await listen({ port: 0, security, serve })
  await using link = await connect({ port: server.port ?? 0, security })
  const { message } = await Whisper.peer.handle(link, { start: (turn) => turn.send.whisper('the treasure is here') })
  console.log(`${name}: ${message ?? 'cancelled'}`)
}
