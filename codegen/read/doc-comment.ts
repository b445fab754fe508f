/**
 * The user's JSDoc before a node, without comment marks. Read from the text, since the compiler attaches JSDoc to declarations
 * only, and steps are calls.
 */

import { ts } from 'ts-morph'

/** The last JSDoc comment before the node, or undefined. Tags stay in the text, lines are joined by `\n`. */
export function docOf(node: ts.Node): string | undefined {
  const text = node.getSourceFile().text
  const start = node.getFullStart()
  const sameLine = ts.getTrailingCommentRanges(text, start) ?? []
  const leading = ts.getLeadingCommentRanges(text, start) ?? []
  // A comment behind the element before, on its line, belongs to that one.
  const own = sameLine.filter((range) => !text.slice(range.end, node.getStart()).includes('\n'))
  const comments = [...leading, ...own].map((range) => text.slice(range.pos, range.end))
  const last = comments.filter((comment) => /^\/\*\*[^/]/.test(comment)).at(-1)
  return last === undefined ? undefined : cleanComment(last)
}

function cleanComment(comment: string): string | undefined {
  const lines = comment
    .slice('/**'.length, -'*/'.length)
    .split(/\r?\n/)
    .map((line, index) => (index === 0 ? line : line.replace(/^\s*\*? ?/, '')).trimEnd())
  const text = lines.join('\n').trim()
  return text === '' ? undefined : text
}
