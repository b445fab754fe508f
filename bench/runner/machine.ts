/** What was measured on. */

import { readFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'

import { canPin } from './process-pair.ts'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  readonly node: string
  readonly openssl: string
  readonly pinned: boolean
  readonly date: string
  /** The peers by name. */
  readonly versions: Readonly<Record<string, string>>
}

export function describeMachine(packageFile: URL): Machine {
  const all = cpus()
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryGb: Math.round(totalmem() / 1e9),
    system: `${type()} ${release().split('-')[0] ?? ''}`,
    node: process.versions.node,
    openssl: process.versions.openssl,
    pinned: canPin,
    date: new Date().toISOString().slice(0, 10),
    versions: readVersions(packageFile),
  }
}

function readVersions(file: URL): Readonly<Record<string, string>> {
  const { dependencies } = JSON.parse(readFileSync(file, 'utf8')) as { readonly dependencies: Record<string, string> }
  return dependencies
}

export function describeInLines(machine: Machine): string[] {
  const { cpu, cores, memoryGb, system, node, openssl, pinned, date, versions } = machine
  return [
    `${cpu}, ${cores} cores, ${memoryGb} GB, ${system}; Node ${node}, OpenSSL ${openssl}; ${date}`,
    pinned ? 'processes are kept to their cores' : 'processes are NOT kept to their cores: there is no taskset here',
    `peers: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  ]
}
