/** Chance, which can be repeated where a seed is given. The only file that randomness may come from, so that tests can replay it. */

import { systemClock } from './clock.ts'

/** A generator of numbers. Equal seeds give equal sequences, on every machine. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number
  /** True that often. */
  chance(probability: number): boolean
  /** One of the elements, of which there must be one. */
  pick<T>(elements: readonly T[]): T
  /** Another generator, whose use leaves this one as it is. */
  fork(): Random
}

/**
 * xoshiro128** of Blackman and Vigna (2018), seeded through SplitMix as they advise. For tests and jitter: it keeps no secret.
 *
 * @param seed its lower 32 bits count.
 */
export function createRandom(seed: number): Random {
  const next32 = createXoshiro(seed)
  const next = (): number => next32() / 2 ** 32
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return {
    next,
    integer,
    chance: (probability) => next() < probability,
    pick: <T>(elements: readonly T[]): T => elements[integer(0, elements.length - 1)] as T,
    fork: () => createRandom(next32()),
  }
}

/** 32 bits that are hard to foresee from outside: of what the engine draws, and of the nanosecond. No secret for cryptography. */
export function createSeed(): number {
  const nanoseconds = systemClock.now() * 1e6
  return (Math.floor(Math.random() * 2 ** 32) ^ Math.imul(nanoseconds, 0x9e3779b1)) >>> 0
}

/** Whole numbers from 0 to 2^32 - 1. */
function createXoshiro(seed: number): () => number {
  const split = createSplitMix(seed)
  let [a, b, c, d] = [split(), split(), split(), split()]
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return result >>> 0
  }
}

function createSplitMix(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return mixed ^ (mixed >>> 15)
  }
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}
