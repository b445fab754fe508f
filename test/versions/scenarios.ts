/** Changes of protocols, each with what the two ends do in either version. */

import type { Verdict } from '../../codegen/versions/index.ts'
import type { Part } from './parts.ts'

export interface Scenario {
  readonly title: string
  readonly verdict: Verdict
  readonly older: Version
  readonly newer: Version
  /** Of each pair that fits. */
  readonly newMasterOldPeer?: Heard
  readonly oldMasterNewPeer?: Heard
  /** Of each pair that does not: in the error on both sides, where one of them has the history. */
  readonly partings?: { readonly newMasterOldPeer?: string; readonly oldMasterNewPeer?: string }
}

export interface Version {
  readonly declaration: string
  readonly master: Part
  readonly peer: Part
}

/** What each side hears, in order. */
export interface Heard {
  readonly master: readonly string[]
  readonly peer: readonly string[]
}

const parts = Array.from({ length: 40 }, (_, n) => ({ n, text: `part ${n}` }))
const UPLOAD = { name: undefined, parts: ['stored'] } as const
const UPLOADER = {
  start: ['name', 'a.txt'],
  'sent.name': ['parts', parts],
  stored: undefined,
  corrupt: undefined,
} as const
const uploaded: Heard = {
  master: ['name "a.txt"', `parts ${JSON.stringify(parts)} ended`, 'end stored'],
  peer: ['stored', 'end stored'],
}

const status = { service: 'w1', load: 0.5 }

const line = (more: string): string =>
  `export interface Line { text: string${more} }
export const P = steer('line', receive<Line>('line'), send('ok'))`

/** A loop that the peer leaves; `more` are further branches, `number` what one item is. */
const feed = (more: string): string =>
  `export const P = steer('feed', loop((again, leave) => [offer({
     batch: on(receiveStream<number>('numbers', { window: 4 }), send<number>('sum'), again),
     stop: on(leave),${more}
   })]))`

