/** From a proved protocol to a model that others can check. */

export { MODEL_MARK } from './header.ts'
export { MODEL_LIMITS, type ModelOptions } from './options.ts'
export { writePromela } from './promela.ts'
