/** Modules that another process loads: as they are or compiled, like the one that asks. */

import { extname } from 'node:path'

/** @param url of the module that asks. @param name of the other, without its ending. */
export function moduleBeside(url: string, name: string): string {
  return new URL(`${name}${extname(url)}`, url).href
}