export const SCENARIOS: readonly Scenario[] = [
  {
    title: 'another window of a stream, other names of types, another order of members',
    verdict: 'identical',
    older: {
      declaration: `export interface Part { n: number; text: string }
        export const P = steer('upload', receive<string>('name'), receiveStream<Part>('parts', { window: 2 }),
          choose({ stored: on(), corrupt: on<string>() }))`,
      master: UPLOAD,
      peer: UPLOADER,
    },
    newer: {
      declaration: `interface Piece { text: string; n: number }
        export const P = steer('upload', receive<string>('name'), receiveStream<Piece>('parts', { window: 900 }),
          choose({ corrupt: on<string>(), stored: on() }))`,
      master: UPLOAD,
      peer: UPLOADER,
    },
    newMasterOldPeer: uploaded,
    oldMasterNewPeer: uploaded,
  },
  {
    title: 'more members in both directions of an open protocol',
    verdict: 'compatible, any order',
    older: {
      declaration: `export interface Status { service: string; load: number }
        export const P = steer('health', { open: true }, rxHandshake(), receive<Status>('status'), send<{ seen: boolean }>('noted'))`,
      master: { status: ['noted', { seen: true }] },
      peer: { start: ['status', status], noted: undefined },
    },
    newer: {
      declaration: `export interface Status { service: string; load: number; note?: string }
        export const P = steer('health', { open: true }, rxHandshake(), receive<Status>('status'), send<{ seen: boolean; hint?: number }>('noted'))`,
      master: { status: ['noted', { seen: true, hint: 7 }] },
      peer: { start: ['status', { ...status, note: 'new' }], noted: undefined },
    },
    newMasterOldPeer: {
      master: [`status ${JSON.stringify({ load: 0.5, service: 'w1' })}`, 'end noted'],
      peer: ['noted {"seen":true}', 'end noted'],
    },
    oldMasterNewPeer: {
      master: [`status ${JSON.stringify({ load: 0.5, service: 'w1' })}`, 'end noted'],
      peer: ['noted {"seen":true}', 'end noted'],
    },
  },
  {
    title: 'another branch of the master, whose label is sorted in front of all others',
    verdict: 'deploy peers first',
    older: {
      declaration: `export const P = steer('shop', receive<number>('order'), choose({ refused: on<string>(), shipped: on() }))`,
      master: { order: ['shipped'] },
      peer: { start: ['order', 3], refused: undefined, shipped: undefined },
    },
    newer: {
      declaration: `export const P = steer('shop', receive<number>('order'),
        choose({ delayed: on<number>(), refused: on<string>(), shipped: on() }))`,
      master: { order: ['delayed', 9] },
      peer: { start: ['order', 4], delayed: undefined, refused: undefined, shipped: undefined },
    },
    oldMasterNewPeer: { master: ['order 4', 'end shipped'], peer: ['shipped', 'end shipped'] },
    partings: {
      newMasterOldPeer: 'the peer does not expect "delayed" from the master here, after peer "order"',
    },
  },
  {
    title: 'another branch of the peer beside one with a stream, and all labels with other numbers',
    verdict: 'deploy masters first',
    older: {
      declaration: feed(''),
      master: { batch: undefined, numbers: ['sum', 6], stop: undefined },
      peer: { start: ['batch'], 'sent.batch': ['numbers', [1, 2, 3]], sum: ['stop'] },
    },
    newer: {
      declaration: feed(' abort: on<string>(leave),'),
      master: { batch: undefined, numbers: ['sum', 66], stop: undefined, abort: undefined },
      peer: { start: ['batch'], 'sent.batch': ['numbers', [1, 2, 3]], sum: ['abort', 'enough'] },
    },
    newMasterOldPeer: {
      master: ['batch', 'numbers [1,2,3] ended', 'stop', 'end stop'],
      peer: ['sum 66', 'end stop'],
    },
    partings: { oldMasterNewPeer: 'the master does not expect "abort" from the peer here, at the start' },
  },
  {
    title: 'another optional member of what the peer sends',
    verdict: 'deploy masters first',
    older: { declaration: line(''), master: { line: ['ok'] }, peer: { start: ['line', { text: 'a' }], ok: undefined } },
    newer: {
      declaration: line('; level?: number'),
      master: { line: ['ok'] },
      peer: { start: ['line', { text: 'a', level: 1 }], ok: undefined },
    },
    newMasterOldPeer: { master: ['line {"text":"a"}', 'end ok'], peer: ['ok', 'end ok'] },
    partings: {
      oldMasterNewPeer:
        'the master does not take what comes with "line" from the peer: at .level, sent may be any number, and the receiver knows no such member, at the start',
    },
  },
  {
    title: 'another literal in what the master sends',
    verdict: 'deploy peers first',
    older: {
      declaration: `export const P = steer('lamp', send<'on' | 'off'>('set'), receive('done'))`,
      master: { start: ['set', 'on'], done: undefined },
      peer: { set: ['done'] },
    },
    newer: {
      declaration: `export const P = steer('lamp', send<'on' | 'off' | 'dim'>('set'), receive('done'))`,
      master: { start: ['set', 'dim'], done: undefined },
      peer: { set: ['done'] },
    },
    oldMasterNewPeer: { master: ['done', 'end done'], peer: ['set "on"', 'end done'] },
    partings: {
      newMasterOldPeer:
        'the peer does not take what comes with "set" from the master: sent is "dim", taken is "on" or "off", at the start',
    },
  },
  {
    title: 'another label',
    verdict: 'breaking',
    older: {
      declaration: `export const P = steer('bell', send('ring'), receive('heard'))`,
      master: { start: ['ring'], heard: undefined },
      peer: { ring: ['heard'] },
    },
    newer: {
      declaration: `export const P = steer('bell', send('chime'), receive('heard'))`,
      master: { start: ['chime'], heard: undefined },
      peer: { chime: ['heard'] },
    },
    partings: {
      newMasterOldPeer: 'the peer does not expect "chime" from the master here, at the start',
      oldMasterNewPeer: 'the peer does not expect "ring" from the master here, at the start',
    },
  },
  {
    title: 'another type of what crosses in both directions',
    verdict: 'breaking',
    older: {
      declaration: `export const P = steer('echo', receive<number>('ask'), send<number>('noted'))`,
      master: { ask: ['noted', 1] },
      peer: { start: ['ask', 1], noted: undefined },
    },
    newer: {
      declaration: `export const P = steer('echo', receive<string>('ask'), send<string>('noted'))`,
      master: { ask: ['noted', '1'] },
      peer: { start: ['ask', '1'], noted: undefined },
    },
    partings: {
      newMasterOldPeer:
        'the master does not take what comes with "ask" from the peer: sent is any number, taken is any text, at the start',
      oldMasterNewPeer:
        'the master does not take what comes with "ask" from the peer: sent is any text, taken is any number, at the start',
    },
  },
  {
    title: 'a step moved to the other side',
    verdict: 'breaking',
    older: {
      declaration: `export const P = steer('greet', send('hello'), receive('welcome'))`,
      master: { start: ['hello'], welcome: undefined },
      peer: { hello: ['welcome'] },
    },
    newer: {
      declaration: `export const P = steer('greet', receive('hello'), send('welcome'))`,
      master: { hello: ['welcome'] },
      peer: { start: ['hello'], welcome: undefined },
    },
    partings: {
      newMasterOldPeer: 'here both sides wait, at the start',
      oldMasterNewPeer: 'here both sides send, at the start',
    },
  },
]
