/**
 * Pacing of a run: one side sending again and again without a turn of the other. Turn-taking never comes near a window, since
 * every turn of the other side proves that it has taken everything in.
 */

export interface WindowSize {
  readonly messages: number
  readonly bytes: number
}

/** The sender's count of what the other side may not have taken in yet. */
export class SendWindow {
  readonly #size: WindowSize
  #messages = 0
  #bytes = 0

  constructor(size: WindowSize) {
    this.#size = size
  }

  /** Another message may go out. The bytes are looked at before, not after, so one message may go over them. */
  get open(): boolean {
    return this.#messages < this.#size.messages && this.#bytes < this.#size.bytes
  }

  sent(bytes: number): void {
    this.#messages++
    this.#bytes += bytes
  }

  turnCame(): void {
    this.#messages = 0
    this.#bytes = 0
  }

  /** False when more comes back than went out. */
  credit(messages: number, bytes: number): boolean {
    this.#messages -= messages
    this.#bytes -= bytes
    return this.#messages >= 0 && this.#bytes >= 0
  }
}

/** The receiver's count of what it owes credit for. */
export class ReceiveWindow {
  readonly #size: WindowSize
  /** Arrived in this run and not credited yet. */
  #messages = 0
  #bytes = 0
  /** The part of it that the program has taken. */
  #takenMessages = 0
  #takenBytes = 0

  constructor(size: WindowSize) {
    this.#size = size
  }

  /** Counts an arrival; false when the sender had no credit for it. */
  admit(bytes: number): boolean {
    if (this.#messages >= this.#size.messages || this.#bytes >= this.#size.bytes) return false
    this.#messages++
    this.#bytes += bytes
    return true
  }

  /** Counts what the program has taken; returns the credit to give back when half a window has gathered. */
  consume(bytes: number): WindowSize | undefined {
    this.#takenMessages++
    this.#takenBytes += bytes
    if (this.#takenMessages * 2 < this.#size.messages && this.#takenBytes * 2 < this.#size.bytes) return undefined
    const credit = { messages: this.#takenMessages, bytes: this.#takenBytes }
    this.#messages -= credit.messages
    this.#bytes -= credit.bytes
    this.#takenMessages = 0
    this.#takenBytes = 0
    return credit
  }

  /** This side has moved: everything before it is settled. */
  turnCame(): void {
    this.#messages = 0
    this.#bytes = 0
    this.#takenMessages = 0
    this.#takenBytes = 0
  }

  describe(): string {
    const { messages, bytes } = this.#size
    return `the other side sends without credit: limits.windowMessages is ${messages}, limits.windowBytes ${bytes}`
  }
}
