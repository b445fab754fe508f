/** The reader: from `*.steer.ts` files to plain data. The only part of the generator that needs ts-morph. */

export { DeclarationReader, readDeclarations, type ReadOptions, type ReadResult } from './read-declarations.ts'
export type { FileAnswer, FileFact, FileQuestion } from './file-view.ts'
