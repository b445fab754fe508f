import { describe, expect, it, vi } from 'vitest'

import { listenAbort } from '../../src/base/abort.ts'

describe('waiting for an abort', () => {
  it('calls once, at once for a signal that has aborted', () => {
    const call = vi.fn()
    listenAbort(AbortSignal.abort(), call)
    expect(call).toHaveBeenCalledOnce()
  })

  it('leaves no listener behind', () => {
    const controller = new AbortController()
    const add = vi.spyOn(controller.signal, 'addEventListener')
    const remove = vi.spyOn(controller.signal, 'removeEventListener')
    const call = vi.fn()
    listenAbort(controller.signal, call)()
    controller.abort()
    expect(call).not.toHaveBeenCalled()
    expect(add).toHaveBeenCalledOnce()
    expect(remove).toHaveBeenCalledWith('abort', add.mock.calls[0]?.[1])
  })

  it('does nothing without a signal', () => {
    const call = vi.fn()
    listenAbort(undefined, call)()
    expect(call).not.toHaveBeenCalled()
  })
})
