/** The fixed bounds of the payload encoding. They are part of the wire format: both ends must agree on what is refused. */

/** Most arrays and maps that may stand inside each other in one payload. Tags do not count. */
export const DEPTH_MAX = 64

/** Most bytes of a bignum's magnitude (tag 2 and 3): 256 bits. Longer ones cost quadratic time to turn into a `bigint`. */
export const BIGINT_MAX_BYTES = 32

/** Seconds that a `Date` can hold on either side of 1970. */
export const DATE_MAX_SECONDS = 8_640_000_000_000

/**
 * The same inside `Open` payloads: 2^42, the years -137 396 to 141 335. Beyond it the multiplication with which cbor-x finds
 * the millisecond can be off by one.
 */
export const OPEN_DATE_MAX_SECONDS = 4_398_046_511_104
