/** Reads JSON that may be anything: what is not as it should be is said, with where it stands. */

export class UnreadableError extends Error {
  /** A text in the file near which the fault lies. */
  readonly fingerprint: string | undefined

  constructor(message: string, fingerprint?: string) {
    super(message)
    this.fingerprint = fingerprint
  }
}

export class JsonReader {
  readonly #value: unknown
  readonly #place: string

  constructor(value: unknown, place: string) {
    this.#value = value
    this.#place = place
  }

  /** This reader, once it is sure that there are these members and no others. A name with `?` behind it may be absent. */
  object(...names: readonly string[]): this {
    const members = Object.keys(this.#members())
    const known = new Set(names.map((name) => name.replace('?', '')))
    const extra = members.find((name) => !known.has(name))
    if (extra !== undefined) throw this.#fault(`has an unknown member ${JSON.stringify(extra)}`)
    const missing = names.find((name) => !name.endsWith('?') && !members.includes(name))
    if (missing !== undefined) throw this.#fault(`has no member "${missing}"`)
    return this
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#members(), name)
  }

  member(name: string): JsonReader {
    return new JsonReader(this.#members()[name], name)
  }

  entries(): (readonly [name: string, value: JsonReader])[] {
    return Object.entries(this.#members()).map(([name, value]) => [name, new JsonReader(value, name)])
  }

  list(): JsonReader[] {
    if (!Array.isArray(this.#value)) throw this.#fault('is no list')
    return this.#value.map((item) => new JsonReader(item, `an item of ${this.#place}`))
  }

  text(): string {
    if (typeof this.#value !== 'string') throw this.#fault('is no text')
    return this.#value
  }

  boolean(): boolean {
    if (typeof this.#value !== 'boolean') throw this.#fault('is no boolean')
    return this.#value
  }

  /** A whole number from 0. */
  count(): number {
    if (typeof this.#value !== 'number' || !Number.isSafeInteger(this.#value) || this.#value < 0) {
      throw this.#fault('is no whole number')
    }
    return this.#value
  }

  /** A whole number below the bound. */
  index(below: number): number {
    const number = this.count()
    if (number >= below) throw this.#fault(`is ${number}, and there are ${below}`)
    return number
  }

  value(): unknown {
    return this.#value
  }

  #members(): Readonly<Record<string, unknown>> {
    if (typeof this.#value !== 'object' || this.#value === null || Array.isArray(this.#value)) {
      throw this.#fault('is no object')
    }
    return this.#value as Readonly<Record<string, unknown>>
  }

  #fault(what: string): UnreadableError {
    return new UnreadableError(`${this.#place} ${what}`)
  }
}
