/** Pictures as text that others draw: Mermaid's `stateDiagram-v2` and `sequenceDiagram`. */

import type { Counterexample } from '../diagnostics/index.ts'
import { describeStanding, placeText, stepText, TRACE_SHOWN } from '../diagnostics/index.ts'
import { messageText, tagsOf, type StatePicture } from './state-picture.ts'
import { wrapText } from './svg.ts'

const NOTE_LETTERS = 48

/** The state machine of one side. The other's turn is drawn with a dashed border. */
export function drawStatesAsMermaid({ protocol, role, places, arrows }: StatePicture): string {
  const lines = ['stateDiagram-v2', `  %% Drawn by coxswain. ${comment(protocol)}: the ${role}`, '  direction TB']
  places.forEach((place, number) => {
    if (place.kind === 'start' || place.kind === 'end') return
    const names = [...place.names, ...tagsOf(place, role)].map(escape).join('<br/>')
    lines.push(`  state "${names}" as p${number}`)
  })
  for (const { from, to, messages, automatic } of arrows) {
    const end = places[to]!
    const outcomes = end.kind === 'end' ? [`= ${end.names.join(', ')}`] : []
    const said = [...messages.map(messageText), ...automatic.map((step) => `+ ${step}`), ...outcomes]
    const [source, target] = [
      places[from]!.kind === 'start' ? '[*]' : `p${from}`,
      end.kind === 'end' ? '[*]' : `p${to}`,
    ]
    lines.push(`  ${source} --> ${target}${said.length === 0 ? '' : ` : ${said.map(escape).join('<br/>')}`}`)
  }
  lines.push('  classDef mine stroke-width:3px,font-weight:bold', '  classDef theirs stroke-dasharray:5 4')
  for (const kind of ['mine', 'theirs'] as const) {
    const those = places.flatMap((place, number) => (place.kind === kind ? [`p${number}`] : []))
    if (those.length > 0) lines.push(`  class ${those.join(',')} ${kind}`)
  }
  return `${lines.join('\n')}\n`
}

/** The conversation on which a pair parts, with the place of each message. Of a long one the end is shown. */
export function drawSequenceAsMermaid({ kind, problem, trace, standing }: Counterexample): string {
  const lines = ['sequenceDiagram', '  %% Drawn by coxswain.', '  participant master', '  participant peer']
  const shown = trace.slice(-TRACE_SHOWN)
  if (shown.length < trace.length) lines.push(`  note over master,peer: ${trace.length - shown.length} before`)
  shown.forEach((step, index) => {
    const other = step.from === 'master' ? 'peer' : 'master'
    const isRefused = kind === 'unspecified-reception' && index === shown.length - 1
    const place = placeText(step.source)
    const text = [stepText(step), ...(place === '' ? [] : [place])].map(escape).join('<br/>')
    lines.push(`  ${step.from} ${isRefused ? '-x' : '->>'} ${other}: ${text}`)
  })
  lines.push(`  note over master,peer: ${escape(problem)}`)
  for (const role of ['master', 'peer'] as const) {
    const place = placeText(standing[role].source)
    const stands = wrapText(`${role} ${describeStanding(standing[role])}`, NOTE_LETTERS)
    const text = [...stands, ...(place === '' ? [] : [place])]
    lines.push(`  note over ${role}: ${text.map(escape).join('<br/>')}`)
  }
  return `${lines.join('\n')}\n`
}

/**
 * Mermaid reads `#…;` as a character by its number; everything that could be syntax of its own is written so, also an underscore
 * that Markdown would read as emphasis: one that does not stand within a word.
 */
function escape(text: string): string {
  return text.replace(/[^A-Za-z0-9 .,'()/=+_-]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/gu, (character) => {
    return `#${character.codePointAt(0) ?? 0};`
  })
}

/** A comment ends with its line, and `{` in one would begin a directive. */
function comment(text: string): string {
  return text.replace(/[^\w .-]/g, ' ')
}
