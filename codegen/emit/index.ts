/** From proved models to the text of the generated files. */

export { emitFile, type EmittedFile, type EmitResult } from './emit-file.ts'
