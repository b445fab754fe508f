/**
 * The whole fleet: one balancer and three workers, each a process of its own, kept by one reactor. `npm start` runs this.
 *
 *     npm start                    on a terminal until Ctrl-C, elsewhere for ten seconds
 *     npm start -- --seconds 5     counted from when every worker has reported
 *
 * Exits with 0 only if every worker has reported.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { generateKey, listen, SteerError } from 'coxswain'
import { reactor } from 'coxswain/reactor'

import { tellNews } from './news.ts'
import { keepProcess, linkSettings, type Fleet } from './services.ts'

const WORKERS = ['w1', 'w2', 'w3']
const SECONDS_WITHOUT_A_TERMINAL = 10

const values = readOptions()
const seconds = readSeconds(values.seconds)

function readOptions(): { readonly seconds?: string; readonly port: string } {
  try {
    return parseArgs({ options: { seconds: { type: 'string' }, port: { type: 'string', default: '7070' } } }).values
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error('usage: npm start -- [--seconds N] [--port PORT]')
    process.exit(2)
  }
}

function readSeconds(given: string | undefined): number | undefined {
  if (given === undefined) return process.stdout.isTTY ? undefined : SECONDS_WITHOUT_A_TERMINAL
  const number = Number(given)
  if (Number.isFinite(number) && number > 0 && number <= 86_400) return number
  console.error(`--seconds takes a number from 1 to 86400, not "${given}"`)
  process.exit(2)
}

/** The usual port, or a free one when somebody else has it. A balancer that is replaced must listen where the first one did. */
async function findPort(wanted: number): Promise<number> {
  try {
    await using listener = await listen({ port: wanted, ...linkSettings() })
    return listener.port ?? wanted
  } catch (error) {
    if (SteerError.is(error) && wanted !== 0) return findPort(0)
    throw error
  }
}

// Every process that the reactor starts inherits it.
process.env['COXSWAIN_KEY'] ??= Buffer.from(generateKey()).toString('base64')
tellNews()

const fleet = reactor<Fleet>({
  name: 'fleet',
  metadata: { port: await findPort(Number(values.port)) },
  services: [
    keepProcess('balancer', './balancer.ts'),
    ...WORKERS.map((name) => ({ ...keepProcess(name, './worker.ts'), dependsOn: ['balancer'] })),
  ],
  signals: ['SIGINT', 'SIGTERM'],
})

/** Resolves to whether every worker reported, when that is known and the time is over. */
async function run(): Promise<boolean> {
  try {
    await fleet.ready
  } catch {
    await fleet.shutdown()
    return false
  }
  if (seconds !== undefined) void sleep(seconds * 1000, undefined, { ref: false }).then(() => fleet.shutdown())
  await fleet.done
  return true
}

const reported = await run()
const { overdue } = await fleet.done
if (!reported) console.error('not every worker has reported')
if (overdue.length > 0) console.error(`stopped by force: ${overdue.join(', ')}`)
process.exitCode = reported ? 0 : 1
