import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const FIXTURES = fileURLToPath(new URL('./fixtures/counts', import.meta.url))
const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))

interface Run {
  readonly code: number
  readonly counts: string
  readonly output: string
}

/** Runs vitest itself on files made for it. */
async function runFixtures(names: readonly string[], environment: Record<string, string>): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'coxswain-counts-'))
  const file = join(folder, 'counts')
  const kept = Object.entries(process.env).filter(([name]) => name !== 'CI' && !name.startsWith('VITEST'))
  const child = spawn(process.execPath, [VITEST, 'run', ...names], {
    cwd: FIXTURES,
    env: { ...Object.fromEntries(kept), COXSWAIN_COUNTS: file, FAST_CHECK_SEED: '41', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [code] = (await once(child, 'close')) as [number]
  const counts = existsSync(file) ? readFileSync(file, 'utf8') : ''
  rmSync(folder, { recursive: true, force: true })
  return { code, counts, output }
}

describe('the count of a run', () => {
  test('is what the runner saw', async () => {
    const { code, counts, output } = await runFixtures(['passes'], {})
    expect({ code, counts }).toEqual({ code: 0, counts: '2 passed, 0 failed\n' })
    expect(output).not.toContain('FAST_CHECK_SEED')
  })

  test('names the seed when something failed, and counts a file that does not load as a failure', async () => {
    const { code, counts, output } = await runFixtures(['passes', 'fails', 'broken'], {})
    expect({ code, counts }).toEqual({ code: 1, counts: '2 passed, 2 failed\n' })
    expect(output).toContain('FAST_CHECK_SEED=41 npm test')
  })

  test('names the skipped tests apart, and lets them be outside CI', async () => {
    const { code, counts } = await runFixtures(['passes', 'skips'], {})
    expect({ code, counts }).toEqual({ code: 0, counts: '3 passed, 0 failed, 1 skipped\n' })
  })

  test('says for want of what tests were skipped, with how many there were', async () => {
    const { code, counts, output } = await runFixtures(['lacks', 'skips'], {})
    expect({ code, counts }).toEqual({ code: 0, counts: '1 passed, 0 failed, 3 skipped\n' })
    expect(output).toMatch(/^2 skipped: the tool is not installed$/m)
    expect(output.match(/skipped: /g)).toHaveLength(1)
  })

  test('fails the run under CI when a test was skipped, and says which', async () => {
    const { code, counts, output } = await runFixtures(['passes', 'skips'], { CI: 'true' })
    expect({ code, counts }).toEqual({ code: 1, counts: '3 passed, 0 failed, 1 skipped\n' })
    expect(output).toContain('skips.test.ts > comes later')
  })
})
