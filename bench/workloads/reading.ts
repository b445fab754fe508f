/** The small object that all peers send, made from its number alone, so that every end knows what must arrive. */

import type { Reading } from '../protocols/bench.gen.ts'

const SERVICES = Array.from({ length: 16 }, (_, index) => `worker-${10 + index}`)
const ZONES = ['eu-central-1a', 'eu-central-1b', 'us-east-2', 'ap-south-1c']
const LOADS = Array.from({ length: 64 }, (_, index) => (index + 1) / 97)
const DELAYS = Array.from({ length: 32 }, (_, index) => 1.2 + index / 7)

export function readingAt(sequence: number): Reading {
  return {
    sequence,
    service: SERVICES[sequence & 15]!,
    zone: ZONES[sequence & 3]!,
    status: sequence % 5 === 0 ? 'busy' : 'available',
    load: LOADS[sequence & 63]!,
    memory: 50_000_000 + (sequence & 0xffff) * 4096,
    delay: DELAYS[sequence & 31]!,
  }
}

/** What an echo answers: one more, so that nobody gets by with sending the bytes back. */
export function answerTo({ sequence, service, zone, status, load, memory, delay }: Reading): Reading {
  return { sequence: sequence + 1, service, zone, status, load, memory, delay }
}

/** A number that any change of any member changes. Sums of it stay exact. */
export function checkOf({ sequence, service, zone, status, load, memory, delay }: Reading): number {
  const texts = service.charCodeAt(service.length - 1) + 3 * zone.charCodeAt(zone.length - 1) + status.length
  return sequence + memory + texts + Math.round(load * 1e4) + Math.round(delay * 1e4)
}

/** The sum of `checkOf` over the first `count` readings. */
export function sumOfReadings(count: number): number {
  return sumOf(count, readingAt)
}

/** The same over the answers to them. */
export function sumOfAnswers(count: number): number {
  return sumOf(count, (sequence) => answerTo(readingAt(sequence)))
}

function sumOf(count: number, make: (sequence: number) => Reading): number {
  let sum = 0
  for (let sequence = 0; sequence < count; sequence++) sum += checkOf(make(sequence))
  return sum
}
