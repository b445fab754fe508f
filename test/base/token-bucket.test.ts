import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { TokenBucket } from '../../src/base/token-bucket.ts'

describe('a token bucket', () => {
  it('never lets more through than its burst and its rate allow, at whatever times it is asked', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 50 }),
        steps,
        (burst, perSecond, waits) => {
          const bucket = new TokenBucket(burst, perSecond, 0)
          let now = 0
          let passed = 0
          for (const wait of waits) {
            now += wait
            if (bucket.take(now)) passed++
          }
          expect(passed).toBeLessThanOrEqual(burst + (now * perSecond) / 1000 + 1e-6)
        },
      ),
    )
  })

  it('lets everything through that keeps to the rate', () => {
    const bucket = new TokenBucket(1, 10, 0)
    for (let now = 0; now < 10_000; now += 101) expect(bucket.take(now)).toBe(true)
  })

  it('gives nothing for a clock that goes backwards', () => {
    const bucket = new TokenBucket(1, 1000, 100)
    expect(bucket.take(100)).toBe(true)
    expect(bucket.take(50)).toBe(false)
  })
})
