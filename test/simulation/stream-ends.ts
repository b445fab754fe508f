/** The programs at the two ends of a stream: a source in every form that may be sent, and readers that stop where they are told. */

import type { StreamNotes, StreamOutcome, StreamScript } from './stream-script.ts'

/** Waits between two items, or not; may throw, as a program does that fails. */
export type BetweenItems = () => Promise<void> | undefined

/** What a state with a stream offers. */
export interface StreamState<Moves> {
  readonly stream: AsyncIterable<unknown>
  readonly end: () => Promise<{ readonly how: StreamOutcome } & Moves>
}

export function createSource({ source, items }: StreamScript, notes: StreamNotes, between: BetweenItems): unknown {
  switch (source) {
    case 'async generator':
      return generateLater(items, notes, between)
    case 'generator':
      return generate(items, notes)
    case 'iterator':
      return { [Symbol.asyncIterator]: () => iterate(items, notes, between) }
    case 'array':
      // Nobody sees how far it is read: all of it counts as given, and none of it as held.
      notes.source.given = items.length
      return items
  }
}

async function* generateLater(items: readonly unknown[], notes: StreamNotes, between: BetweenItems): AsyncGenerator {
  notes.source.begun = true
  try {
    for (const item of items) {
      await between()
      give(notes)
      yield item
    }
    await between()
  } finally {
    notes.source.closings++
  }
}

function* generate(items: readonly unknown[], notes: StreamNotes): Generator {
  notes.source.begun = true
  try {
    for (const item of items) {
      give(notes)
      yield item
    }
  } finally {
    notes.source.closings++
  }
}

/** As people write them by hand: `return` is told of every early end, also before the first item and while one is awaited. */
function iterate(items: readonly unknown[], notes: StreamNotes, between: BetweenItems): AsyncIterator<unknown> {
  let next = 0
  let hasThrown = false
  notes.source.begun = true
  const end = (): void => {
    if (notes.source.closings === 0) notes.source.closings++
  }
  return {
    next: async () => {
      try {
        await between()
      } catch (error) {
        hasThrown = true
        end()
        throw error
      }
      if (next < items.length) {
        give(notes)
        return { done: false, value: items[next++] }
      }
      end()
      return { done: true, value: undefined }
    },
    return: () => {
      // What it has thrown may not have been heard when it is told to end.
      if (!hasThrown) notes.source.closings++
      return Promise.resolve({ done: true, value: undefined })
    },
  }
}

function give(notes: StreamNotes): void {
  notes.source.given++
  notes.mostHeld = Math.max(notes.mostHeld, notes.source.given - notes.reader.taken.length)
}

/** Reads as the script says, and returns what may be done behind the stream; undefined where the program just goes on. */
export async function readStream<Moves>(
  state: StreamState<Moves>,
  script: StreamScript,
  notes: StreamNotes,
  options: { readonly between: BetweenItems; readonly mustWait: boolean },
): Promise<Moves | undefined> {
  const { between, mustWait } = options
  if (script.reader === 'for await') await readAll(state, script, notes, between)
  else await readByHand(state, script, notes, between)
  if (!mustWait && !script.waits) return undefined
  const ended = await state.end()
  notes.reader.outcome = ended.how
  return ended
}

async function readAll<Moves>(
  { stream }: StreamState<Moves>,
  { takes }: StreamScript,
  notes: StreamNotes,
  between: BetweenItems,
): Promise<void> {
  if (takes === 0) return
  for await (const item of stream) {
    notes.reader.taken.push(item)
    try {
      await between()
    } catch (error) {
      // The loop is left by it, which stops the stream before the session fails.
      notes.reader.failed = true
      throw error
    }
    if (notes.reader.taken.length === takes) break
  }
}

async function readByHand<Moves>(
  { stream }: StreamState<Moves>,
  { takes }: StreamScript,
  notes: StreamNotes,
  between: BetweenItems,
): Promise<void> {
  const iterator = stream[Symbol.asyncIterator]()
  while (notes.reader.taken.length !== takes) {
    const step = await iterator.next()
    if (step.done === true) return
    notes.reader.taken.push(step.value)
    await between()
  }
}
