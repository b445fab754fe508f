/** Handshakes of the library between two ends in one process, and the bare cryptography that no handshake can do without. */

import {
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'

import { createHandshake, prepareSecurity } from '../../src/secure/index.ts'
import { encodeHello } from '../../src/wire/hello.ts'
import { DEFAULT_LIMITS } from '../../src/base/limits.ts'

const KEY = new Uint8Array(32).fill(7)
/** NNpsk0 */
const SUITE = 1

const security = {
  initiator: prepareSecurity({ key: KEY }, 'initiator'),
  responder: prepareSecurity({ key: KEY }, 'responder'),
}
const hello = {
  initiator: encodeHello({ ...DEFAULT_LIMITS, initiator: true, suite: SUITE }),
  responder: encodeHello({ ...DEFAULT_LIMITS, initiator: false, suite: SUITE }),
}

function shake(): void {
  const near = createHandshake({ role: 'initiator', security: security.initiator, payload: hello.initiator })
  const far = createHandshake({ role: 'responder', security: security.responder, payload: hello.responder })
  far.start()
  const answer = far.read(near.start()!)
  const confirmation = near.read(answer.send!)
  const opened = far.read(confirmation.send!)
  if (opened.opened === undefined || confirmation.opened === undefined) throw new Error('the handshake did not open')
  if (!Buffer.from(opened.opened.channel.binding).equals(confirmation.opened.channel.binding)) {
    throw new Error('the two ends have different keys')
  }
  opened.opened.channel.destroy()
  confirmation.opened.channel.destroy()
}

/** The same number of keys, exchanges and derivations, for both ends: what Noise NNpsk0 asks for, with nothing around it. */
function bare(): void {
  const [near, far] = [createKeyPair(), createKeyPair()]
  derive(near, far.raw)
  derive(far, near.raw)
}

/** Exported while it is made, as the library does: a later export can stand still for ever (Node 20). */
function createKeyPair(): BareKeyPair {
  const encoding = { publicKeyEncoding: { format: 'jwk' } }
  const { privateKey, publicKey } = generateKeyPairSync('x25519', encoding) as unknown as ExportedKeyPair
  return { privateKey, raw: Buffer.from(publicKey.x!, 'base64url') }
}

interface BareKeyPair {
  readonly privateKey: KeyObject
  readonly raw: Buffer
}

interface ExportedKeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: JsonWebKey
}

function derive(own: BareKeyPair, other: Buffer): void {
  // psk, both ephemeral keys, their product, and the two keys at the end.
  let chain = expand(KEY, KEY, 3)
  chain = expand(chain, own.raw, 2)
  chain = expand(chain, other, 2)
  chain = expand(chain, diffieHellman({ privateKey: own.privateKey, publicKey: publicFrom(other) }), 2)
  expand(chain, EMPTY, 2)
}

const EMPTY = Buffer.alloc(0)

/** As JWK: OpenSSL takes that in a tenth of the time of DER. */
function publicFrom(raw: Buffer): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: raw.toString('base64url') }, format: 'jwk' })
}

/** HKDF as Noise writes it; the first output. */
function expand(chain: Uint8Array, input: Uint8Array, outputs: number): Buffer {
  const temporary = createHmac('sha256', chain).update(input).digest()
  const first = createHmac('sha256', temporary).update(Buffer.of(1)).digest()
  let output = first
  for (let index = 2; index <= outputs; index++) {
    output = createHmac('sha256', temporary).update(output).update(Buffer.of(index)).digest()
  }
  return first
}

/** µs of each, in turns. */
export async function measureHandshakes({
  rounds,
  calls,
}: {
  readonly rounds: number
  readonly calls: number
}): Promise<{ readonly ours: readonly number[]; readonly bare: readonly number[] }> {
  const [ours, theirs]: [number[], number[]] = [[], []]
  for (let round = -1; round < rounds; round++) {
    const pair = [await timeOf(shake, calls), await timeOf(bare, calls)] as const
    if (round < 0) continue
    ours.push(pair[0])
    theirs.push(pair[1])
  }
  return { ours, bare: theirs }
}

/** Keys live outside of the heap and are let go between turns of the event loop alone: as in a server, some handshakes make a turn. */
const CALLS_OF_A_TURN = 20

async function timeOf(run: () => void, calls: number): Promise<number> {
  const { user, system } = process.cpuUsage()
  for (let call = 0; call < calls; call++) {
    run()
    if (call % CALLS_OF_A_TURN === 0) await nextTurn()
  }
  const used = process.cpuUsage({ user, system })
  return (used.user + used.system) / calls
}
