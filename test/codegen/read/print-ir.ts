/** What the reader gives, as text for a file that people review: short values on one line, a source as `line:column+length`. */

const LINE_MAX_LENGTH = 110

export function printIr(value: unknown, indent = ''): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const source = value as { line?: number; column?: number; length?: number; file?: string }
  if (typeof source.line === 'number') return `${source.file}:${source.line}:${source.column}+${source.length}`
  const inner = `${indent}  `
  const parts = Array.isArray(value)
    ? value.map((element) => printIr(element, inner))
    : Object.entries(value).map(([name, member]) => `${name}: ${printIr(member, inner)}`)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{ ', ' }']
  const line = `${open}${parts.join(', ')}${close}`
  if (!line.includes('\n') && line.length <= LINE_MAX_LENGTH) return line
  return `${open.trim()}\n${parts.map((part) => `${inner}${part}\n`).join('')}${indent}${close.trim()}`
}
