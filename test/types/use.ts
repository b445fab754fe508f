/** Programs that are right: nothing here is ever run, all of it must compile. */

import type { Link } from 'coxswain'

import { Health, type Status } from '../../examples/health/health.gen.ts'
import { Negotiate, type NegotiateOutcome, type NegotiatePeerHandlers } from '../../examples/negotiate/negotiate.gen.ts'
import type { PayloadCipher, StreamEnd, StreamSource } from 'coxswain/kernel-v1'
import {
  Feed,
  Log,
  Pump,
  Relay,
  Smtp,
  Upload,
  Vault,
  type FeedMasterHandlers,
  type Meta,
  type RelayMasterFilesEnd,
  type RelayMasterFilesTurnEnd,
  type UploadMasterHooks,
  type VaultCiphers,
} from './conversations.gen.ts'

const STATUS: Status = { service: 'w1', status: 'available', load: 0.2, rssBytes: 1, loopDelayMs: 1 }

export async function direct(link: Link): Promise<NegotiateOutcome> {
  await using start = await Health.peer.open(link)
  const end = await start.send.status(STATUS)
  if (end.outcome === 'cancelled') return end.outcome
  const asked = await Negotiate.peer.open(link)
  if (asked.at === 'end') return asked.outcome
  const answer = await asked.send.counter({ ...asked.message, amount: 3 })
  switch (answer.at) {
    case 'accept':
      return (await answer.send.confirm()).outcome
    case 'counter':
      return (await answer.send.reject()).outcome
    case 'reject':
    case 'end':
      return answer.outcome
    default:
      return answer satisfies never
  }
}

export async function handlers(link: Link, budget: number): Promise<number | undefined> {
  const result = await Negotiate.peer.handle(link, {
    ask: (turn) =>
      turn.message.amount <= budget ? turn.send.accept() : turn.send.counter({ ...turn.message, amount: budget }),
    counter: (turn) => (turn.message.amount <= budget ? turn.send.accept() : turn.send.reject()),
    accept: (turn) => turn.send.confirm(),
  })
  return result.outcome === 'cancelled' ? undefined : result.message.amount
}

/** One function may serve several states with the same moves. */
export const shared: NegotiatePeerHandlers = (() => {
  const answer: NegotiatePeerHandlers['ask'] & NegotiatePeerHandlers['counter'] = (turn) => turn.send.accept()
  return { ask: answer, counter: answer, accept: async (turn) => Promise.resolve(turn.send.confirm()) }
})()

export const entries = [
  Health.master.with(
    { status: (turn) => turn.metadata.seen.set(turn.message.service, turn.message) },
    { metadata: { seen: new Map<string, Status>() } },
  ),
  Health.master.with({ status: () => undefined }, { onSessionEnd: ({ result }) => result?.outcome }),
  Upload.master.with(
    (_session, metadata) => {
      let meta: Meta | undefined
      return {
        meta: (turn) => {
          meta = turn.message
          return meta.size > metadata.limit ? turn.send.refuse({ reason: 'too big' }) : turn.send.accept()
        },
        content: (turn) =>
          turn.message.length === meta?.size ? turn.send.stored({ bytes: meta.size }) : turn.send.corrupt(),
      }
    },
    { metadata: { limit: 3 }, hooks: { store: (context) => context.metadata.limit } },
  ),
]

export async function turns(link: Link, to: string[]): Promise<void> {
  for await (const turn of Smtp.peer.turns(link)) {
    switch (turn.at) {
      case 'ready':
        if (turn.via === '501') await turn.send.QUIT()
        else await turn.send.MAIL({ from: 'me' })
        break
      case 'recipients':
        await (to.length > 0 ? turn.send.RCPT({ to: to.pop() ?? '' }) : turn.send.DATA())
        break
      case '354':
        await turn.send.body('text')
        break
      case '221':
        break
      default:
        turn satisfies never
    }
  }
}

export async function hooked(link: Link, hooks: UploadMasterHooks): Promise<void> {
  await Upload.master.open(link, { hooks })
  await Upload.master.open(link, { metadata: 3, hooks: { store: ({ metadata }) => metadata + 1 } })
  const end = await Pump.peer.handle(
    link,
    {
      start: (turn) => turn.send.none(),
      'sent.none': (turn) => turn.send.check(1),
      'sent.next': (turn) => turn.send.check(2),
      seen: (turn) => turn.send.next(),
    },
    { hooks: { finished: () => undefined } },
  )
  if (end.outcome === 'reply') end.message satisfies boolean
}

export async function listening(link: Link): Promise<string | undefined> {
  await Log.master.handle(link, { first: (turn) => turn.message.size })
  const first = await Log.master.open(link)
  if (first.at === 'end') return first.reason
  const mark = await first.next()
  if (mark.at === 'end') return mark.reason
  const last = await mark.next()
  return last.at === 'last' ? last.message.name : last.reason
}

