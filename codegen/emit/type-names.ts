/** The names that a generated file declares and imports. Each is claimed once; a second claim is a complaint. */

import type { SourceSpan } from '../../src/ir/source.ts'
import { createDiagnostic, type Diagnostic } from '../diagnostics/index.ts'

interface Claim {
  /** What the name is for, as in `the state "ask" of the peer`. */
  readonly what: string
  readonly source: SourceSpan
}

/** Global names that generated types use, so that nothing of the file may hide them. */
const GLOBALS: ReadonlySet<string> = new Set(['AsyncIterable', 'Promise', 'PromiseLike', 'Symbol', 'undefined'])

export class TypeNames {
  readonly diagnostics: Diagnostic[] = []
  readonly #claims = new Map<string, Claim>()
  readonly #kernel = new Set<string>()

  /** Takes the name, or complains that it is taken. Returns it, so that emission can go on either way. */
  claim(name: string, what: string, source: SourceSpan): string {
    const other = this.#claims.get(name)
    if (other !== undefined) {
      const message = `${what} and ${other.what} would both be the type ${name}`
      const related = [{ message: other.what, source: other.source }]
      this.diagnostics.push(createDiagnostic('STEER2010', source, { message, related }))
    } else if (GLOBALS.has(name)) {
      const message = `${what} would hide ${name}, which generated types use`
      this.diagnostics.push(createDiagnostic('STEER2010', source, { message }))
    } else {
      this.#claims.set(name, { what, source })
    }
    return name
  }

  /** Whether the name was claimed for this very thing. */
  isClaimedAs(name: string, what: string): boolean {
    return this.#claims.get(name)?.what === what
  }

  /** The name under which something of the kernel is used. All claims come first: a name of the user's wins. */
  kernel(name: string): string {
    this.#kernel.add(name)
    return this.#local(name)
  }

  /** What to import from the kernel, sorted, as it stands in the import. */
  kernelImports(): string[] {
    return [...this.#kernel].sort(compareNames).map((name) => {
      const word = FUNCTIONS.has(name) ? name : `type ${name}`
      return this.#local(name) === name ? word : `${word} as ${this.#local(name)}`
    })
  }

  #local(name: string): string {
    let local = name
    while (this.#claims.has(local)) local = `Kernel${local.charAt(0).toUpperCase()}${local.slice(1)}`
    return local
  }
}

/** What generated files call; all else that they take from the kernel is types. */
const FUNCTIONS: ReadonlySet<string> = new Set(['points', 'protocol'])

/** Functions first. */
function compareNames(left: string, right: string): number {
  if (FUNCTIONS.has(left) !== FUNCTIONS.has(right)) return FUNCTIONS.has(left) ? -1 : 1
  return left < right ? -1 : 1
}
