/** From proved models to the text of the generated files. */

export {
  emitFile,
  type AcceptedVersions,
  type EmittedFile,
  type EmitResult,
  type ProtocolSummary,
} from './emit-file.ts'
