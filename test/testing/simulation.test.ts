import { describe, expect, it } from 'vitest'
import { createSimulation } from 'coxswain/testing'
import { Echo, type Item } from '../protocols/session.gen.ts'

const ITEM: Item = { n: 1, text: 'one' }

describe('a simulation', () => {
  it('runs whole links and sessions, in simulated time', async () => {
    const simulation = createSimulation({ seed: 7, network: { latencyMs: [50, 50] } })
    const serve = [Echo.master.with({ ask: (turn) => turn.send.reply(turn.message) })]
    const { first, second } = await simulation.openLinks({ serveSecond: serve })
    const asked = Echo.peer.handle(first, { start: (turn) => turn.send.ask(ITEM) })
    expect(await simulation.until(asked)).toMatchObject({ outcome: 'reply', message: ITEM })
    expect(simulation.clock.now()).toBe(200)
    await simulation.until(Promise.all([first.close(), second.close()]))
    await simulation.finish()
    expect(simulation.clock.pending).toBe(0)
  })

  it('throws when nothing settles what is waited for, instead of hanging', async () => {
    const simulation = createSimulation({ seed: 1 })
    const never = new Promise<never>(() => undefined)
    await expect(simulation.until(never)).rejects.toThrow('nothing settled the promise')
    const { first } = await simulation.openLinks()
    await expect(simulation.until(never, 1000)).rejects.toThrow('within 1000 simulated ms')
    await expect(simulation.finish(1000)).rejects.toThrow('still to come')
    await simulation.until(first.close())
  })

  it('settles as the promise does', async () => {
    const simulation = createSimulation({ seed: 1 })
    await expect(simulation.until(Promise.reject(new Error('so it is')))).rejects.toThrow('so it is')
  })

  it('lets time pass without events', async () => {
    const simulation = createSimulation({ seed: 1 })
    await simulation.advance(5000)
    expect(simulation.clock.now()).toBe(5000)
  })
})
