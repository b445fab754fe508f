/**
 * Finds where in a value an offset of its encoding lies, so that errors can name it. Decoders and encoders keep no path:
 * only when one fails, the bytes before the failure are walked again.
 */

import { DEPTH_MAX } from './bounds.ts'

interface OpenContainer {
  readonly isMap: boolean
  /** Items that are still to come; a map counts keys and values. */
  left: number
  /** Items that have been passed. Odd in a map: the walk stands at a value. */
  done: number
  /** Path segment of the key that was passed last. Empty in an array. */
  segment: string
}

interface PathHead {
  readonly major: number
  readonly argument: number
  /** Where the next head stands: behind the content of a string, behind the head of anything else. */
  readonly next: number
}

/** The path of the item that begins at `target`, such as `items[3].price`; empty for the payload itself. */
export function pathAt(bytes: Uint8Array, start: number, target: number, members: readonly string[]): string {
  const stack: OpenContainer[] = []
  const names = new Set(members)
  let position = start
  while (position < target && stack.length <= 2 * DEPTH_MAX) {
    const head = readHead(bytes, position, target)
    if (head === undefined) break
    position = head.next
    // A tag stands at the same place as the item behind it.
    if (head.major === 6) continue
    const container = stack[stack.length - 1]
    if (container?.isMap === true && container.done % 2 === 0) {
      container.segment = keySegment(bytes, head, names, container.done / 2)
    }
    if ((head.major === 4 || head.major === 5) && head.argument > 0) {
      const isMap = head.major === 5
      stack.push({ isMap, left: isMap ? head.argument * 2 : head.argument, done: 0, segment: '' })
    } else {
      finishItem(stack)
    }
  }
  return stack.map(segmentOf).join('').replace(/^\./, '')
}

/** A member as it stands in a path: `.price`, `["unit price"]`. */
export function memberSegment(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}

// The item that has just ended may be the last of its container, which ends with it, and so on outwards.
function finishItem(stack: OpenContainer[]): void {
  for (let container = stack[stack.length - 1]; container !== undefined; container = stack[stack.length - 1]) {
    container.done++
    container.left--
    if (container.left > 0) return
    stack.pop()
  }
}

function segmentOf(container: OpenContainer): string {
  if (!container.isMap) return `[${container.done}]`
  return container.done % 2 === 1 ? container.segment : ''
}

// Undefined where the item does not end before `target`: then it is the one that failed.
function readHead(bytes: Uint8Array, position: number, target: number): PathHead | undefined {
  const first = bytes[position]!
  const major = first >> 5
  const info = first & 31
  if (info > 27) return undefined
  const width = info < 24 ? 0 : 1 << (info - 24)
  let next = position + 1 + width
  if (next > target) return undefined
  let argument = info < 24 ? info : 0
  for (let index = position + 1; index < next; index++) argument = argument * 256 + bytes[index]!
  if (major === 2 || major === 3) next += argument
  return next > target ? undefined : { major, argument, next }
}

// Only declared names are shown. Any other key is data of the peer's or the user's, and is named by its place.
function keySegment(bytes: Uint8Array, head: PathHead, names: ReadonlySet<string>, entry: number): string {
  if (head.major === 3) {
    const key = bytes.subarray(head.next - head.argument, head.next)
    const text = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('utf8')
    if (names.has(text)) return memberSegment(text)
  }
  return `[entry ${entry}]`
}
