/** The rule by which literal members tell the objects of a union apart, for codecs and for the comparison of versions. */

/** The bytes of a number do not say whether it is a bigint, so that one object's `3` and another's `4n` are no choice. */
export function areDistinct(values: readonly (string | number | boolean | bigint | null)[]): boolean {
  const types = new Set(values.map((value) => typeof value))
  return new Set(values).size === values.length && !(types.has('number') && types.has('bigint'))
}
