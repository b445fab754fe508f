/**
 * The long forms of what `npm test` does in seconds. `npm run soak -- --minutes 10`: encrypted links over a network that breaks
 * them. `npm run soak -- --gigabytes 10`: bulk through one session. Exits with 1 when anything was lost or altered, or when
 * memory, handles or descriptors are not where they were.
 */

import { parseArgs } from 'node:util'

import { growthOf, sendBulk } from './bulk.ts'
import { soakWithFaults, type Counts } from './faults.ts'
import { leftBehind } from './readings.ts'

const MEGABYTE = 1024 * 1024
/** Between the first and the second half. One item in a hundred that leaked would be six times that. */
const GROWTH_MAX_BYTES = 8 * MEGABYTE

const { values } = parseArgs({
  options: {
    gigabytes: { type: 'string' },
    minutes: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
  },
})
const seconds = Number(values.seconds ?? Number(values.minutes ?? (values.gigabytes === undefined ? 10 : 0)) * 60)
const total = Number(values.gigabytes ?? 0) * 1024 * MEGABYTE
const seed = Number(values.seed ?? Math.floor(performance.timeOrigin) % 2 ** 31)
if (!(seconds >= 0) || !(total >= 0) || !Number.isFinite(seconds + total) || !Number.isInteger(seed)) {
  console.error('usage: npm run soak -- [--minutes N | --seconds N] [--gigabytes N] [--seed N]')
  process.exit(2)
}
let passed = true
if (seconds > 0) passed = (await breakLinks()) && passed
if (total > 0) passed = (await sendGigabytes()) && passed
process.exitCode = passed ? 0 : 1

async function breakLinks(): Promise<boolean> {
  console.log(`${seconds} s of encrypted links over a network that breaks them, --seed ${seed}`)
  const { counts, defects, before, after } = await soakWithFaults({
    seconds,
    seed,
    onProgress: (now) => {
      console.log(describeCounts(now))
    },
  })
  console.log(describeCounts(counts))
  for (const defect of defects) console.error(defect)
  for (const [when, { descriptors, handles, heldBytes }] of Object.entries({ before, after })) {
    const held = (heldBytes / MEGABYTE).toFixed(1)
    console.log(`${when.padEnd(6)} ${descriptors} descriptors, ${handles} handles, ${held} MB held`)
  }
  const left = leftBehind(before, after)
  for (const what of left) console.error(what)
  console.log(left.length === 0 ? 'memory, handles and descriptors are where they were' : 'something was left behind')
  return defects.length === 0 && left.length === 0
}

function describeCounts({ links, faults, sessions, broken, cancels, bytes }: Counts): string {
  const megabytes = (bytes / MEGABYTE).toFixed(0)
  return `${links} links, ${faults} faults, ${sessions} sessions, ${broken} broken, ${cancels} cancelled, ${megabytes} MB`
}

async function sendGigabytes(): Promise<boolean> {
  const readings = Math.max(10, Math.round(total / (256 * MEGABYTE)))
  const result = await sendBulk(total, readings, ({ bytes, heldBytes }) => {
    console.log(`${Math.round(bytes / MEGABYTE)} MB through, ${(heldBytes / MEGABYTE).toFixed(1)} MB held`)
  })
  const rate = (result.bytes / MEGABYTE / result.seconds).toFixed(0)
  console.log(`${Math.round(result.bytes / MEGABYTE)} MB in ${result.seconds.toFixed(0)} s, ${rate} MB/s`)
  const growth = growthOf(result.readings)
  console.log(`memory grew by ${(growth / MEGABYTE).toFixed(1)} MB, allowed are ${GROWTH_MAX_BYTES / MEGABYTE} MB`)
  if (result.arrived !== result.sent) console.error('what arrived is not what was sent')
  return result.arrived === result.sent && result.bytes === total && growth <= GROWTH_MAX_BYTES
}
