/** Partings for people: as a line that fits into an error, and as a sequence diagram. */

import { isStepAtFault, type Parting } from './crossing.ts'

/** How many steps of a trace an error names. */
const STEPS_MAX = 8

/** `the peer does not expect "corrupt" from the master here, after master "meta", peer "data"`. Crosses the wire. */
export function partingLine(parting: Parting): string {
  const { text, trace } = parting
  // The step at fault is named by the text itself.
  const before = isStepAtFault(parting) ? trace.slice(0, -1) : trace
  if (before.length === 0) return `${text}, at the start`
  const shown = before.slice(-STEPS_MAX).map(({ from, label }) => `${from} "${label}"`)
  return `${text}, after ${before.length > STEPS_MAX ? '…, ' : ''}${shown.join(', ')}`
}

/** One line for each message, the step at fault marked, the sentence below. */
export function drawParting(parting: Parting): string[] {
  const { text, trace } = parting
  const width = Math.max(0, ...trace.map(({ label }) => label.length)) + 2
  const isStep = isStepAtFault(parting)
  const lines = trace.map(({ from, label }, index) => {
    const left = '─'.repeat(Math.ceil((width - label.length) / 2))
    const right = '─'.repeat(Math.floor((width - label.length) / 2))
    const mark = isStep && index === trace.length - 1 ? ' ✗' : ''
    return from === 'master'
      ? `master ${left} ${label} ${right}▶ peer${mark}`
      : `master ◀${left} ${label} ${right} peer${mark}`
  })
  return [...lines, isStep ? `✗ ${text}` : text]
}
