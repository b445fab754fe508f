/** What a proof has to look like before it is believed. */

import { expect } from 'vitest'

import { ask, type Settings } from './spin.ts'

/**
 * Safety and progress hold, over searches that were not cut short, and for runs that mean something: both sides come to the end
 * of their process, and every move of the protocol is made and heard by somebody.
 */
export async function expectProved(model: string, settings: Settings): Promise<void> {
  const safety = await ask(model, 'safety', settings)
  expect({ errors: safety.errors, found: safety.found }).toEqual({ errors: 0, found: undefined })
  expect(safety.unreached.filter((line) => isMissed(model, line))).toEqual([])
  const progress = await ask(model, 'progress', settings)
  expect({ errors: progress.errors, found: progress.found }).toEqual({ errors: 0, found: undefined })
}

/** The unspecified reception is the one statement of the protocol that no run may come to. */
function isMissed(model: string, unreached: string): boolean {
  if (unreached.endsWith('assert(0)')) return false
  return unreached.includes('-end-') || isOfProtocol(model, Number.parseInt(unreached, 10))
}

/** Whether a line stands where the moves of the protocol are made, or heard. */
function isOfProtocol(model: string, line: number): boolean {
  const lines = model.split('\n')
  const between = (first: string, last: string): boolean => {
    const from = lines.findIndex((text) => text.includes(first))
    const to = lines.findIndex((text, index) => index > from && text.includes(last))
    if (from === -1 || to === -1) throw new Error(`the model has no part from "${first}" to "${last}"`)
    return line - 1 > from && line - 1 < to
  }
  return (
    between('---- the protocol', '---- what is under it') ||
    between('inline heard_message', '/* A frame of the running')
  )
}
