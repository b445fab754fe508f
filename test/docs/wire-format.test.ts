import { readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'

import { listen } from 'coxswain'

import { Health, type Status } from '../../examples/health/health.gen.ts'
import { HELLO_BYTES } from '../../src/wire/hello.ts'
import { FRAME } from '../../src/wire/frame.ts'
import { bytes, HELLO, HELLO_BACK, RawPeer } from '../session/raw-peer.ts'

const DOCUMENT = readFileSync(new URL('../../docs/wire-format.md', import.meta.url), 'utf8')

interface Line {
  readonly from: 'peer' | 'master'
  readonly bytes: Buffer
}

/** The lines of the example: who writes, then hex up to the words. */
function readExample(): Line[] {
  const block = /## 8\. An example[^]*?```\n([^]*?)```/.exec(DOCUMENT)?.[1] ?? ''
  return block
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, hex = ''] = /^[<>]\s+((?:(?:[0-9a-f]{2})+\s+|FP\s+)+)/.exec(`${line} `) ?? []
      return { from: line.startsWith('>') ? 'peer' : 'master', bytes: bytes(hex.replaceAll('FP', Health.fingerprint)) }
    })
}

describe('docs/wire-format.md', () => {
  it('shows a connection that a real master answers byte for byte', async () => {
    const seen: Status[] = []
    const serve = [Health.master.with({ status: (turn) => seen.push(turn.message) })]
    const server = await listen({ port: 0, security: 'none', serve })
    onTestFinished(() => server.close({ deadlineMs: 0 }))
    const peer = await RawPeer.dial(server.port ?? 0)
    const lines = readExample()
    expect(lines.length).toBeGreaterThan(12)
    for (const line of lines) {
      expect(line.bytes.length).toBeGreaterThan(0)
      if (line.from === 'peer') peer.send(line.bytes)
      else expect((await peer.take(line.bytes.length)).toString('hex')).toBe(line.bytes.toString('hex'))
    }
    expect((await peer.rest()).length).toBe(0)
    expect(seen).toEqual([{ service: 'w1', status: 'available', load: 0.25, rssBytes: 52_428_800, loopDelayMs: 0.5 }])
  })

  it('lists every kind of frame with its number, and no other', () => {
    const listed = [...DOCUMENT.matchAll(/^\| `([0-9a-f]{2})` \| ([a-z-]+) \|/gm)].map(([, kind, name]) => [name, kind])
    const kinds = Object.entries(FRAME).map(([name, kind]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      kind.toString(16).padStart(2, '0'),
    ])
    expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(kinds))
  })

  it('says how long a hello is', () => {
    expect(DOCUMENT).toContain(`Each side sends ${HELLO_BYTES} bytes`)
    expect(bytes(HELLO)).toHaveLength(HELLO_BYTES)
    expect(bytes(HELLO_BACK)).toHaveLength(HELLO_BYTES)
  })
})
