/**
 * The long form of what `npm test` does in seconds: `npm run soak -- --gigabytes 10`. Exits with 1 when bytes were altered or
 * memory grew.
 */

import { parseArgs } from 'node:util'

import { growthOf, sendBulk } from './bulk.ts'

const MEGABYTE = 1024 * 1024
/** Between the first and the second half. One item in a hundred that leaked would be six times that. */
const GROWTH_MAX_BYTES = 8 * MEGABYTE

const { values } = parseArgs({ options: { gigabytes: { type: 'string', default: '10' } } })
const total = Number(values.gigabytes) * 1024 * MEGABYTE
if (!Number.isFinite(total) || total <= 0) {
  console.error('usage: npm run soak -- [--gigabytes N]')
  process.exit(2)
}

const result = await sendBulk(total, Math.max(10, Math.round(total / (256 * MEGABYTE))), ({ bytes, heldBytes }) => {
  console.log(`${Math.round(bytes / MEGABYTE)} MB through, ${(heldBytes / MEGABYTE).toFixed(1)} MB held`)
})
const rate = (result.bytes / MEGABYTE / result.seconds).toFixed(0)
console.log(`${Math.round(result.bytes / MEGABYTE)} MB in ${result.seconds.toFixed(0)} s, ${rate} MB/s`)
const growth = growthOf(result.readings)
console.log(`memory grew by ${(growth / MEGABYTE).toFixed(1)} MB, allowed are ${GROWTH_MAX_BYTES / MEGABYTE} MB`)
if (result.arrived !== result.sent) console.error('what arrived is not what was sent')
process.exitCode = result.arrived === result.sent && result.bytes === total && growth <= GROWTH_MAX_BYTES ? 0 : 1
