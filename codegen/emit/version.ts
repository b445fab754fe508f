/** What generated files say they come from. */

/** Version of the package; a test holds it equal to `package.json`. */
export const GENERATOR_VERSION = '0.1.0'

/** Version of the data between reader and emitter. */
export const IR_VERSION = 1
