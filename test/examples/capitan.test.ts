import { describe, expect, it } from 'vitest'

import { generateKey } from 'coxswain'

import { decrypt, encrypt } from '../../examples/capitan/encryption.ts'
import { createEvent, Fleet, respond } from '../../examples/capitan/fleet.ts'
import { Program } from './processes.ts'

describe('examples/capitan', () => {
  it(
    'runs ten times over one link and once more consuming it, with an event that follows the load each time',
    { timeout: 60_000 },
    async () => {
      const program = new Program('capitan/main.ts', [])
      expect(await program.exit, program.output).toBe(0)
      const cycle = ['available, load is now 40', 'available, load is now 60', 'busy, load is now 20']
      expect(program.output.trim().split('\n')).toEqual([
        'available, load is now 20',
        ...cycle,
        ...cycle,
        ...cycle,
        'available, load is now 40',
        'the link is closed',
      ])
    },
  )

  it('makes the event from the metadata, and answers it by changing them', () => {
    const fleet = new Fleet()
    fleet.load.store(49)
    expect(createEvent(fleet)).toBe('available')
    expect([respond('available', fleet), fleet.load.load()]).toEqual([69, 69])
    expect(createEvent(fleet)).toBe('busy')
    expect([respond('busy', fleet), fleet.load.load()]).toEqual([29, 29])
  })

  it('encrypts differently each time, and opens only what it made with the same key', () => {
    const key = generateKey()
    const [first, second] = [encrypt(Buffer.from('busy'), key), encrypt(Buffer.from('busy'), key)]
    expect(Buffer.from(first).equals(second)).toBe(false)
    expect(Buffer.from(decrypt(first, key)).toString()).toBe('busy')
    expect(() => decrypt(first, generateKey())).toThrow()
    first[14]! ^= 1
    expect(() => decrypt(first, key)).toThrow()
  })
})
