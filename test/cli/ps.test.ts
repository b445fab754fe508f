import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { duration, reactorPage } from '../../src/cli/reactor-table.ts'
import { EXEC_ARGV } from '../reactor/loader.ts'
import { run } from './run.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

let folder: string
let socket: string
let program: ChildProcess

/** Output of a process; resolves with all of it so far once it holds what is waited for. */
function reader(child: ChildProcess): (until: (text: string) => boolean) => Promise<string> {
  let text = ''
  const looks = new Set<() => void>()
  child.stdout!.on('data', (chunk) => {
    text += String(chunk)
    for (const look of looks) look()
  })
  return (until) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!until(text)) return
        looks.delete(look)
        resolve(text)
      }
      looks.add(look)
      look()
      child.once('close', () => reject(new Error(`it ended: ${text}`)))
    })
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve))
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxswain-'))
  socket = join(folder, 'control')
  program = spawn(process.execPath, [...EXEC_ARGV, here('../services/programs/controlled.ts'), socket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await reader(program)((text) => text.includes('asked'))
})

afterAll(async () => {
  const gone = ended(program)
  program.kill('SIGKILL')
  await gone
  rmSync(folder, { recursive: true, force: true })
})

describe('coxswain ps', () => {
  it('shows services and sessions of another process, and says by its code that one is not ready', async () => {
    const { code, out, err } = await run(folder, 'ps', 'control')
    expect([code, err]).toEqual([1, ''])
    expect(out).toContain(`shown, process ${program.pid}, up`)
    expect(out).toMatch(/^server +main +yes +1 +0 +- /m)
    expect(out).toMatch(/^failing +backoff +no +1 +1 \(1\) +\d[\d.: ]*s? .*inline +threw$/m)
    expect(out).toMatch(/^in-\d+\/\d+ +server +127\.0\.0\.1:\d+ +echo as master +ask +the master, here$/m)
    expect(out).toMatch(/^out-\d+\/\d+ +dialled +127\.0\.0\.1:\d+ +echo as peer +ask +the master, there$/m)
  })

  it('prints the same as JSON', async () => {
    const { code, out } = await run(folder, 'ps', 'control', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      reactor: 'shown',
      links: 2,
      services: [{ name: 'server' }, { name: 'failing', state: 'backoff', failures: 1 }, { name: 'dialled' }],
      sessions: [{ waitsFor: 'master' }, { waitsFor: 'master' }],
    })
  })

  it('complains where nobody answers, and about a wrong call', async () => {
    const nobody = await run(folder, 'ps', 'nowhere')
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining('nowhere')])
    const json = await run(folder, 'ps', 'nowhere', '--json')
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, error: { code: 'unavailable' } })
    expect((await run(folder, 'ps')).code).toBe(2)
    expect((await run(folder, 'ps', 'a', 'b')).code).toBe(2)
    expect((await run(folder, 'top')).code).toBe(2)
  })
})

describe('a page', () => {
  it('lets nothing that another process says move the cursor', () => {
    const name = 'a\u001b[2Jb\n'
    const row = {
      isolate: 'inline',
      ready: true,
      cycle: 1,
      incarnation: 2,
      failures: 0,
      failed: 3,
      zombie: true,
    } as const
    const services = [{ ...row, name, state: 'main', lastOutcome: '\u202e', dependsOn: [] }]
    const page = reactorPage(
      { reactor: '\u0007', pid: 1, uptimeMs: 1, services, links: 1, sessions: [], sessionsLeftOut: 7 },
      false,
    ).join('\n')
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
    expect(page).toContain('a?[2Jb?')
    expect(page).toContain('main, zombie')
    expect(page).toContain('7 sessions on 1 link')
  })

  it.each([
    [undefined, '-'],
    [0, '0 ms'],
    [999, '999 ms'],
    [1000, '1.0 s'],
    [59_990, '59.9 s'],
    [187_000, '3:07'],
    [7_387_000, '2:03:07'],
  ])('tells %s ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })
})

describe('coxswain top', () => {
  /** `script` gives the command a terminal of its own, and prints what it draws. */
  function top(): ChildProcess {
    const command = [process.execPath, ...EXEC_ARGV, here('../../src/cli/main.ts'), 'top', socket]
    const line = `${command.map((word) => `'${word}'`).join(' ')}; echo "code $?"; stty -a; echo finished`
    return spawn('script', ['-qec', line, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] })
  }

  it('draws again and again, counts the restart down, and leaves the terminal as it was', async () => {
    const child = top()
    const saw = reader(child)
    const next = (text: string): string[] =>
      [...text.matchAll(/failing +backoff.*?\(1\) +([\d:]+)/g)].map(([, at]) => at!)
    const drawn = await saw((text) => new Set(next(text)).size > 1)
    expect(drawn.indexOf('\u001b[?1049h')).toBeLessThan(drawn.indexOf('shown, process'))
    child.stdin!.write('q')
    const all = await saw((text) => text.includes('finished'))
    expect(all).toContain('code 0')
    const left = all.lastIndexOf('\u001b[?1049l')
    expect(left).toBeGreaterThan(all.lastIndexOf('q leaves'))
    expect(all.lastIndexOf('\u001b[?25h')).toBeGreaterThan(all.lastIndexOf('\u001b[?25l'))
    // Raw mode is over: the terminal makes lines and echoes again.
    expect(all.slice(left)).toMatch(/[^-]icanon/)
    expect(all.slice(left)).toMatch(/[^-]echo /)
    child.stdin!.end()
    await ended(child)
  })

  it('is left by Ctrl-C as well', async () => {
    const child = top()
    const saw = reader(child)
    await saw((text) => text.includes('shown, process'))
    child.stdin!.write('\u0003')
    const all = await saw((text) => text.includes('finished'))
    expect(all).toContain('code 0')
    expect(all.lastIndexOf('\u001b[?1049l')).toBeGreaterThan(all.lastIndexOf('\u001b[?1049h'))
    child.stdin!.end()
    await ended(child)
  })
})
