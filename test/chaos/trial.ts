/** One connection, one conversation, one fault; and the judgement of what came of it. */

import { connect, listen, type ErrorCode, type Limits, type Link, type Security } from 'coxswain'

import { describeFault, isGentle, isTampering, otherSide, type Fault, type Side } from './faults.ts'
import { createProxy } from './proxy.ts'
import { codeOf, Ledger, serveTalk, SMALL, talk, type TalkSize } from './talk.ts'

/** Short, so that what ends by a limit ends soon; long enough for a machine that has other work. */
export const QUICK: Partial<Limits> = {
  openMaxMs: 2000,
  pingEveryMs: 200,
  pingFloorMs: 50,
  pingAnswerMs: 1000,
  writeStallMs: 1000,
  turnMaxMs: 10_000,
}

/** All that the limits above allow, the second in which a transport may close, and some room. */
const PROMISED_MS = 8000

const TICK_MS = 20

/** Counts its own ticks: a busy machine, or fifteen other trials, hold it up as they hold up the timers of the limits. */
function startLoopClock(): () => number {
  let elapsedMs = 0
  const timer = setInterval(() => (elapsedMs += TICK_MS), TICK_MS).unref()
  return () => {
    clearInterval(timer)
    return elapsedMs
  }
}

/** For trials that no limit has to end, so that none does on a machine that is busy with something else. */
const PATIENT: Partial<Limits> = { openMaxMs: 30_000, pingAnswerMs: 30_000, writeStallMs: 30_000, turnMaxMs: 30_000 }

export interface Ends {
  readonly initiator: Security | 'none'
  readonly responder: Security | 'none'
}

export interface TrialOptions {
  readonly ends: Ends
  readonly fault?: Fault | undefined
  readonly size?: TalkSize | undefined
  readonly limits?: Partial<Limits> | undefined
}

/** How a side's link ended: `clean`, a code, or `none` where it never opened. */
export type Ending = 'clean' | 'none' | (string & {})

export interface TrialResult {
  readonly fault: Fault | undefined
  readonly fired: boolean
  readonly initiator: Ending
  readonly responder: Ending
  /** What `connect` threw. */
  readonly refused: string | undefined
  readonly sessions: readonly string[]
  readonly ledger: Ledger
  readonly elapsedMs: number
  /** Bytes of each side, before the fault met them. */
  readonly sent: Readonly<Record<Side, Buffer>>
  /** Links that the listener still counts when everything is over. */
  readonly leftLinks: number
}

export async function runTrial(options: TrialOptions): Promise<TrialResult> {
  const { ends, fault, size = SMALL, limits = limitsFor(options.fault) } = options
  const ledger = new Ledger(size)
  const far: Link[] = []
  const stopClock = startLoopClock()
  const server = await listen({
    port: 0,
    security: ends.responder,
    serve: serveTalk(ledger),
    limits,
    onLink: (link) => far.push(link),
  })
  const wire = ends.initiator === 'none' ? 'plain' : 'secure'
  const proxy = await createProxy({ port: server.port ?? 0, wire, fault })
  const near = await converse(proxy.port, ends.initiator, limits, ledger)
  // A connection that a fault left half open on the far side ends by the limits there.
  const responder = far[0] === undefined ? 'none' : endingOf(await far[0].closed)
  const elapsedMs = stopClock()
  const leftLinks = server.links.size
  await server.close({ deadlineMs: 0 })
  const { fired, sent } = proxy
  await proxy.close()
  return {
    ...{ fault, fired, responder, ledger, elapsedMs, leftLinks, ...near },
    sent: { initiator: Buffer.concat(sent.initiator), responder: Buffer.concat(sent.responder) },
  }
}

/** A cut is heard at once; what is altered or silent may have to be waited for. */
function limitsFor(fault: Fault | undefined): Partial<Limits> {
  const isHeard = fault === undefined || isGentle(fault) || fault.kind === 'fin' || fault.kind === 'rst'
  return isHeard ? PATIENT : QUICK
}

async function converse(
  port: number,
  security: Security | 'none',
  limits: Partial<Limits>,
  ledger: Ledger,
): Promise<{ readonly initiator: Ending; readonly refused: string | undefined; readonly sessions: readonly string[] }> {
  let link: Link
  try {
    link = await connect({ port, security, limits })
  } catch (error) {
    return { initiator: 'none', refused: codeOf(error), sessions: [] }
  }
  const sessions = await talk(link, ledger)
  await link.close()
  return { initiator: endingOf(await link.closed), refused: undefined, sessions }
}

function endingOf({ error }: { readonly error?: Error | undefined }): Ending {
  return error === undefined ? 'clean' : codeOf(error)
}

const REFUSED: readonly string[] = ['handshake_failed', 'deadline_exceeded'] satisfies ErrorCode[]
const SESSION_ENDS: readonly string[] = ['done', 'truncated', 'unavailable', 'channel_corrupt'] satisfies (
  | ErrorCode
  | 'done'
)[]

