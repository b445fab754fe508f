/**
 * The secure channel once more, written from docs/wire-format.md and the Noise specification, with node:crypto and nothing of
 * the library. Slow and plain: it is the other side of the vectors.
 */

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
} from 'node:crypto'

type Bytes = Buffer

const sha256 = (...parts: readonly Uint8Array[]): Bytes => createHash('sha256').update(Buffer.concat(parts)).digest()
const hmac = (key: Uint8Array, data: Uint8Array): Bytes => createHmac('sha256', key).update(data).digest()
const none = Buffer.alloc(0)

/** HKDF as Noise writes it, § 4.3. */
function hkdf(chainingKey: Uint8Array, material: Uint8Array, outputs: number): Bytes[] {
  const temporary = hmac(chainingKey, material)
  const all: Bytes[] = []
  for (let number = 1; number <= outputs; number++) {
    all.push(hmac(temporary, Buffer.concat([all.at(-1) ?? none, Buffer.of(number)])))
  }
  return all
}

const PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')
const PUBLIC_PREFIX = Buffer.from('302a300506032b656e032100', 'hex')

export function publicKeyOf(secret: Uint8Array): Bytes {
  const key = createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, secret]), format: 'der', type: 'pkcs8' })
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_PREFIX.length)
}

function agree(secret: Uint8Array, remote: Uint8Array): Bytes {
  return diffieHellman({
    privateKey: createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, secret]), format: 'der', type: 'pkcs8' }),
    publicKey: createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, remote]), format: 'der', type: 'spki' }),
  })
}

const CIPHERS = { ChaChaPoly: 'chacha20-poly1305', AESGCM: 'aes-256-gcm' } as const
export type CipherName = keyof typeof CIPHERS

/** A key and its counter. */
export class Cipher {
  readonly #name: CipherName
  #key: Bytes
  #count = 0n

  constructor(name: CipherName, key: Bytes) {
    this.#name = name
    this.#key = key
  }

  #nonce(count: bigint): Bytes {
    const nonce = Buffer.alloc(12)
    if (this.#name === 'AESGCM') nonce.writeBigUInt64BE(count, 4)
    else nonce.writeBigUInt64LE(count, 4)
    return nonce
  }

  #sealAt(count: bigint, associated: Uint8Array, plain: Uint8Array): Bytes {
    const cipher = createCipheriv(CIPHERS[this.#name] as 'aes-256-gcm', this.#key, this.#nonce(count), {
      authTagLength: 16,
    })
    cipher.setAAD(associated)
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }

  seal(associated: Uint8Array, plain: Uint8Array): Bytes {
    return this.#sealAt(this.#count++, associated, plain)
  }

  open(associated: Uint8Array, sealed: Uint8Array): Bytes {
    const decipher = createDecipheriv(CIPHERS[this.#name] as 'aes-256-gcm', this.#key, this.#nonce(this.#count++), {
      authTagLength: 16,
    })
    decipher.setAAD(associated)
    decipher.setAuthTag(sealed.subarray(sealed.length - 16))
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - 16)), decipher.final()])
  }

  /** § 4.2: what the key makes of 32 zeros under the last nonce. */
  rekey(): void {
    this.#key = this.#sealAt(2n ** 64n - 1n, none, Buffer.alloc(32)).subarray(0, 32)
  }
}

/** A direction of the channel: record 65 536, 131 072, … are the first under a new key. */
export class Records {
  readonly #cipher: Cipher
  #sealed = 0

  constructor(cipher: Cipher) {
    this.#cipher = cipher
  }

  seal(type: number, data: Uint8Array): Bytes {
    const sealed = this.#cipher.seal(none, Buffer.concat([Buffer.of(type, 0, 0), data]))
    this.#counted()
    return withLength(sealed)
  }

  open(sealed: Uint8Array): { readonly type: number; readonly data: Bytes } {
    const plain = this.#cipher.open(none, sealed)
    this.#counted()
    return { type: plain[0]!, data: plain.subarray(3, plain.length - plain.readUInt16BE(1)) }
  }

  #counted(): void {
    if (++this.#sealed % 65_536 === 0) this.#cipher.rekey()
  }
}

