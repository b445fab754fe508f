import { describe, expect, it } from 'vitest'

import { Outbox } from '../../src/session/outbox.ts'
import { FRAME } from '../../src/wire/frame.ts'

/** Writes one frame with so many bytes of that value, and returns the one piece that it makes. */
function piece(outbox: Outbox, value: number, length = 100): Uint8Array {
  const output = outbox.begin(FRAME.message, 1, Infinity)
  output.ensure(length)
  output.bytes.fill(value, output.position, output.position + length)
  output.position += length
  outbox.finish()
  const pieces = outbox.take()
  expect(pieces).toHaveLength(1)
  return pieces[0]!
}

describe('the outbox', () => {
  it('leaves memory alone that the transport still holds, whoever writes next', () => {
    const [outbox, another] = [new Outbox(), new Outbox()]
    const held = piece(outbox, 1)
    const before = Uint8Array.from(held)
    outbox.release(false)
    for (let value = 2; value < 200; value++) {
      const writer = value % 2 === 0 ? outbox : another
      piece(writer, value)
      writer.release(true)
    }
    expect(Uint8Array.from(held)).toEqual(before)
  })

  it('writes into the same memory again once everything has gone', () => {
    const outbox = new Outbox()
    const first = piece(outbox, 1)
    outbox.release(true)
    const second = piece(outbox, 2)
    outbox.release(true)
    expect([second.buffer === first.buffer, second.byteOffset]).toEqual([true, first.byteOffset])
  })

  it('leaves what one link has taken alone while another link gives its own back', () => {
    const [outbox, another] = [new Outbox(), new Outbox()]
    const taken = piece(outbox, 1)
    const before = Uint8Array.from(taken)
    piece(another, 2)
    another.release(true)
    piece(another, 3)
    expect(Uint8Array.from(taken)).toEqual(before)
    another.release(true)
    outbox.release(true)
  })
})