/** Anything that can be iterated is a source: a generator, a list, a stream that came from elsewhere. */
async function* lines(): AsyncGenerator<string> {
  yield Promise.resolve('one')
}

export async function streams(link: Link, metas: readonly Meta[]): Promise<StreamEnd | undefined> {
  const files = await Relay.master.open(link)
  if (files.at === 'end') return undefined
  for await (const { size } of files.stream) if (size > 3) break
  const { how, send }: RelayMasterFilesEnd = await files.end()
  how satisfies 'ended' | 'cancelled'
  const taken = await send.taken({ text: how })
  if (taken.at === 'end') return undefined
  const sent = await taken.send.lines(lines())
  if (sent.at === 'end') return undefined
  sent.streamed satisfies StreamEnd
  const rest = await sent.send.done()
  if (rest.at === 'end') return undefined
  for await (const chunk of rest.stream) chunk satisfies Uint8Array
  rest.outcome satisfies 'rest'
  const { how: last } = await rest.end()

  const start = await Relay.peer.open(link)
  const answer = await start.send.files(metas)
  if (answer.at === 'end') return undefined
  answer.streamed satisfies StreamEnd
  const opened = await answer.next()
  if (opened.at === 'end') return undefined
  const ended = await opened.end()
  const done = await ended.next()
  if (done.at === 'end') return undefined
  const end = await done.send.rest(new Set([new Uint8Array(3)]))
  return end.outcome === 'cancelled' ? last : end.streamed
}

export const feeds: FeedMasterHandlers = {
  topic: (turn) => {
    turn.streamed satisfies StreamEnd | undefined
    if (turn.streamed === 'cancelled') return turn.send.bye()
    return turn.message === 'pi' ? turn.send.found() : turn.send.unknown()
  },
  'sent.found': (turn) => turn.send.figures(new ReadableNumbers()),
}

class ReadableNumbers implements AsyncIterable<number> {
  async *[Symbol.asyncIterator](): AsyncIterator<number> {
    yield Promise.resolve(1)
  }
}

export async function streamTurns(link: Link, source: StreamSource<string>): Promise<void> {
  for await (const turn of Relay.master.turns(link)) {
    switch (turn.at) {
      case 'files':
        await (await turn.end()).send.taken({ text: '' })
        break
      case 'sent.taken':
        await turn.send.lines(source)
        break
      case 'sent.lines':
        if (turn.streamed === 'ended') await turn.send.done()
        break
      case 'rest':
        for await (const chunk of turn.stream) chunk satisfies Uint8Array
        break
      default:
        turn satisfies never
    }
  }
  await Relay.master.handle(link, {
    files: async (turn) => {
      for await (const { name } of turn.stream) if (name === '') break
      const { how, send }: RelayMasterFilesTurnEnd = await turn.end()
      return send.taken({ text: how })
    },
    'sent.taken': (turn) => turn.send.lines(source),
    'sent.lines': (turn) => (turn.streamed === 'ended' ? turn.send.done() : turn.send.done()),
    rest: async (turn) => (await turn.end()).how,
  })
  await Relay.peer.handle(link, {
    start: (turn) => turn.send.files([]),
    taken: (turn) => turn.streamed,
    lines: async (turn) => {
      for await (const line of turn.stream) line satisfies string
    },
    done: (turn) => turn.send.rest([]),
  })
  await Feed.peer.handle(link, {
    start: (turn) => turn.send.topic('pi'),
    // The handler ends a stream that it has not read to its end.
    figures: async (turn) => (await turn.end()).send.topic('e'),
    unknown: (turn) => turn.send.topic('tau'),
  })
}

const PLAIN: PayloadCipher = { encrypt: (plaintext) => plaintext, decrypt: (ciphertext) => ciphertext }

export async function ciphers(link: Link): Promise<void> {
  const given: VaultCiphers = { pin: PLAIN, 'open-it': PLAIN, gold: PLAIN }
  const hooks = { audit: () => undefined }
  const pin = await Vault.master.open(link, { ciphers: given, hooks })
  if (pin.at === 'pin') pin.message satisfies string
  Vault.master.with(
    {
      pin: (turn) => (turn.message === '1234' ? turn.send['open-it']({ name: '', size: 1 }) : turn.send.refuse()),
      'sent.open-it': (turn) => turn.send.gold([new Uint8Array(1)]),
    },
    { ciphers: given, hooks },
  )
  await Vault.peer.handle(
    link,
    { start: (turn) => turn.send.pin('1234'), 'open-it': () => undefined, gold: async ({ stream }) => drain(stream) },
    { ciphers: given, metadata: 3 },
  )
  Vault.peer.turns(link, { ciphers: given })
}

async function drain(stream: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0
  for await (const chunk of stream) bytes += chunk.length
  return bytes
}
