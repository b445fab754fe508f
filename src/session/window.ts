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
export interface ReceiveWindow {
  /** Counts an arrival; false when the sender had no credit for it. */
  admit(bytes: number): boolean
  /** Counts what the program has taken; returns the credit to give back when half a window has gathered. */
  consume(bytes: number): WindowSize | undefined
  /** This side has moved: everything before it is settled. */
  turnCame(): void
  describe(): string
}

export function createReceiveWindow(size: WindowSize): ReceiveWindow {
  let messages = 0
  let bytes = 0
  let takenMessages = 0
  let takenBytes = 0
  return {
    admit(arrived) {
      if (messages >= size.messages || bytes >= size.bytes) return false
      messages++
      bytes += arrived
      return true
    },
    consume(taken) {
      takenMessages++
      takenBytes += taken
      if (takenMessages * 2 < size.messages && takenBytes * 2 < size.bytes) return undefined
      const credit = { messages: takenMessages, bytes: takenBytes }
      messages -= takenMessages
      bytes -= takenBytes
      takenMessages = 0
      takenBytes = 0
      return credit
    },
    turnCame() {
      messages = 0
      bytes = 0
      takenMessages = 0
      takenBytes = 0
    },
    describe: () =>
      `the other side sends without credit: limits.windowMessages is ${size.messages}, limits.windowBytes ${size.bytes}`,
  }
}
