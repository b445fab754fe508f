/** Folders of declarations for the tests of the command. */

import { onTestFinished } from 'vitest'

import { createProject } from '../codegen/emit/generate.ts'

/** A folder with these files, which goes when the test is over. */
export function project(files: Readonly<Record<string, string>> = {}): string {
  const { root, remove } = createProject(files)
  onTestFinished(remove)
  return root
}
