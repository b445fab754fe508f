/** The parts of a generated codec file that its functions ask for while they are written: imports and constants. */

import { quote } from '../type-text.ts'

/** The names that the file imports from the kernel, collected as they are used. */
export class KernelNames {
  private readonly used = new Set<string>()

  /** Imports `name` and returns it. */
  use(name: string): string {
    this.used.add(name)
    return name
  }

  /** All names in use, sorted. */
  names(): string[] {
    return [...this.used].sort()
  }
}

/** The constants of the file. Equal ones are declared once. */
export class Constants {
  private readonly declarations = new Map<string, string>()

  /** The name of the constant with this initialiser. */
  name(prefix: string, initialiser: string): string {
    const known = this.declarations.get(initialiser)
    if (known !== undefined) return known
    const count = [...this.declarations.values()].filter((name) => name.startsWith(`${prefix}_`)).length
    const name = `${prefix}_${count + 1}`
    this.declarations.set(initialiser, name)
    return name
  }

  /** The declarations, in order of first use. */
  lines(): string[] {
    return [...this.declarations].map(([initialiser, name]) => `const ${name} = ${initialiser}`)
  }
}

/** A comment that shows constant text. */
export function comment(text: string): string {
  return `// ${quote(text)}`
}
