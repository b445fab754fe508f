/** The pictures of a call of `coxswain diagram`, each with the name of the file that it goes into. */

import { exploreProduct } from '../../codegen/check/product.ts'
import { readSide, type SideMachine } from '../../codegen/check/side-machine.ts'
import type { Counterexample, Diagnostic } from '../../codegen/diagnostics/index.ts'
import {
  createStatePicture,
  drawSequenceAsMermaid,
  drawSequenceAsSvg,
  drawStatesAsMermaid,
  drawStatesAsSvg,
  PLACES_MAX,
} from '../../codegen/draw/index.ts'
import { SteerError } from '../base/errors.ts'
import type { ProtocolModel } from '../ir/model.ts'
import type { Role } from '../ir/source.ts'

export type DiagramFormat = 'mermaid' | 'svg'

export interface Diagram {
  readonly protocol: string
  /** The file that declares it, of the picture of a side. */
  readonly declaration?: string
  readonly shows: Role | 'counterexample'
  readonly path: string
  readonly text: string
}

/** @throws SteerError `misuse` for a picture that would be too large. */
export function drawStates(model: ProtocolModel, role: Role, format: DiagramFormat): Diagram {
  const { name, source } = model.declaration
  const picture = createStatePicture(model, role)
  if (format === 'svg' && picture.places.length > PLACES_MAX) {
    const size = `${name} has ${picture.places.length} places to draw, and an SVG shows ${PLACES_MAX} at most`
    throw new SteerError('misuse', `${size}; --format mermaid has no such limit`)
  }
  const text = format === 'svg' ? drawStatesAsSvg(picture) : drawStatesAsMermaid(picture)
  const path = `${name}.${role}.${extensionOf(format)}`
  return { protocol: name, declaration: source.file, shows: role, path, text }
}

export function drawSequence(name: string, found: Counterexample, format: DiagramFormat): Diagram {
  const text = format === 'svg' ? drawSequenceAsSvg(name, found) : drawSequenceAsMermaid(found)
  return { protocol: name, shows: 'counterexample', path: `${name}.counterexample.${extensionOf(format)}`, text }
}

function extensionOf(format: DiagramFormat): string {
  return format === 'svg' ? 'svg' : 'mmd'
}

/** The counterexamples that diagnostics carry. */
export function drawDiagnostics(diagnostics: readonly Diagnostic[], format: DiagramFormat): Diagram[] {
  return diagnostics.flatMap(({ counterexample, source }, index) => {
    if (counterexample === undefined) return []
    const stem =
      source.file
        .split('/')
        .at(-1)
        ?.replace(/\.steer\.ts$/, '') ?? 'protocol'
    return [drawSequence(`${stem}-${index + 1}`, counterexample, format)]
  })
}

/**
 * Where a side of one protocol and the other side of another part. Payloads are not compared: whether one may stand for another
 * depends on the direction that it travels, which is a matter of `coxswain diff`.
 */
export function findParting(master: ProtocolModel, peer: ProtocolModel): Counterexample | undefined {
  return exploreProduct(
    withoutPayloads(readSide(master.table, 'master', master.machine)),
    withoutPayloads(readSide(peer.table, 'peer', peer.machine)),
  )
}

function withoutPayloads(side: SideMachine): SideMachine {
  const states = side.states.map((state) => ({
    ...state,
    edges: new Map([...state.edges].map(([label, { payload: _, ...edge }]) => [label, edge])),
  }))
  return { ...side, states }
}
