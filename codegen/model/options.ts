/** What of a model is chosen when it is written. */

export interface ModelOptions {
  /** How many frames each direction of the connection holds, 1 to 16. */
  readonly capacity: number
  /** What windows of streams are cut to, 1 to 64. */
  readonly window: number
}

/** What the options may be, and are by default. */
export const MODEL_LIMITS = {
  capacity: { least: 1, most: 16, usual: 2 },
  window: { least: 1, most: 64, usual: 2 },
} as const
