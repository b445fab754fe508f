import { describe, expect, it } from 'vitest'

import { Program } from './processes.ts'

describe('examples/chat', { timeout: 60_000 }, () => {
  it('carries lines between guests, both ends opening sessions on one link', async () => {
    const room = new Program('chat/room.ts', ['--port', '0'])
    const [, port = ''] = await room.prints(/open on port (\d+)/)
    const ada = new Program('chat/guest.ts', ['--port', port, '--name', 'ada'], 'pipe')
    await ada.prints(/you are the first/)
    const bob = new Program('chat/guest.ts', ['--port', port, '--name', 'bob'], 'pipe')
    await bob.prints(/here are ada/)
    ada.child.stdin?.write('hello, bob\n')
    await bob.prints(/ada: hello, bob/)
    bob.child.stdin?.write('hello, ada\n')
    await ada.prints(/bob: hello, ada/)
    bob.child.stdin?.end()
    expect(await bob.exit).toBe(0)
    await room.prints(/bob leaves/)
    ada.child.kill('SIGKILL')
    await room.prints(/ada leaves/)
  })

  it('lets nobody in under a name that is taken', async () => {
    const room = new Program('chat/room.ts', ['--port', '0'])
    const [, port = ''] = await room.prints(/open on port (\d+)/)
    const first = new Program('chat/guest.ts', ['--port', port, '--name', 'ada'], 'pipe')
    await first.prints(/you are the first/)
    const second = new Program('chat/guest.ts', ['--port', port, '--name', 'ada'], 'pipe')
    expect(await second.exit).toBe(1)
    expect(second.output).toContain('the name "ada" is taken')
  })
})