export function withLength(bytes: Uint8Array): Bytes {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

const PATTERNS: Record<string, { readonly known: string; readonly messages: readonly string[] }> = {
  NNpsk0: { known: '', messages: ['psk e', 'e ee'] },
  XX: { known: '', messages: ['e', 'e ee s es', 's se'] },
  XXpsk3: { known: '', messages: ['e', 'e ee s es', 's se psk'] },
  KK: { known: 'i r', messages: ['e es ss', 'e ee se'] },
  IK: { known: 'r', messages: ['e es s ss', 'e ee se'] },
}

export interface PeerSettings {
  /** Such as `Noise_NNpsk0_25519_ChaChaPoly_SHA256`. */
  readonly name: string
  readonly suite: number
  readonly initiator: boolean
  readonly ephemeral: Uint8Array
  readonly hello: Uint8Array
  readonly key?: Uint8Array
  readonly statics?: Uint8Array
  /** Where the pattern knows it beforehand. */
  readonly remoteStatic?: Uint8Array
}

/** One side of an opening. */
export class IndependentPeer {
  readonly preamble: Bytes
  readonly #settings: PeerSettings
  readonly #pattern: { readonly known: string; readonly messages: readonly string[] }
  readonly #cipherName: CipherName
  readonly #isPsk: boolean
  #h: Bytes
  #ck: Bytes
  #cipher: Cipher | undefined
  #remoteEphemeral: Uint8Array = none
  #remoteStatic: Uint8Array
  #next = 0
  remoteHello: Bytes = none

  constructor(settings: PeerSettings) {
    this.#settings = settings
    const [, pattern = '', , cipher = ''] = settings.name.split('_')
    this.#pattern = PATTERNS[pattern]!
    this.#isPsk = pattern.includes('psk')
    this.#cipherName = cipher as CipherName
    this.#remoteStatic = settings.remoteStatic ?? none
    this.preamble = Buffer.from([0x43, 0x58, 0x53, 0x4e, 1, settings.suite, 1, 0])
    const name = Buffer.from(settings.name)
    this.#h = name.length <= 32 ? Buffer.concat([name, Buffer.alloc(32 - name.length)]) : sha256(name)
    this.#ck = this.#h
    this.#mixHash(
      Buffer.concat([Buffer.from('coxswain/1\0'), this.preamble, Buffer.of(name.length), name, Buffer.of(0, 0)]),
    )
    for (const side of this.#pattern.known.split(' ')) {
      if (side !== '') this.#mixHash((side === 'i') === settings.initiator ? this.#ownStatic() : this.#remoteStatic)
    }
  }

  get binding(): Bytes {
    return this.#h
  }

  get done(): boolean {
    return this.#next === this.#pattern.messages.length
  }

  #ownStatic(): Bytes {
    return publicKeyOf(this.#settings.statics!)
  }

  #mixHash(data: Uint8Array): void {
    this.#h = sha256(this.#h, data)
  }

  #mixKey(material: Uint8Array): void {
    const [ck, key] = hkdf(this.#ck, material, 2)
    this.#ck = ck!
    this.#cipher = new Cipher(this.#cipherName, key!)
  }

  #mixPsk(): void {
    const salted = hmac(Buffer.from('coxswain/1 psk'), this.#settings.key!)
    const psk = hmac(salted, Buffer.concat([Buffer.from(this.#settings.name), Buffer.of(1)]))
    const [ck, hash, key] = hkdf(this.#ck, psk, 3)
    this.#ck = ck!
    this.#mixHash(hash!)
    this.#cipher = new Cipher(this.#cipherName, key!)
  }

  #seal(plain: Uint8Array): Bytes {
    const sealed = this.#cipher?.seal(this.#h, plain) ?? Buffer.from(plain)
    this.#mixHash(sealed)
    return sealed
  }

  #open(sealed: Uint8Array): Bytes {
    const plain = this.#cipher?.open(this.#h, sealed) ?? Buffer.from(sealed)
    this.#mixHash(sealed)
    return plain
  }

  /** `es` is the initiator's ephemeral with the responder's static, and so on. */
  #agree(token: string): void {
    const own = token.charAt(this.#settings.initiator ? 0 : 1)
    const other = token.charAt(this.#settings.initiator ? 1 : 0)
    const secret = own === 'e' ? this.#settings.ephemeral : this.#settings.statics!
    this.#mixKey(agree(secret, other === 'e' ? this.#remoteEphemeral : this.#remoteStatic))
  }

  /** The hello goes into each side's last message. */
  #isLast(): boolean {
    return this.#next >= this.#pattern.messages.length - 2
  }

  write(): Bytes {
    const parts: Bytes[] = []
    for (const token of this.#pattern.messages[this.#next]!.split(' ')) {
      if (token === 'e') {
        const key = publicKeyOf(this.#settings.ephemeral)
        parts.push(key)
        this.#mixHash(key)
        if (this.#isPsk) this.#mixKey(key)
      } else if (token === 's') parts.push(this.#seal(this.#ownStatic()))
      else if (token === 'psk') this.#mixPsk()
      else this.#agree(token)
    }
    parts.push(this.#seal(this.#isLast() ? this.#settings.hello : none))
    this.#next++
    return withLength(Buffer.concat(parts))
  }

  read(message: Uint8Array): void {
    let rest = Buffer.from(message)
    const take = (count: number): Bytes => {
      const taken = rest.subarray(0, count)
      rest = rest.subarray(count)
      return taken
    }
    for (const token of this.#pattern.messages[this.#next]!.split(' ')) {
      if (token === 'e') {
        this.#remoteEphemeral = take(32)
        this.#mixHash(this.#remoteEphemeral)
        if (this.#isPsk) this.#mixKey(this.#remoteEphemeral)
      } else if (token === 's') this.#remoteStatic = this.#open(take(this.#cipher === undefined ? 32 : 48))
      else if (token === 'psk') this.#mixPsk()
      else this.#agree(token)
    }
    const payload = this.#open(rest)
    if (this.#isLast()) this.remoteHello = payload
    this.#next++
  }

  /** The directions, the initiator's first. */
  split(): { readonly send: Records; readonly receive: Records } {
    const [first, second] = hkdf(this.#ck, none, 2).map((key) => new Records(new Cipher(this.#cipherName, key)))
    return this.#settings.initiator ? { send: first!, receive: second! } : { send: second!, receive: first! }
  }
}
