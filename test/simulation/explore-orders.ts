/** Plays every order in which the events of a small world can happen: each anew from its beginning, the last choice changed first. */

export interface World {
  /** The events that could happen next; none at the end. */
  enabled(): readonly string[]
  perform(event: string): void
  /** Two worlds of one print have one future. */
  print(): string
  /** Throws where something is not as it must be at the end. */
  check(): void
  /** The world is left; `complete` where it has come to its end. */
  leave(complete: boolean): Promise<void>
}

export interface Explored {
  /** Orders that there are, through worlds that are the same. */
  readonly orders: bigint
  /** Those that were played to the end; the others came to a world that had been seen. */
  readonly played: number
  readonly worlds: number
}

interface Step {
  readonly events: readonly string[]
  choice: number
}

/** @param merge stops where a world has been seen: each world, and each event in it, is then played once. */
export async function exploreOrders(
  create: () => Promise<World>,
  settle: () => Promise<void>,
  merge: boolean,
): Promise<Explored> {
  const seen = new Map<string, Map<string, string>>()
  let root: string | undefined
  let played = 0
  let steps: Step[] = []
  do {
    const world = await create()
    const replayed = steps.length
    const path: string[] = []
    let before: { readonly print: string; readonly event: string } | undefined
    let isNew = true
    for (let index = 0; ; index++) {
      await settle()
      if (index >= replayed) {
        const print = merge ? world.print() : path.join()
        root ??= print
        if (before !== undefined) seen.get(before.print)?.set(before.event, print)
        isNew = !seen.has(print)
        if (!isNew) break
        seen.set(print, new Map())
      }
      const events = world.enabled()
      if (events.length === 0) break
      if (index >= replayed) steps.push({ events, choice: 0 })
      const step = steps[index]!
      const event = step.events[step.choice]!
      if (events.join() !== step.events.join())
        throw new Error(
          `not the same again after ${path.join(', ')}: ${events.join()} instead of ${step.events.join()}`,
        )
      if (index >= replayed - 1) before = { print: merge ? world.print() : path.join(), event }
      path.push(event)
      world.perform(event)
    }
    if (isNew) {
      played++
      try {
        world.check()
      } catch (error) {
        throw new Error(`after ${path.join(', ')}`, { cause: error })
      }
    }
    await world.leave(isNew)
    steps = nextOf(steps)
  } while (steps.length > 0)
  return { orders: countOrders(seen, root ?? ''), played, worlds: seen.size }
}

/** The last choice that has another one left, and nothing behind it. */
function nextOf(steps: readonly Step[]): Step[] {
  const index = steps.findLastIndex(({ events, choice }) => choice + 1 < events.length)
  if (index < 0) return []
  const { events, choice } = steps[index]!
  return [...steps.slice(0, index), { events, choice: choice + 1 }]
}

function countOrders(seen: ReadonlyMap<string, ReadonlyMap<string, string>>, root: string): bigint {
  const counts = new Map<string, bigint>()
  const count = (print: string): bigint => {
    const known = counts.get(print)
    if (known !== undefined) return known
    const next = [...(seen.get(print)?.values() ?? [])]
    const orders = next.length === 0 ? 1n : next.reduce((sum, after) => sum + count(after), 0n)
    counts.set(print, orders)
    return orders
  }
  return count(root)
}
