/** What a simulated network is like, as data. */

/** Times are simulated milliseconds; what is drawn at random is drawn from the simulation's seed. */
export interface NetworkConditions {
  /** One way, drawn for each piece; pieces of one direction never overtake each other. Default 1 to 5. */
  readonly latencyMs: readonly [min: number, max: number]
  /** How often what was written at once arrives in several pieces, cut at any byte. Default 0.3. */
  readonly splitChance: number
  /** How often pieces that have both arrived are read at once. Default 0.5. */
  readonly mergeChance: number
  /** How often a piece is held up for longer. Default 0. */
  readonly stallChance: number
  /** For how long. Default 10 to 500. */
  readonly stallMs: readonly [min: number, max: number]
  /** Most bytes of one direction that are on their way; what is written beyond waits at the writer. Default 64 KiB. */
  readonly bufferBytes: number
  /** How fast the reader takes them. Default `Infinity`. */
  readonly bytesPerMs: number
}

export const DEFAULT_CONDITIONS: NetworkConditions = Object.freeze({
  latencyMs: [1, 5],
  splitChance: 0.3,
  mergeChance: 0.5,
  stallChance: 0,
  stallMs: [10, 500],
  bufferBytes: 64 * 1024,
  bytesPerMs: Infinity,
} as const)
