/** Times of round trips: of one session, of each sixteenth trip; of many, of some sessions. */

const SAMPLED_SESSIONS = 64
const SAMPLES_MAX = 50_000

export class Latencies {
  readonly #stride: number
  readonly #sessions: number
  readonly #began: Float64Array
  readonly values: number[] = []

  constructor(sessions: number) {
    this.#sessions = sessions
    this.#stride = Math.max(1, Math.floor(sessions / SAMPLED_SESSIONS))
    this.#began = new Float64Array(sessions)
  }

  begin(session: number, trip: number): void {
    if (this.#isSampled(session, trip)) this.#began[session] = performance.now()
  }

  end(session: number, trip: number): void {
    if (this.#isSampled(session, trip) && this.values.length < SAMPLES_MAX) {
      this.values.push((performance.now() - this.#began[session]!) * 1000)
    }
  }

  #isSampled(session: number, trip: number): boolean {
    return this.#sessions === 1 ? (trip & 15) === 0 : session % this.#stride === 0
  }
}
