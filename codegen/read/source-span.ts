/** From a node of the syntax tree to the place that a diagnostic names. */

import { relative, sep } from 'node:path'
import type { ts } from 'ts-morph'
import type { SourceSpan } from '../../src/ir/source.ts'

/** The span of a node, cut at the end of its first line. */
export function spanOf(root: string, node: ts.Node): SourceSpan {
  const file = node.getSourceFile()
  return spanBetween(root, file, node.getStart(file), node.getEnd())
}

/** The span between two offsets, cut at the end of its first line and at least one unit long. */
export function spanBetween(root: string, file: ts.SourceFile, start: number, end: number): SourceSpan {
  const { line, character } = file.getLineAndCharacterOfPosition(start)
  const nextLine = file.getLineStarts()[line + 1] ?? file.text.length
  const lineEnd = start + file.text.slice(start, nextLine).trimEnd().length
  return {
    file: relativePath(root, file.fileName),
    line: line + 1,
    column: character + 1,
    length: Math.max(1, Math.min(end, lineEnd) - start),
  }
}

/** A path as diagnostics and generated files show it: from the root, with forward slashes. */
export function relativePath(root: string, path: string): string {
  // Every span of a file asks, and `relative` takes both paths apart each time.
  if (path.startsWith(`${root}/`)) return path.slice(root.length + 1)
  return relative(root, path).split(sep).join('/')
}
