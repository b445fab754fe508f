/** Texts of corpus files for the tests, written out as briefly as their rules allow. */

import { judge } from './judge.ts'

/** A Scribble module with one protocol between A and B. */
export function scribble(body: string, before = ''): string {
  return `module m;\n${before}global protocol P(role A, role B) {\n${body}\n}\n`
}

/** The same for nuScr, which has no module declaration. */
export function nuscr(body: string): string {
  return `global protocol P(role A, role B) {\n${body}\n}\n`
}

/** `a>` is `a() from A to B;`, `<a` is `a() from B to A;`. Everything else is left as it is. */
export function short(body: string): string {
  return body
    .replace(/(?<![\w<])(\w+)>(?=\s|$)/g, '$1() from A to B;')
    .replace(/(?<=^|\s)<(\w+)(?=\s|$)/g, '$1() from B to A;')
}

/** The verdict with its code and place, or `ok`. */
export function verdictOn(text: string, file = 'm.scr'): string {
  const found = judge(text, file)
  return found.verdict === 'ok' ? 'ok' : `${found.verdict} ${found.code} ${found.at.line}:${found.at.column}`
}

/** The verdict without its place. */
export function codeOf(text: string, file = 'm.scr'): string {
  return verdictOn(text, file).replace(/ \d+:\d+$/, '')
}
