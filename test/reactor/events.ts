/** Waiting for what a reactor tells and does. A test that waits in vain runs into its time-out. */

import { subscribe, unsubscribe } from 'node:diagnostics_channel'

/** What is published next on a channel. */
export function nextEvent<Event>(channel: string, matches: (event: Event) => boolean = () => true): Promise<Event> {
  return new Promise((resolve) => {
    const listener = (message: unknown): void => {
      const event = message as Event
      if (!matches(event)) return
      unsubscribe(channel, listener)
      resolve(event)
    }
    subscribe(channel, listener)
  })
}

/** Collects what is published on a channel until the returned function is called, which returns it. */
export function collectEvents<Event>(channel: string): () => readonly Event[] {
  const events: Event[] = []
  const listener = (message: unknown): void => void events.push(message as Event)
  subscribe(channel, listener)
  return () => {
    unsubscribe(channel, listener)
    return events
  }
}

/** Turns of the event loop until it holds. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}
