/** Runs the text of a generated file in this process: transpiled, with its imports answered from what is loaded already. */

import { compileFunction } from 'node:vm'
import ts from 'typescript'

export interface Loaded {
  /** What `coxswain/kernel-v1` exports. */
  readonly kernel: object
  /** What the files beside it export, by file name: `./shop.codec.gen.js`. */
  readonly siblings?: Readonly<Record<string, object>>
}

export function runGenerated(text: string, { kernel, siblings = {} }: Loaded): Readonly<Record<string, unknown>> {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  })
  const exported: Record<string, unknown> = {}
  const load = (specifier: string): unknown => {
    if (specifier === 'coxswain/kernel-v1') return kernel
    const sibling = siblings[specifier]
    if (sibling === undefined) throw new Error(`the generated file imports ${specifier}`)
    return sibling
  }
  const run = compileFunction(outputText, ['exports', 'require']) as (exports: unknown, require: unknown) => void
  run(exported, load)
  return exported
}
