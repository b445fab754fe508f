import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { errorsDocument } from '../../.ci/documents.ts'
import { ERROR_CODES, SteerError, type ErrorCode } from '../../src/base/errors.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CODES = Object.keys(ERROR_CODES)

/** Codes that the parts to come will raise. A code leaves this list with the change that raises it. */
const NOT_RAISED_YET: readonly string[] = []

function readSources(): { readonly file: string; readonly text: string }[] {
  return ['src', 'codegen'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => ({ file: `${folder}/${name}`, text: readFileSync(join(ROOT, folder, name), 'utf8') })),
  )
}

/** Every text of a source that could be a code: what is quoted, with the place where it stands. */
function quotedCodes(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
  const quoted: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && CODES.includes(node.text)) quoted.push(node.text)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return quoted
}

describe('the list of codes', () => {
  test('is what docs/errors.md says', () => {
    expect(readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')).toBe(errorsDocument())
    for (const code of CODES) expect(errorsDocument()).toContain(`### \`${code}\``)
  })

  // The other direction, a code raised that is not listed, is a compile error.
  test('holds no code that is never raised', () => {
    const raised = new Set(
      readSources()
        .filter(({ file }) => file !== 'src/base/errors.ts')
        .flatMap(({ file, text }) => quotedCodes(file, text)),
    )
    expect(CODES.filter((code) => !raised.has(code))).toEqual(NOT_RAISED_YET)
  })

  test('has for each code a meaning and a remedy in whole sentences', () => {
    for (const { meaning, remedy } of Object.values(ERROR_CODES)) {
      expect(meaning).toMatch(/^[A-Z].*\.$/)
      expect(remedy).toMatch(/^[A-Z].*\.$/)
    }
  })
})

describe('SteerError', () => {
  test('puts its code before its message, and keeps the message alone as well', () => {
    const error = new SteerError('slow_peer', 'nothing moved for 10000 ms')
    expect(error.message).toBe('[slow_peer] nothing moved for 10000 ms')
    expect(error.rawMessage).toBe('nothing moved for 10000 ms')
    expect(error.name).toBe('SteerError')
    expect(String(error)).toBe('SteerError: [slow_peer] nothing moved for 10000 ms')
  })

  test.each(Object.entries(ERROR_CODES))('knows the kind of %s', (code, { kind }) => {
    expect(new SteerError(code as ErrorCode, 'x').kind).toBe(kind)
  })

  test('carries its cause, even one that is undefined, and has none where none was given', () => {
    const cause = new Error('below')
    expect(new SteerError('internal', 'x', { cause }).cause).toBe(cause)
    expect('cause' in new SteerError('internal', 'x', { cause: undefined })).toBe(true)
    expect('cause' in new SteerError('internal', 'x')).toBe(false)
  })

  test('is known to is and instanceof, in a second copy of the package too', async () => {
    const copyUrl = `${new URL('../../src/base/errors.ts', import.meta.url).href}?copy`
    const copy = (await import(/* @vite-ignore */ copyUrl)) as { SteerError: typeof SteerError }
    expect(copy.SteerError).not.toBe(SteerError)
    const error = new copy.SteerError('aborted', 'x')
    expect(error instanceof SteerError).toBe(true)
    expect(SteerError.is(error)).toBe(true)
  })

  test.each([undefined, null, 'text', {}, new Error('x'), { message: 'x', code: 'internal' }])('is not %o', (value) => {
    expect(SteerError.is(value)).toBe(false)
    expect(value instanceof SteerError).toBe(false)
  })

  test('keeps the ordinary rule for a subclass', () => {
    class Narrow extends SteerError {}
    expect(new Narrow('internal', 'x') instanceof Narrow).toBe(true)
    expect(new Narrow('internal', 'x') instanceof SteerError).toBe(true)
    expect(new SteerError('internal', 'x') instanceof Narrow).toBe(false)
  })
})

describe('SteerError.from', () => {
  test('gives a SteerError back as it is, whatever code is asked for', () => {
    const error = new SteerError('truncated', 'x')
    expect(SteerError.from(error, 'internal', 'while closing')).toBe(error)
  })

  test('wraps an error once, with its text, the context and itself as the cause', () => {
    const cause = new TypeError('no such thing')
    const error = SteerError.from(cause, 'dependency', 'loading ts-morph')
    expect(error.message).toBe('[dependency] loading ts-morph: no such thing')
    expect(error.cause).toBe(cause)
    expect(SteerError.from(cause).code).toBe('internal')
  })

  test.each([
    ['text', 'text'],
    [7, '7'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
  ])('wraps %o, which is no error', (thrown, text) => {
    const error = SteerError.from(thrown)
    expect(error.rawMessage).toBe(text)
    expect(error.cause).toBe(thrown)
  })

  test('wraps a value that cannot be made into a text', () => {
    const mute: unknown = Object.create(null)
    const error = SteerError.from(mute, 'aborted', 'in a hook')
    expect(error.message).toBe('[aborted] in a hook: a thrown object that has no text')
    expect(error.cause).toBe(mute)
  })
})
