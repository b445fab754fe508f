/**
 * Programs that are wrong: each marked line must be an error under every compiler that is supported, and nothing else may be
 * one. Nothing here is ever run.
 */

// What is wrong to the compiler has no type for the linter.
/* oxlint-disable typescript/no-unsafe-call, typescript/no-unsafe-return */

import type { Link } from 'coxswain'

import { Health, type HealthPeerStart, type Status } from '../../examples/health/health.gen.ts'
import {
  Negotiate,
  type NegotiateMasterStartMove,
  type NegotiatePeerAsk,
  type NegotiatePeerAskTurn,
  type NegotiatePeerHandlers,
  type Price,
} from '../../examples/negotiate/negotiate.gen.ts'
import type { PayloadCipher } from 'coxswain/kernel-v1'
import {
  Feed,
  Log,
  Pump,
  Relay,
  Smtp,
  Upload,
  Vault,
  type FeedMasterTopic,
  type RelayMasterFiles,
  type RelayMasterFilesTurn,
  type RelayMasterHandlers,
  type RelayMasterSentTaken,
  type RelayPeerHandlers,
  type RelayPeerLines,
  type RelayPeerTaken,
  type SmtpPeerState,
  type UploadPeerAccept,
  type VaultCiphers,
  type VaultPeerHandlers,
} from './conversations.gen.ts'

const PRICE: Price = { amount: 1, currency: 'EUR' }
const STATUS: Status = { service: 'w1', status: 'available', load: 0, rssBytes: 0, loopDelayMs: 0 }

export async function wrongTurn(link: Link): Promise<void> {
  const start = await Negotiate.master.open(link)
  // @ts-expect-error the peer counters here, not the master
  await start.send.counter(PRICE)
  // @ts-expect-error this side moves; there is nothing to wait for
  await start.next()
  const served = await Health.master.open(link)
  // @ts-expect-error the master of Health only listens
  await served.send.status(STATUS)
}

export async function afterTheEnd(link: Link, start: HealthPeerStart): Promise<void> {
  const end = await start.send.status(STATUS)
  // @ts-expect-error nothing can be sent after the end
  await end.send.status(STATUS)
  // @ts-expect-error nothing comes after the end
  await end.next()
  const asked = await Negotiate.peer.open(link)
  if (asked.at === 'end') return
  const accepted = await asked.send.accept()
  // @ts-expect-error `confirm` was the last message
  await accepted.send.confirm()
}

export async function unhandledBranch(link: Link, ask: NegotiatePeerAsk): Promise<void> {
  const answer = await ask.send.counter(PRICE)
  switch (answer.at) {
    case 'accept':
    case 'reject':
    case 'end':
      break
    default:
      // @ts-expect-error `counter` is left
      answer satisfies never
  }
  for await (const turn of Smtp.peer.turns(link)) {
    switch (turn.at) {
      case 'ready':
      case 'recipients':
      case '354':
        break
      // @ts-expect-error there is no such state
      case '250':
        break
      default:
        // @ts-expect-error `221` is left
        turn satisfies never
    }
  }
  // @ts-expect-error a cancelled session has no moves, and may be what came
  await (await Negotiate.peer.open(link)).send.accept()
}

export async function handlers(link: Link): Promise<void> {
  // @ts-expect-error the handler for `accept` is missing
  await Negotiate.peer.handle(link, { ask: (turn) => turn.send.accept(), counter: (turn) => turn.send.accept() })
  // @ts-expect-error there is no state `offer`
  await Health.master.handle(link, { status: () => undefined, offer: () => undefined })
  // @ts-expect-error a payload arrives before the end, so its handler is required
  await Log.master.handle(link, { mark: () => undefined })
  // @ts-expect-error the start moves, so its handler is required
  await Health.peer.handle(link, {})
  await Negotiate.peer.handle(link, {
    // @ts-expect-error the move is made and not returned
    ask: (turn) => {
      turn.send.accept()
    },
    counter: (turn) => turn.send.accept(),
    accept: (turn) => turn.send.confirm(),
  })
  // @ts-expect-error no handler returns nothing where a move is due
  await Health.peer.handle(link, { start: () => undefined })
}

export function movesOfOtherStates(turn: NegotiatePeerAskTurn, other: NegotiateMasterStartMove): NegotiatePeerHandlers {
  return {
    ask: (mine) => mine.send.accept(),
    // @ts-expect-error a move of `ask` is none of `accept`
    accept: () => turn.send.accept(),
    // @ts-expect-error a move of the other side
    counter: () => other,
  }
}

