import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom, type Random } from '../../../src/base/random.ts'
import type { MemberSpec } from '../../../src/reactor/machine/member.ts'
import type { Strategy } from '../../../src/reactor/machine/state.ts'
import { findBreaches } from './model.ts'
import { spec, World, type Plan, type RunAction, type Script } from './world.ts'

const STRATEGIES: readonly Strategy[] = ['one_for_one', 'one_for_all', 'rest_for_one']

function drawSpecs(random: Random, count: number): MemberSpec[] {
  const specs = Array.from({ length: count }, (_, index) =>
    spec(`s${index}`, {
      dependsOn: Array.from({ length: index }, (_unused, other) => `s${other}`).filter(() => random.chance(0.4)),
      restart: random.pick(['permanent', 'permanent', 'transient', 'temporary']),
      intensity: random.chance(0.2)
        ? { max: random.integer(0, 3), withinMs: 5000, then: random.pick(['abort', 'pause', 'escalate']) }
        : undefined,
      readyBy: random.chance(0.2) ? 'call' : 'main',
      zombie: random.pick(['wait', 'abort']),
      isolated: random.chance(0.4),
      remembered: random.chance(0.2)
        ? { failures: random.integer(0, 9), elapsedMs: random.integer(0, 500) }
        : undefined,
    }),
  )
  return specs.sort(() => random.next() - 0.5)
}

/** Hooks that do everything that can be done, more or less often. */
function drawScript(random: Random, isolated: ReadonlySet<string>): Script {
  return ({ service, hook }: RunAction): Plan => {
    const isolate = isolated.has(service)
    const wild = random.chance(hook === 'main' ? 0.6 : 0.08)
    const long = hook === 'main' ? 3000 : 50
    return {
      afterMs: wild && random.chance(0.2) ? undefined : random.integer(0, long),
      throws: wild && random.chance(0.6) ? { error: random.pick([undefined, 'text', new Error('no')]) } : undefined,
      onSignalMs: random.chance(0.15) ? 'never' : random.integer(0, 700),
      readyAfterMs: random.chance(0.5) ? random.integer(0, 100) : undefined,
      uncaughtAfterMs: !isolate && wild && random.chance(0.2) ? random.integer(0, long) : undefined,
      lostAfterMs: isolate && wild && random.chance(0.3) ? random.integer(0, long) : undefined,
    }
  }
}

interface Course {
  readonly seed: number
  readonly count: number
  readonly strategy: Strategy
  readonly runMs: number
  readonly deadlineMs: number
  readonly forced: boolean
}

const courses = fc.record<Course>({
  seed: fc.nat(),
  count: fc.integer({ min: 1, max: 6 }),
  strategy: fc.constantFrom(...STRATEGIES),
  runMs: fc.integer({ min: 0, max: 60_000 }),
  deadlineMs: fc.integer({ min: 1, max: 5000 }),
  forced: fc.boolean(),
})

function play({ seed, count, strategy, runMs, deadlineMs, forced }: Course): { world: World; specs: MemberSpec[] } {
  const random = createRandom(seed)
  const specs = drawSpecs(random, count)
  const isolated = new Set(specs.filter((given) => given.isolated).map(({ name }) => name))
  const world = new World({ services: specs, script: drawScript(random.fork(), isolated), strategy, seed })
  world.start().advance(runMs)
  world.tell({ type: 'shutdown', deadlineMs })
  if (forced) {
    world.advance(random.integer(0, deadlineMs))
    if (!world.machine.finished) world.tell({ type: 'force' })
  }
  world.advance(deadlineMs)
  return { world, specs }
}

describe('whatever services do', () => {
  it('no rule is broken, and a shutdown ends in its time', () => {
    fc.assert(
      fc.property(courses, (course) => {
        const { world, specs } = play(course)
        expect(findBreaches(world.trace, specs, course.strategy)).toEqual([])
        expect(world.of('done')).toHaveLength(1)
      }),
      { numRuns: 600 },
    )
  })

  it('nothing is left to happen after the end', () => {
    fc.assert(
      fc.property(courses, (course) => {
        const { world } = play(course)
        const before = world.of('run').length
        world.advance(100_000)
        expect(world.of('run')).toHaveLength(before)
      }),
      { numRuns: 100 },
    )
  })

  it('the same events give the same actions', () => {
    fc.assert(
      fc.property(courses, (course) => {
        expect(play(course).world.trace).toEqual(play(course).world.trace)
      }),
      { numRuns: 30 },
    )
  })

  it('no service is held back for ever: whoever may run does, once the others leave it alone', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 6 }), fc.constantFrom(...STRATEGIES), (seed, count, strategy) => {
        const random = createRandom(seed)
        const specs = drawSpecs(random, count)
        const wild = drawScript(random.fork(), new Set(specs.filter((given) => given.isolated).map(({ name }) => name)))
        let calm = false
        const script: Script = (run) =>
          !calm ? wild(run) : { afterMs: run.hook === 'main' ? undefined : 1, readyAfterMs: 1 }
        const world = new World({ services: specs, script, strategy, seed }).start().advance(20_000)
        calm = true
        // A wild main that neither ends nor listens is the one thing that is allowed to stay as it is.
        world.advance(200_000)
        for (const [name, member] of world.machine.members) {
          const stuck = member.zombie !== undefined || member.hook !== undefined || strategy !== 'one_for_one'
          if (!stuck)
            expect([name, member.phase]).toEqual([name, expect.stringMatching(/^(main|stopped|aborted|unstopped)$/)])
        }
      }),
      { numRuns: 200 },
    )
  })
})
