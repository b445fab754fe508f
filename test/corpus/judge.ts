/** From the text of a corpus file to its verdict, whatever the text is. */

import { judgeMachines } from './judge-machines.ts'
import { judgeScribble } from './judge-scribble.ts'
import { BOUNDS, Finding, START, type Verdict } from './verdict.ts'

/** The endings of the files that are read. */
export const ENDINGS = ['.scr', '.nuscr', '.txt'] as const

/** Never throws for anything a file may hold; an error that does come out is a defect of the reader. */
export function judge(text: string, file: string): Verdict {
  try {
    if (text.length > BOUNDS.text) {
      return { verdict: 'unsupported', code: 'too-large', at: START, reason: `more than ${BOUNDS.text} characters` }
    }
    return { verdict: 'ok', machines: file.endsWith('.txt') ? [judgeMachines(text, file)] : judgeScribble(text, file) }
  } catch (error) {
    if (error instanceof Finding) return error.found
    throw error
  }
}
