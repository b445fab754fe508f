/** What every part of the reader shares while it reads one set of files. */

import { ts } from 'ts-morph'
import type { SourceSpan } from '../../src/ir/source.ts'
import type { DiagnosticCode } from '../diagnostics/codes.ts'
import { createDiagnostic, type Diagnostic, type DiagnosticDetails } from '../diagnostics/diagnostic.ts'
import type { ReadProject } from './read-project.ts'
import { spanOf } from './source-span.ts'

/** Complaints of the reader, with the places where TypeScript need not complain again. */
export class ReadContext {
  readonly project: ReadProject
  readonly root: string
  readonly diagnostics: Diagnostic[] = []
  /** Nodes that a complaint covers beyond the place where it points: TypeScript's own words about them are left out. */
  readonly covered: ts.Node[] = []
  /**
   * Payloads whose type the compiler could not find, each with the file in which it would say so. Where it says so in a file
   * that is reported on, that is enough; an imported file is not reported on.
   */
  readonly unresolved: { readonly diagnostic: Diagnostic; readonly file: ts.SourceFile }[] = []
  readonly #resolved = new Map<ts.Node, ts.Symbol | undefined>()

  constructor(project: ReadProject, root: string) {
    this.project = project
    this.root = root
  }

  get checker(): ts.TypeChecker {
    return this.project.checker
  }

  spanOf(node: ts.Node): SourceSpan {
    return spanOf(this.root, node)
  }

  report(code: DiagnosticCode, node: ts.Node, details: DiagnosticDetails): void {
    this.diagnostics.push(createDiagnostic(code, this.spanOf(node), details))
  }

  /** What an identifier or a member access stands for, through imports and renamings. */
  resolve(node: ts.Node): ts.Symbol | undefined {
    // Asked twice of each step: when it is read, and when words outside of protocols are looked for.
    if (!this.#resolved.has(node)) this.#resolved.set(node, this.#resolveAnew(node))
    return this.#resolved.get(node)
  }

  #resolveAnew(node: ts.Node): ts.Symbol | undefined {
    const symbol = this.checker.getSymbolAtLocation(node)
    if (symbol === undefined) return undefined
    const target = symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol
    // An import that leads nowhere resolves to a symbol without declarations; TypeScript reports it.
    return target.declarations === undefined ? undefined : target
  }
}

/** The expression inside parentheses. */
export function withoutParentheses(node: ts.Expression): ts.Expression {
  let inner = node
  while (ts.isParenthesizedExpression(inner)) inner = inner.expression
  return inner
}
