import { describe, expect, it } from 'vitest'

import { generateFrom } from './emit/generate.ts'

/** The codes that the generator finds in these files, each with its file. */
async function findCodes(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { diagnostics, outputs } = await generateFrom(files)
  expect(outputs).toEqual([])
  return diagnostics.map(({ code, source }) => `${source.file} ${code}`)
}

const CLASH = `import { loop, send, steer } from 'coxswain/steer'
export interface Clash { a: string }
export const Clash = steer('clash', send<Clash>('m'))
`

describe('what is wrong', () => {
  it('is said at once: names that clash, beside a file that cannot be read to its end', async () => {
    const reserved = `import { send, steer } from 'coxswain/steer'\nexport const A = steer('a', send('then'))\n`
    expect(await findCodes({ 'a.steer.ts': reserved, 'b.steer.ts': CLASH })).toEqual([
      'a.steer.ts STEER1013',
      'b.steer.ts STEER2010',
    ])
  })

  it('is said at once: names that clash, beside a protocol of the same file that is not proved', async () => {
    const endless = `${CLASH}export const Endless = steer('endless', loop((again) => [send('x'), again]))\n`
    expect(await findCodes({ 'a.steer.ts': endless })).toEqual(['a.steer.ts STEER2010', 'a.steer.ts STEER2003'])
  })
})