export async function payloads(link: Link, accept: UploadPeerAccept, ask: NegotiatePeerAsk): Promise<void> {
  const start = await Health.peer.open(link)
  // @ts-expect-error the payload is missing
  await start.send.status()
  // @ts-expect-error a member is missing
  await start.send.status({ service: 'w1', status: 'available' })
  // @ts-expect-error no such literal
  await start.send.status({ ...STATUS, status: 'asleep' })
  // @ts-expect-error a member too many
  await start.send.status({ ...STATUS, colour: 'red' })
  // @ts-expect-error a payload too many
  await start.send.status(STATUS, STATUS)
  // @ts-expect-error `accept` carries nothing
  await ask.send.accept(PRICE)
  // @ts-expect-error bytes, not text
  await accept.send.content('text')
  // @ts-expect-error null is no payload
  await ask.send.counter(null)
}

export async function labels(link: Link, ask: NegotiatePeerAsk): Promise<void> {
  // @ts-expect-error no such label
  await ask.send.agree()
  // @ts-expect-error a label is no property of the state itself
  await ask.accept()
  const accept = await ask.send.counter(PRICE)
  // @ts-expect-error a bare label has no message
  if (accept.at === 'accept') accept.message satisfies unknown
  await Negotiate.peer.handle(link, {
    ask: (turn) => turn.send.accept(),
    counter: (turn) => turn.send.accept(),
    // @ts-expect-error nor has it one in a handler
    accept: (turn) => (turn.message === undefined ? turn.send.confirm() : turn.send.confirm()),
  })
}

export async function roles(link: Link): Promise<void> {
  // @ts-expect-error these are the handlers of the other role
  await Negotiate.master.handle(link, { ask: (turn: NegotiatePeerAskTurn) => turn.send.accept() })
  // @ts-expect-error there are two roles
  await Negotiate.client.open(link)
  // @ts-expect-error `start` is a state of the peer
  await Health.master.handle(link, { status: () => undefined, start: () => undefined })
  // @ts-expect-error the first state of the peer is `start`
  ;(await Health.peer.open(link)).at satisfies 'status'
}

export async function metadata(link: Link): Promise<void> {
  // @ts-expect-error no metadata was given
  Health.master.with({ status: (turn) => turn.metadata.seen })
  // @ts-expect-error the metadata has no such member
  Health.master.with({ status: (turn) => turn.metadata.sen }, { metadata: { seen: 1 } })
  // @ts-expect-error handlers for another metadata
  Negotiate.peer.with(needsText, { metadata: 3 })
  // @ts-expect-error metadata that nothing would be given to
  await Health.peer.open(link, { metadata: 3 })
}

declare const needsText: NegotiatePeerHandlers<string>

export async function hooks(link: Link): Promise<void> {
  // @ts-expect-error the hook `store` is missing
  await Upload.master.open(link)
  // @ts-expect-error the hook is missing here as well
  Upload.master.with({ meta: (turn) => turn.send.accept(), content: (turn) => turn.send.corrupt() })
  // @ts-expect-error there is no hook `save`
  await Upload.master.open(link, { hooks: { store: () => undefined, save: () => undefined } })
  // @ts-expect-error the peer of Upload has no hooks
  await Upload.peer.open(link, { hooks: { store: () => undefined } })
  // @ts-expect-error the hook wants metadata that is not given
  await Pump.peer.open(link, { hooks: { finished: ({ metadata: { log } }) => log } })
}

export async function states(state: SmtpPeerState, link: Link): Promise<void> {
  // @ts-expect-error which moves there are depends on the state
  await state.send.QUIT()
  if (state.at !== 'ready') return
  // @ts-expect-error `via` has no such value
  if (state.via === '250') return
  // @ts-expect-error states cannot be changed
  state.message = { text: '' }
  const result = await Negotiate.master.handle(link, {
    start: (turn) => turn.send.ask(PRICE),
    accept: (turn) => turn.send.confirm(),
    counter: (turn) => turn.send.reject(),
  })
  // @ts-expect-error no such outcome
  if (result.outcome === 'confirm') return
  // @ts-expect-error a cancelled session has no message to speak of
  result.message?.amount satisfies number
  // @ts-expect-error a protocol cannot be changed
  Negotiate.name = 'other'
  // @ts-expect-error an entry serves, it is not awaited for its outcome
  Health.master.with({ status: () => undefined }).outcome satisfies string
}

