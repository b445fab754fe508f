/** What must hold when a run is over, whatever it was put through. */

import { isDeepStrictEqual } from 'node:util'
import { SteerError } from 'coxswain'
import { otherRole, type Role } from '../../src/ir/source.ts'
import type { Conversation, Ending } from './conversation.ts'
import { Boom, type Player } from './player.ts'
import type { AnyResult } from './proved-protocol.ts'
import type { Scenario } from './scenario.ts'
import { differenceOf, expectedLog, type LogEntry, type Script } from './script.ts'
import { judgeStream } from './stream-script.ts'

type Problem = (text: string) => void

/** Everything that is wrong, as text. */
export function judge(conversations: readonly Conversation[], scenario: Scenario): string[] {
  const problems: string[] = []
  for (const conversation of conversations) {
    const problem = (text: string): void => {
      problems.push(`conversation ${conversation.number}: ${text}`)
    }
    const { players, openerRole, openerEnd, serverEnd, serverEnds } = conversation
    if (players === undefined) throw new Error('the run has not begun')
    const { opener, server } = players
    judgeSide(conversation, scenario, { player: opener, role: openerRole, ending: openerEnd }, (text) =>
      problem(`opener: ${text}`),
    )
    judgeSide(conversation, scenario, { player: server, role: otherRole(openerRole), ending: serverEnd }, (text) =>
      problem(`server: ${text}`),
    )
    if (openerEnd === undefined) problem('the call of the opener has not settled')
    if (serverEnds > 1) problem(`onSessionEnd was called ${serverEnds} times`)
    judgeOrder(opener.log, server.log, problem)
    judgeOrder(server.log, opener.log, problem)
    judgeAgreement(conversation, scenario, problem)
    for (const [saying, notes] of conversation.streams) {
      judgeStream(saying.streamScript!, notes, (text) => {
        problem(`stream "${saying.label}": ${text}`)
      })
    }
  }
  return problems
}

interface JudgedSide {
  readonly player: Player
  readonly role: Role
  readonly ending: Ending | undefined
}

/** What a side has seen is what the interpreter says, up to where it was stopped. */
function judgeSide(conversation: Conversation, scenario: Scenario, side: JudgedSide, problem: Problem): void {
  const { script, openerRole, form } = conversation
  const { player, role, ending } = side
  player.complaints.forEach(problem)
  const isDirect = role === openerRole && form === 'direct'
  const expected = expectedLog(script, role, isDirect ? 'direct' : 'other')
  const isWhole = ending !== undefined && 'result' in ending && ending.result.outcome !== 'cancelled'
  const mayStop = scenario.cancels || scenario.codes.length > 0
  const last = script.messages.at(-1)
  const endsInArrival = script.ended && last !== undefined && last.from !== role
  // Also where the program has failed over it: the hooks behind it still run.
  const hasFinal = isWhole || (endsInArrival && receiptsIn(player.log) === receiptsIn(expected))
  const difference =
    isDirect && hasFinal
      ? differenceOfFinal(player.log, expected, mayStop || !isWhole)
      : differenceOf(player.log, expected, isWhole ? 'equal' : 'prefix')
  if (difference !== undefined) problem(difference)
  if (ending !== undefined) judgeEnding(script, scenario, ending, problem)
  if (isWhole) judgeLastMessage(ending.result, script, role, problem)
}

/**
 * The direct form shows a final arrival when the hooks behind it have begun; where between them does not matter, and the
 * session may be stopped among them, though the program has its outcome. One with a stream is shown before it is over.
 */
function differenceOfFinal(
  log: readonly LogEntry[],
  expected: readonly LogEntry[],
  mayStop: boolean,
): string | undefined {
  const last = expected.at(-1)
  if (last?.what !== 'receive') return differenceOf(log, expected, 'equal')
  const index = log.findLastIndex(({ what }) => what === 'receive')
  const rest = [...log.slice(0, index), ...log.slice(index + 1)]
  return (
    differenceOf(log.slice(index, index + 1), [last], 'equal') ??
    differenceOf(rest, expected.slice(0, -1), mayStop ? 'prefix' : 'equal')
  )
}

/** The outcome of the script, or a documented end that the scenario accounts for. */
function judgeEnding(script: Script, { codes, cancels }: Scenario, ending: Ending, problem: Problem): void {
  if ('result' in ending) {
    const { outcome } = ending.result
    const isExpected = outcome === script.outcome || (outcome === 'cancelled' && (cancels || !script.ended))
    if (!isExpected) problem(`the outcome is ${outcome}, expected ${script.outcome ?? 'cancelled'}`)
    return
  }
  const { error } = ending
  if (error instanceof Boom && cancels) return
  if (SteerError.is(error) && codes.includes(error.code)) return
  problem(`it ended in ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
}

/** `message` is the last payload that arrived, in the forms that tell it. */
function judgeLastMessage(result: AnyResult, script: Script, role: Role, problem: Problem): void {
  if (!('message' in result)) return
  const last = script.messages
    .filter(({ from, payload, stream }) => from !== role && payload !== undefined && stream === undefined)
    .at(-1)
  if (!isDeepStrictEqual(result.message, last?.value)) problem('its last message is not the last that arrived')
}

/** Nothing arrives that was not sent. */
function judgeOrder(sender: readonly LogEntry[], receiver: readonly LogEntry[], problem: Problem): void {
  const sent = sender.filter(({ what }) => what === 'send').length
  const received = receiptsIn(receiver)
  if (received > sent) problem(`${received} messages arrived, and ${sent} were sent`)
}

function receiptsIn(log: readonly LogEntry[]): number {
  return log.filter(({ what }) => what === 'receive').length
}

/** Where nothing came between, both sides have one outcome. */
function judgeAgreement({ openerEnd, serverEnd, script }: Conversation, scenario: Scenario, problem: Problem): void {
  if (scenario.codes.length > 0 || scenario.cancels) return
  const outcomes = [openerEnd, serverEnd].map((end) =>
    end === undefined ? 'none' : 'result' in end ? end.result.outcome : 'an error',
  )
  const expected = script.outcome ?? 'cancelled'
  if (outcomes.some((outcome) => outcome !== expected)) problem(`the outcomes are ${outcomes.join(' and ')}`)
}