/** How the link of a side may end over a secure link. */
function endingsOf(side: Side, fault: Fault | undefined): readonly Ending[] {
  if (fault === undefined || isGentle(fault)) return ['clean']
  const cut = ['clean', 'none', 'truncated']
  if (fault.kind === 'fin' || fault.kind === 'rst') return cut
  const silent = [...cut, 'unavailable']
  // Only the side whose incoming bytes were changed can know that they were.
  const isMet = fault.kind === 'reflect' || fault.side !== side
  return isTampering(fault) && isMet ? [...silent, 'channel_corrupt'] : silent
}

/** What is wrong with a trial over a secure link; empty where everything is as it was promised. */
export function judge(result: TrialResult): readonly string[] {
  const { fault, fired, initiator, responder, refused, sessions, ledger, elapsedMs, leftLinks } = result
  const wrong = [...ledger.faults]
  const met = fired ? fault : undefined
  const expect = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(what)
  }
  expect(refused === undefined || REFUSED.includes(refused), `connect threw ${refused ?? ''}`)
  expect(endingsOf('initiator', met).includes(initiator), `the link of the initiator ended with ${initiator}`)
  expect(endingsOf('responder', met).includes(responder), `the link of the responder ended with ${responder}`)
  for (const end of sessions) expect(SESSION_ENDS.includes(end), `a session ended with ${end}`)
  for (const end of ledger.farErrors) expect(SESSION_ENDS.includes(end), `a served session ended with ${end}`)
  expect(ledger.served === ledger.ended, `${ledger.served} sessions were served, ${ledger.ended} ended`)
  const isDone = sessions.length > 0 && sessions.every((end) => end === 'done')
  // The closing frame of the initiator is behind everything that it has sent.
  expect(responder !== 'clean' || (isDone && ledger.isComplete), 'a clean end, and not everything has arrived')
  expect(initiator !== 'clean' || isDone, 'a clean end of the initiator, and its sessions were not done')
  expect(elapsedMs < PROMISED_MS, `it took ${Math.round(elapsedMs)} ms`)
  expect(leftLinks === 0, `the listener still counts ${leftLinks} links`)
  return wrong
}

/** What is wrong with a trial over a plain link, which promises no more than that it ends in listed errors, in time. */
export function judgePlain({
  refused,
  sessions,
  ledger,
  initiator,
  responder,
  elapsedMs,
}: TrialResult): readonly string[] {
  const ends = [refused, initiator, responder, ...sessions, ...ledger.farErrors]
  const wrong = ends.filter((end) => end?.startsWith('not listed')).map(String)
  const harmful: readonly string[] = ['internal', 'misuse']
  wrong.push(...ends.filter((end) => end !== undefined && harmful.includes(end)).map(String))
  // One whose opening was altered is refused before its handlers are made, and its end told all the same.
  if (ledger.served > ledger.ended) wrong.push(`${ledger.served} sessions were served, ${ledger.ended} ended`)
  if (elapsedMs >= PROMISED_MS) wrong.push(`it took ${Math.round(elapsedMs)} ms`)
  return wrong
}

/** Runs trials side by side; throws with every one that is not as promised. Returns how often each ending was met. */
export async function runTrials(
  trials: Iterable<TrialOptions>,
  judged: (result: TrialResult) => readonly string[] = judge,
  atOnce = 16,
): Promise<Tally> {
  const tally = new Tally()
  const wrong: string[] = []
  const queue = trials[Symbol.iterator]()
  const work = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      const result = await runTrial(next.value)
      tally.add(result)
      const name = result.fault === undefined ? 'no fault' : describeFault(result.fault)
      wrong.push(...judged(result).map((what) => `${name}: ${what}`))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  if (wrong.length > 0) throw new Error(`${wrong.length} of ${tally.trials} trials:\n${wrong.slice(0, 20).join('\n')}`)
  return tally
}

/** How often each pair of endings was met, by kind of fault: the side that the fault meets first. */
export class Tally {
  trials = 0
  fired = 0
  slowestMs = 0
  readonly #counts = new Map<string, number>()

  add(result: TrialResult): void {
    const { fault, fired, initiator, responder, refused, elapsedMs } = result
    this.trials++
    if (fired) this.fired++
    this.slowestMs = Math.max(this.slowestMs, elapsedMs)
    const endings = { initiator: refused === undefined ? initiator : `connect: ${refused}`, responder }
    const receiver = fault === undefined ? 'responder' : otherSide(fault.side)
    const kind = fault === undefined || !fired ? 'nothing' : `${fault.kind} of ${fault.side}`
    const key = `${kind.padEnd(24)} receiver ${endings[receiver].padEnd(26)} sender ${endings[otherSide(receiver)]}`
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  get lines(): readonly string[] {
    return [...this.#counts].sort().map(([key, count]) => `${String(count).padStart(6)}  ${key}`)
  }
}
