/** What is published as a stray error while a test runs. */

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { onTestFinished } from 'vitest'

export function strayErrors(): readonly unknown[] {
  const strays: unknown[] = []
  const listener = (message: unknown): void => {
    strays.push(message)
  }
  subscribe('coxswain:stray-error', listener)
  onTestFinished(() => {
    unsubscribe('coxswain:stray-error', listener)
  })
  return strays
}
