/** JSON for people to review: what fits on a line stands on one, everything else in a line for each part. */

const WIDTH = 120

/** The order of members is that of the object. */
export function formatJson(value: unknown, indent = ''): string {
  const flat = flatten(value)
  if (indent.length + flat.length <= WIDTH || typeof value !== 'object' || value === null) return flat
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    const items = value.map((item) => inner + formatJson(item, inner))
    return `[\n${items.join(',\n')}\n${indent}]`
  }
  const members = Object.entries(value).map(([name, member]) => {
    return `${inner}${JSON.stringify(name)}: ${formatJson(member, inner)}`
  })
  return `{\n${members.join(',\n')}\n${indent}}`
}

function flatten(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(flatten).join(', ')}]`
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${flatten(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}
