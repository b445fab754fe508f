/** Memory that goes from whoever received bytes to whoever decodes them, so that a large payload need not be copied. */

/** Smaller pieces are copied: that costs less than to ask. */
export const OWN_MEMORY_MIN_BYTES = 4096

let given: Uint8Array | undefined

/** Whoever gives it neither reads nor writes it any more. Good until the next call, or until it is taken. */
export function giveMemory(bytes: Uint8Array): void {
  given = bytes
}

/** True once for what was given: the caller may keep these bytes, and any part of them, as its own. */
export function takeMemory(bytes: Uint8Array): boolean {
  if (bytes !== given) return false
  given = undefined
  return true
}
