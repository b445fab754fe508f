/** Which service waits for which. Refuses what can never start. */

import { SteerError } from '../../base/errors.ts'

export interface Node {
  readonly name: string
  readonly dependsOn: readonly string[]
}

/**
 * The names in the order in which they start: each behind what it depends on, otherwise as they were given.
 *
 * @throws SteerError `misuse` for a name that is there twice, one that is not there at all, and a cycle, which is named.
 */
export function startOrder(nodes: readonly Node[]): string[] {
  const byName = new Map<string, Node>()
  for (const node of nodes) {
    if (byName.has(node.name)) throw new SteerError('misuse', `two services are called "${node.name}"`)
    byName.set(node.name, node)
  }
  const order: string[] = []
  const done = new Set<string>()
  // A walk of its own instead of recursion: a chain of services may be longer than the call stack.
  for (const root of nodes) {
    const trail: { readonly node: Node; next: number }[] = [{ node: root, next: 0 }]
    const onTrail = new Set([root.name])
    while (trail.length > 0) {
      const top = trail[trail.length - 1]!
      const name = top.node.dependsOn[top.next++]
      if (done.has(top.node.name) || name === undefined) {
        if (!done.has(top.node.name)) order.push(top.node.name)
        done.add(top.node.name)
        onTrail.delete(top.node.name)
        trail.pop()
        continue
      }
      if (done.has(name)) continue
      const dependency = byName.get(name)
      if (dependency === undefined) {
        throw new SteerError('misuse', `"${top.node.name}" depends on "${name}", which is no service of this reactor`)
      }
      if (onTrail.has(name)) throw cycleError([...trail.map(({ node }) => node.name), name])
      trail.push({ node: dependency, next: 0 })
      onTrail.add(name)
    }
  }
  return order
}

function cycleError(trail: readonly string[]): SteerError {
  const cycle = trail.slice(trail.indexOf(trail[trail.length - 1]!))
  return new SteerError('misuse', `services depend on each other in a circle: ${cycle.join(' -> ')}`)
}
