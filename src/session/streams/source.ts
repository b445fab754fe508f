/**
 * What a program sends a stream from, as one kind of iterator. Streams of Node and of the web get one that can be stopped
 * while they have nothing to give: their own `return()` waits for an item that may never come, and holds the file or the
 * socket for as long.
 */

import { SteerError } from '../../base/errors.ts'

export type Source = Iterator<unknown> | AsyncIterator<unknown>

/** The part of a Node stream that matters here. */
interface NodeStream extends AsyncIterable<unknown> {
  destroy(): unknown
}

/** The part of a web stream that matters here. */
interface WebStream {
  getReader(): WebReader
  cancel(): Promise<unknown>
}

interface WebReader {
  read(): Promise<IteratorResult<unknown>>
  cancel(): Promise<unknown>
  releaseLock(): void
}

/**
 * `for await` takes the asynchronous iterator where there is one; so does this. Text is iterable, and never meant.
 *
 * @throws SteerError `misuse` for what is no source; and whatever opening it throws.
 */
export function openSource(label: string, source: unknown): Source {
  if (isWebStream(source)) return openWebStream(source)
  if (isNodeStream(source)) return openNodeStream(source)
  if ((typeof source === 'object' && source !== null) || typeof source === 'function') {
    const { [Symbol.asyncIterator]: asynchronous, [Symbol.iterator]: synchronous } = source as {
      readonly [Symbol.asyncIterator]?: unknown
      readonly [Symbol.iterator]?: unknown
    }
    const open = typeof asynchronous === 'function' ? asynchronous : synchronous
    if (typeof open === 'function') {
      const iterator: unknown = open.call(source)
      if (typeof (iterator as Partial<Source> | null)?.next === 'function') return iterator as Source
    }
  }
  const what = source === null ? 'null' : typeof source
  throw new SteerError('misuse', `the stream "${label}" is sent from an AsyncIterable or an Iterable, not from ${what}`)
}

/**
 * Lets go of a source that is never opened, because its session was over before. Only streams hold anything before they are
 * read; a generator has not begun.
 */
export function discardSource(source: unknown): void {
  // A web stream that somebody else reads is not ours to cancel, and says so by rejecting.
  if (isWebStream(source)) source.cancel().catch(() => undefined)
  else if (isNodeStream(source)) source.destroy()
}

function openNodeStream(stream: NodeStream): Source {
  const iterator = stream[Symbol.asyncIterator]()
  return {
    next: () => iterator.next(),
    return: () => {
      // Called first, so that what the stream then says of its early end reaches the iterator, which expects it.
      const closing = iterator.return?.()
      stream.destroy()
      return closing ?? Promise.resolve({ done: true, value: undefined })
    },
  }
}

function openWebStream(stream: WebStream): Source {
  const reader = stream.getReader()
  return {
    next: async () => {
      const step = await reader.read()
      if (step.done === true) reader.releaseLock()
      return step
    },
    return: async () => {
      await reader.cancel()
      return { done: true, value: undefined }
    },
  }
}

function isNodeStream(source: unknown): source is NodeStream {
  const stream = source as (Partial<NodeStream> & { readonly pipe?: unknown }) | null | undefined
  return (
    typeof stream?.pipe === 'function' &&
    typeof stream.destroy === 'function' &&
    typeof stream[Symbol.asyncIterator] === 'function'
  )
}

function isWebStream(source: unknown): source is WebStream {
  const stream = source as Partial<WebStream> | null | undefined
  return typeof stream?.getReader === 'function' && typeof stream.cancel === 'function'
}
