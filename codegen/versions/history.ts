/**
 * The versions of protocols that were released, in a file beside the declaration: `order.steer.history.json`. It is checked in,
 * read by people in reviews, and written by the generator alone: each version carries all that its fingerprint is made of, so
 * that one that was edited no longer has the fingerprint that it claims.
 */

import { formatJson } from './format-json.ts'
import { JsonReader, UnreadableError } from './json-reader.ts'
import { readShape, shapeToJson } from './shape-json.ts'
import { fingerprintOfVersion, labelsOf, type ProtocolVersion, type VersionMove, type VersionState } from './version.ts'

/** Changes whenever the form of the file does. */
const FORM = 'history 1'
const ABOUT = 'Released versions of the protocols beside this file. Written by `coxswain gen --accept`, not by hand.'

/** By the name of the protocol on the wire; of each, the oldest version first. */
export type History = ReadonlyMap<string, readonly ProtocolVersion[]>

export type HistoryReading =
  | { readonly history: History }
  /** `line` counts from 1. */
  | { readonly problem: string; readonly line: number }

/** `x.steer.history.json` for `x.steer.ts`. */
export function historyPathOf(declaration: string): string {
  return declaration.replace(/\.ts$/, '.history.json')
}

/** The history with that version as the newest of its protocol; the same history where the version is in it. */
export function withVersion(history: History, version: ProtocolVersion): History {
  const before = history.get(version.name) ?? []
  if (before.some(({ fingerprint }) => fingerprint === version.fingerprint)) return history
  return new Map([...history, [version.name, [...before, version]]])
}

/** The same history gives the same bytes. */
export function formatHistory(history: History): string {
  const names = [...history.keys()].sort()
  const protocols = Object.fromEntries(names.map((name) => [name, history.get(name)!.map(versionToJson)]))
  return `${formatJson({ coxswain: FORM, about: ABOUT, protocols })}\n`
}

/** Whether a text is a history, right or wrong. */
export function isHistoryText(text: string): boolean {
  return /^\s*\{\s*"coxswain":\s*"history /.test(text)
}

/** Believes nothing: a version whose fingerprint is not that of its own data is refused. */
export function readHistory(text: string): HistoryReading {
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    return { problem: `the history is no JSON: ${error instanceof Error ? error.message : String(error)}`, line: 1 }
  }
  try {
    return { history: readProtocols(json) }
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error
    const at = error.fingerprint === undefined ? -1 : text.indexOf(error.fingerprint)
    return { problem: error.message, line: text.slice(0, Math.max(at, 0)).split('\n').length }
  }
}

function readProtocols(json: unknown): History {
  const file = new JsonReader(json, 'the history').object('coxswain', 'about', 'protocols')
  const form = file.member('coxswain').text()
  if (form !== FORM) throw new UnreadableError(`the history has the form ${JSON.stringify(form)}, not "${FORM}"`)
  const history = new Map<string, readonly ProtocolVersion[]>()
  for (const [name, list] of file.member('protocols').entries()) {
    const versions = list.list().map((version) => readVersion(version, name))
    const seen = new Set(versions.map(({ fingerprint }) => fingerprint))
    if (seen.size < versions.length) throw new UnreadableError(`the history has one version of "${name}" twice`)
    history.set(name, versions)
  }
  return history
}

function readVersion(json: JsonReader, name: string): ProtocolVersion {
  const reader = json.object('fingerprint', 'open', 'labels', 'states', 'types')
  const fingerprint = reader.member('fingerprint').text()
  try {
    const types = reader
      .member('types')
      .list()
      .map((type) => type.object('name', 'shape'))
    const names = types.map((type) => type.member('name').text())
    const version: ProtocolVersion = {
      name,
      fingerprint,
      open: reader.member('open').boolean(),
      labels: reader
        .member('labels')
        .list()
        .map((label) => label.text()),
      states: reader
        .member('states')
        .list()
        .map((state, _, all) => readState(state, all.length, names)),
      types: types.map((type, index) => ({ name: names[index]!, shape: readShape(type.member('shape'), names) })),
    }
    assertUntouched(version)
    return version
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error
    const short = fingerprint.slice(0, 16)
    throw new UnreadableError(
      `version ${short} of "${name}" was not written by the generator: ${error.message}`,
      fingerprint,
    )
  }
}

function assertUntouched(version: ProtocolVersion): void {
  if (version.states.length === 0) throw new UnreadableError('it has no states')
  let fingerprint: string
  try {
    fingerprint = fingerprintOfVersion(version)
  } catch (error) {
    throw new UnreadableError(error instanceof Error ? error.message : String(error))
  }
  if (fingerprint !== version.fingerprint) {
    throw new UnreadableError(`its data has the fingerprint ${fingerprint.slice(0, 16)}`)
  }
  if (labelsOf(version.states).join() !== version.labels.join()) {
    throw new UnreadableError('its list of labels is not that of its states')
  }
}

function readState(json: JsonReader, states: number, names: readonly string[]): VersionState {
  if (json.has('end')) {
    if (!json.object('end').member('end').boolean()) throw new UnreadableError('a state has "end": false')
    return { turn: 'end', moves: [] }
  }
  const reader = json.object('from', 'moves')
  const from = reader.member('from').text()
  if (from !== 'master' && from !== 'peer') throw new UnreadableError(`no side is called ${JSON.stringify(from)}`)
  const moves = reader
    .member('moves')
    .entries()
    .map(([label, move]) => readMove(label, move, states, names))
  if (moves.length === 0) throw new UnreadableError('a state has no moves')
  if (moves.length > 1 && moves.some(({ label }) => label.startsWith(':'))) {
    throw new UnreadableError('an automatic frame stands beside others')
  }
  return { turn: from, moves: moves.sort((left, right) => (left.label < right.label ? -1 : 1)) }
}

function readMove(label: string, json: JsonReader, states: number, names: readonly string[]): VersionMove {
  const reader = json.object('next', 'payload?', 'sealed?', 'stream?')
  return {
    label,
    next: reader.member('next').index(states),
    ...(reader.has('payload') ? { payload: readShape(reader.member('payload'), names) } : {}),
    ...(reader.has('sealed') && reader.member('sealed').boolean() ? { sealed: true } : {}),
    ...(reader.has('stream') && reader.member('stream').boolean() ? { stream: true } : {}),
  }
}

function versionToJson({ fingerprint, open, labels, states, types }: ProtocolVersion): object {
  const names = types.map(({ name }) => name)
  return {
    fingerprint,
    open,
    labels,
    states: states.map((state) => stateToJson(state, names)),
    types: types.map(({ name, shape }) => ({ name, shape: shapeToJson(shape, names) })),
  }
}

function stateToJson({ turn, moves }: VersionState, names: readonly string[]): object {
  if (turn === 'end') return { end: true }
  const entries = moves.map(({ label, payload, ...rest }) => {
    return [label, payload === undefined ? rest : { ...rest, payload: shapeToJson(payload, names) }] as const
  })
  return { from: turn, moves: Object.fromEntries(entries) }
}
