import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { definitionFromText, definitionOf, modelOf, provedArbitrary } from './proved-protocol.ts'
import { interpret } from './interpreter.ts'
import { Run } from './run.ts'
import { drawBroken, drawCalm, drawUnruly } from './scenario.ts'

describe('a run of the simulator', () => {
  it.each([
    ['calm', drawCalm],
    ['unruly', drawUnruly],
    ['broken', drawBroken],
  ])('is the same again for the same seed: %s', async (_, draw) => {
    for (let seed = 1; seed <= 20; seed++) {
      const protocols = fc.sample(fc.noBias(provedArbitrary), { seed, numRuns: 2 })
      const texts: string[] = []
      for (let count = 0; count < 2; count++) {
        const run = new Run(seed, draw, protocols)
        await run.play()
        texts.push(run.describe([]))
      }
      expect(texts[0]).toBe(texts[1])
    }
  })
})

describe('random protocols', () => {
  const sample = fc.sample(fc.noBias(provedArbitrary), { seed: 1, numRuns: 300 })

  it('have every kind of step, loops in loops, and all sizes up to the bound', () => {
    const text = JSON.stringify(sample)
    for (const kind of ['message', 'choice', 'loop', 'jump', 'handshake', 'keepalive', 'local', 'point', 'within']) {
      expect(text).toContain(`"kind":"${kind}"`)
    }
    expect(text).toContain('"forever":true')
    expect(text).toContain('"sealed":true')
    for (let window = 1; window <= 8; window++) expect(text).toContain(`"stream":{"window":${window}}`)
    const sizes = sample.map((declaration, number) => modelOf(declaration, number).table.points.length)
    expect(Math.min(...sizes)).toBeLessThan(4)
    expect(Math.max(...sizes)).toBeGreaterThan(25)
    expect(sample.some((declaration) => depthOf(declaration.steps as readonly Nested[]) >= 3)).toBe(true)
  })

  it('come out of the emitted text as the very table that the other runs are made from', () => {
    for (const [number, declaration] of sample.slice(0, 40).entries()) {
      const model = modelOf(declaration, number)
      const { memoryBound: _, ...emitted } = definitionFromText(model)
      const { memoryBound: __, ...built } = definitionOf(model)
      expect(withoutCodecs(emitted)).toEqual(withoutCodecs(built))
    }
  })

  it('are walked by the interpreter as deep as it is told, and no further', () => {
    for (const declaration of sample) {
      const trace = interpret(declaration, (_, labels) => labels.length - 1, 40)
      const messages = trace.events.filter(({ kind }) => kind === 'message')
      expect(messages.length).toBeLessThanOrEqual(40)
      if (!trace.ended) expect(messages).toHaveLength(40)
    }
  })
})

/** Codecs are functions, and those of two files are two. */
function withoutCodecs(definition: object): unknown {
  return JSON.parse(JSON.stringify(definition, (name, value: unknown) => (name === 'payload' ? 'a codec' : value)))
}

interface Nested {
  readonly kind: string
  readonly steps?: readonly Nested[]
  readonly branches?: readonly { readonly steps: readonly Nested[] }[]
}

/** How many loops stand in each other. */
function depthOf(steps: readonly Nested[]): number {
  return Math.max(
    0,
    ...steps.map(({ kind, steps: inner = [], branches = [] }) =>
      Math.max((kind === 'loop' ? 1 : 0) + depthOf(inner), ...branches.map((branch) => depthOf(branch.steps))),
    ),
  )
}
