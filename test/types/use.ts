/** Programs that are right: nothing here is ever run, all of it must compile. */

import type { Link } from 'coxswain'

import { Health, type Status } from '../../examples/health/health.gen.ts'
import { Negotiate, type NegotiateOutcome, type NegotiatePeerHandlers } from '../../examples/negotiate/negotiate.gen.ts'
import { Log, Pump, Smtp, Upload, type Meta, type UploadMasterHooks } from './conversations.gen.ts'

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
