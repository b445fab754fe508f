/** CPU profiles of the sides: who has the time, by function, as a share of what the process computed. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** Flags of Node for a process whose profile is to be read. */
export function profileFlags(folder: string, name: string): string[] {
  return ['--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}.cpuprofile`]
}

/** The functions with the most time of their own, for each profile in the folder. */
export function describeProfiles(folder: string, most: number): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .sort()
    .flatMap((name) => {
      const profile = JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile
      return ['', name.replace('.cpuprofile', ''), ...describe(profile, most)]
    })
}

function describe({ nodes, samples, timeDeltas }: CpuProfile, most: number): string[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const times = new Map<string, number>()
  let total = 0
  samples.forEach((id, index) => {
    const name = names.get(id) ?? '?'
    const delta = timeDeltas[index] ?? 0
    if (name === '(idle)') return
    total += delta
    times.set(name, (times.get(name) ?? 0) + delta)
  })
  return [...times]
    .sort(([, left], [, right]) => right - left)
    .slice(0, most)
    .map(([name, time]) => `${((time / total) * 100).toFixed(1).padStart(5)} %  ${name}`)
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName
  const file = url.replace(/^.*\/built\//, '').replace(/^file:.*\/node_modules\//, '')
  return `${functionName === '' ? '(anonymous)' : functionName}  ${file}:${lineNumber + 1}`
}
