/** What a thread is doing that does not answer: its stack, taken from outside through the inspector, without a port. */

import type { Clock } from '../../base/clock.ts'
import { createDeferred } from '../../base/deferred.ts'

interface Frame {
  readonly functionName: string
  readonly url: string
  readonly location: { readonly lineNumber: number; readonly columnNumber: number; readonly scriptId: string }
}

interface WorkerMessage {
  readonly method?: string
  readonly params?: {
    readonly callFrames?: readonly Frame[]
    readonly scriptId?: string
    readonly url?: string
  }
}

/** Longest stack that is kept. */
const FRAMES_MAX = 50

/**
 * The innermost call first, a line each; undefined where this Node has no inspector, and where nothing comes `withinMs`: a thread
 * that runs native code cannot be asked.
 */
export async function captureStack(threadId: number, clock: Clock, withinMs: number): Promise<string | undefined> {
  const inspector = await import('node:inspector').catch(() => undefined)
  if (inspector === undefined) return undefined
  const session = new inspector.Session()
  const captured = createDeferred<string | undefined>()
  const timer = clock.after(withinMs, () => captured.resolve(undefined))
  const scripts = new Map<string, string>()
  let worker: string | undefined
  const post = (id: number, method: string): void => {
    if (worker === undefined) return
    session.post('NodeWorker.sendMessageToWorker', { sessionId: worker, message: JSON.stringify({ id, method }) })
  }
  try {
    session.connect()
    session.on('NodeWorker.attachedToWorker', ({ params }) => {
      if (!new RegExp(`^\\[worker ${threadId}\\]`).test(params.workerInfo.title)) return
      worker = params.sessionId
      post(1, 'Debugger.enable')
      post(2, 'Debugger.pause')
    })
    session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      if (params.sessionId !== worker) return
      const { method, params: told } = JSON.parse(params.message) as WorkerMessage
      if (method === 'Debugger.scriptParsed') scripts.set(told?.scriptId ?? '', told?.url ?? '')
      if (method === 'Debugger.paused') captured.resolve(formatFrames(told?.callFrames ?? [], scripts))
    })
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
    return await captured.promise
  } catch {
    return undefined
  } finally {
    timer.cancel()
    // A thread that is paused can never be terminated: it goes on first.
    post(3, 'Debugger.resume')
    post(4, 'Debugger.disable')
    session.disconnect()
  }
}

function formatFrames(frames: readonly Frame[], scripts: ReadonlyMap<string, string>): string {
  return frames
    .slice(0, FRAMES_MAX)
    .map(({ functionName, url, location }) => {
      const file = url === '' ? (scripts.get(location.scriptId) ?? '') : url
      const name = functionName === '' ? '<anonymous>' : functionName
      return `    at ${name} (${file}:${location.lineNumber + 1}:${location.columnNumber + 1})`
    })
    .join('\n')
}
