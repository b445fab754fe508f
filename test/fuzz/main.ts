/**
 * Coverage-guided fuzzing of everything that reads bytes of others: `npm run fuzz -- --minutes 5`. Each target gets its share of
 * the time. `--target NAME` runs those whose name begins so, `--input HEX` one input. Ctrl-C ends it with what was found. Exits
 * with 1 when an input ends in anything but a listed error.
 */

import { parseArgs } from 'node:util'

import { Coverage } from './coverage.ts'
import { Fuzzer, type Defect } from './fuzzer.ts'
import { probe } from './target.ts'
import { TARGETS } from './targets.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
    target: { type: 'string', default: '' },
    input: { type: 'string' },
  },
})
const seconds = Number(values.seconds ?? Number(values.minutes ?? 5) * 60)
const seed = Number(values.seed ?? Math.floor(performance.timeOrigin) % 2 ** 31)
const targets = TARGETS.filter(({ name }) => name.startsWith(values.target))
if (!(seconds > 0) || !Number.isInteger(seed) || targets.length === 0) {
  console.error('usage: npm run fuzz -- [--minutes N | --seconds N] [--seed N] [--target NAME] [--input HEX]')
  console.error(`targets: ${TARGETS.map(({ name }) => name).join('; ')}`)
  process.exit(2)
}

const found: Defect[] = []
const stop = new AbortController()
process.once('SIGINT', () => {
  stop.abort()
})
const isStopped = (): boolean => stop.signal.aborted

if (values.input === undefined) {
  console.log(`${targets.length} targets, ${seconds} s, --seed ${seed}`)
  const coverage = new Coverage()
  let runs = 0
  for (const target of targets) {
    if (isStopped()) break
    const fuzzer = new Fuzzer(target, seed, coverage)
    await fuzzer.begin()
    const until = performance.now() + (seconds / targets.length) * 1000
    let said = performance.now()
    const report = (): void => {
      said = performance.now()
      console.log(
        `${target.name}: ${fuzzer.runs} runs, ${fuzzer.kept} kept, ${coverage.blocks} blocks, ${fuzzer.defects.length} defects`,
      )
    }
    while (performance.now() < until && !isStopped() && fuzzer.defects.length < 5) {
      await fuzzer.step()
      if (performance.now() > said + 5000) report()
      // Ctrl-C comes in a turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve))
    }
    report()
    runs += fuzzer.runs
    found.push(...fuzzer.defects)
  }
  console.log(`${runs} runs, ${coverage.blocks} blocks of the sources reached, ${found.length} defects`)
  coverage.close()
} else {
  const input = Buffer.from(values.input, 'hex')
  for (const target of targets) {
    const what = await probe(target, input)
    if (what !== undefined) found.push({ target: target.name, input, what })
  }
}
for (const { target, input, what } of found) {
  console.error(`${what}\n  npm run fuzz -- --target '${target}' --input ${Buffer.from(input).toString('hex')}`)
}
process.exitCode = found.length === 0 ? 0 : 1