export async function openStreams(
  files: RelayMasterFiles,
  lines: RelayPeerLines,
  turn: RelayMasterFilesTurn,
): Promise<void> {
  // @ts-expect-error nothing is sent before the stream has ended
  await files.send.taken({ text: '' })
  // @ts-expect-error nor is there a move for a handler
  turn.send.taken({ text: '' })
  // @ts-expect-error nothing comes before the stream has ended
  await lines.next()
  // @ts-expect-error a stream is no message
  files.message satisfies unknown
  // @ts-expect-error the end is not waited for
  await files.end().send.taken({ text: '' })
  // @ts-expect-error behind this stream the other side moves
  ;(await lines.end()).send satisfies unknown
  // @ts-expect-error behind this one it is this side's turn
  await (await files.end()).next()
  // @ts-expect-error items have the type that was declared
  for await (const item of lines.stream) item satisfies number
  // @ts-expect-error a stream is read in order, it is no list
  lines.stream[0] satisfies unknown
  // @ts-expect-error and cannot be read without waiting
  for (const item of lines.stream) item satisfies string
  // @ts-expect-error a stream that was received is no `streamed`
  files.streamed satisfies unknown
  // @ts-expect-error a stream ends in one of two ways
  if ((await files.end()).how === 'aborted') return
  // @ts-expect-error a handler has no `next`
  ;(await turn.end()).next satisfies unknown
}

export async function sources(taken: RelayMasterSentTaken, link: Link): Promise<void> {
  // @ts-expect-error a string is no source, though it can be iterated
  await taken.send.lines('text')
  // @ts-expect-error items of another type
  await taken.send.lines([1, 2])
  // @ts-expect-error a single item
  await (await Relay.peer.open(link)).send.files({ name: '', size: 1 })
  // @ts-expect-error the source is missing
  await taken.send.lines()
  // @ts-expect-error a promise of a source is to be awaited first
  await taken.send.lines(Promise.resolve(['text']))
  // @ts-expect-error a source, and nothing more
  await taken.send.lines(['text'], 4)
  // @ts-expect-error bytes can be iterated, but are no stream of text
  await taken.send.lines(new Uint8Array(3))
}

export async function endedStreams(taken: RelayPeerTaken, topic: FeedMasterTopic, link: Link): Promise<void> {
  taken.streamed satisfies 'ended' | 'cancelled'
  // @ts-expect-error a topic is asked for at the start too, with no stream before it
  topic.streamed satisfies 'ended' | 'cancelled'
  const start = await Relay.peer.open(link)
  // @ts-expect-error nothing was sent yet
  start.streamed satisfies unknown
  const asked = await Feed.peer.open(link)
  const answer = await asked.send.topic('pi')
  // @ts-expect-error a message is no stream
  answer.streamed satisfies unknown
}

const filesOfNobody: RelayPeerHandlers['start'] = (turn) => turn.send.files([])

export async function streamHandlers(link: Link, handlers: RelayMasterHandlers): Promise<void> {
  // @ts-expect-error what the last stream brings would be lost without its handler
  await Relay.master.handle(link, {
    files: handlers.files,
    'sent.taken': handlers['sent.taken'],
    'sent.lines': handlers['sent.lines'],
  })
  // @ts-expect-error so would what the stream in the middle brings
  await Relay.peer.handle(link, { start: filesOfNobody, taken: () => undefined, done: (turn) => turn.send.rest([]) })
  await Relay.master.handle(link, {
    ...handlers,
    // @ts-expect-error a stream was read, but the move behind it is not made
    files: async (turn) => {
      await turn.end()
    },
  })
  await Relay.master.handle(link, {
    ...handlers,
    // @ts-expect-error a move of another state
    files: async (turn) => handlers['sent.lines'](await turn.end()),
  })
}

declare const cipher: PayloadCipher
declare const pinned: VaultPeerHandlers
declare function encryptLater(bytes: Uint8Array): Promise<Uint8Array>

export async function ciphers(link: Link, given: VaultCiphers): Promise<void> {
  const hooks = { audit: () => undefined }
  // @ts-expect-error the ciphers are missing
  await Vault.peer.open(link)
  // @ts-expect-error the ciphers are missing beside the hooks
  await Vault.master.open(link, { hooks })
  // @ts-expect-error the hooks are missing beside the ciphers
  await Vault.master.open(link, { ciphers: given })
  // @ts-expect-error the ciphers are missing here too
  Vault.peer.turns(link, {})
  // @ts-expect-error the cipher of one label is missing
  await Vault.peer.open(link, { ciphers: { pin: cipher, gold: cipher } })
  // @ts-expect-error `refuse` is not sealed
  await Vault.peer.open(link, { ciphers: { ...given, refuse: cipher } })
  // @ts-expect-error a key is no cipher
  await Vault.peer.open(link, { ciphers: { ...given, pin: new Uint8Array(32) } })
  // @ts-expect-error a cipher gives its bytes at once
  await Vault.peer.open(link, { ciphers: { ...given, pin: { ...cipher, encrypt: encryptLater } } })
  // @ts-expect-error nothing of Relay is sealed
  await Relay.peer.open(link, { ciphers: given })
  // @ts-expect-error the ciphers are missing beside the metadata
  await Vault.peer.handle(link, pinned, { metadata: undefined })
  // @ts-expect-error the ciphers are missing for what is served
  Vault.peer.with(pinned)
  Vault.peer.with(pinned, { ciphers: given })
}
