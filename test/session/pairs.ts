/** Pairs of links for tests: in memory, closed after each test. */

import { afterEach } from 'vitest'

import type { Limits, Link, ServeEntry } from 'coxswain'
import { createMemoryLinks } from 'coxswain/testing'

const open = new Set<Link>()

afterEach(async () => {
  const links = [...open]
  open.clear()
  await Promise.all(links.map((link) => link.close({ deadlineMs: 0 })))
})

/** `near` counts as the side that dialled; `far` serves. */
export async function createPair(
  serve: readonly ServeEntry[],
  limits?: Partial<Limits>,
): Promise<{ readonly near: Link; readonly far: Link }> {
  const [near, far] = await createMemoryLinks({ serveSecond: serve, limits })
  open.add(near)
  open.add(far)
  return { near, far }
}

/** A promise and its resolver, for tests that hold something open. */
export function createGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open!: () => void
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

/** Lets everything that is ready run: ten rounds of the event loop, no time. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 10; round++) await new Promise((resolve) => setImmediate(resolve))
}
