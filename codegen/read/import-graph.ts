/** Where the imports of a program lead, as its host resolved them. */

import { ts } from 'ts-morph'

/** By the path of the importing file; undefined for an import that leads nowhere. */
export type ImportGraph = ReadonlyMap<string, readonly (string | undefined)[]>

/** Resolves imports for a host as the compiler does by itself, and adds each to the graph. */
export function createResolvers(
  host: ts.CompilerHost,
  options: ts.CompilerOptions,
  graph: Map<string, (string | undefined)[]>,
): Pick<ts.CompilerHost, 'resolveModuleNameLiterals' | 'resolveTypeReferenceDirectiveReferences'> {
  const cache = ts.createModuleResolutionCache(host.getCurrentDirectory(), (name) => host.getCanonicalFileName(name))
  const add = (from: string, to: string | undefined): void => {
    const targets = graph.get(from)
    if (targets === undefined) graph.set(from, [to])
    else targets.push(to)
  }
  return {
    resolveModuleNameLiterals: (literals, from, redirected, _options, file) =>
      literals.map((literal) => {
        const mode = ts.getModeForUsageLocation(file, literal, options)
        const resolved = ts.resolveModuleName(literal.text, from, options, host, cache, redirected, mode)
        add(from, resolved.resolvedModule?.resolvedFileName)
        return resolved
      }),
    resolveTypeReferenceDirectiveReferences: (references, from, redirected) =>
      references.map((reference) => {
        const name = typeof reference === 'string' ? reference : reference.fileName
        const resolved = ts.resolveTypeReferenceDirective(name, from, options, host, redirected)
        add(from, resolved.resolvedTypeReferenceDirective?.resolvedFileName)
        return resolved
      }),
  }
}

/**
 * All that the types of one file can depend on, as a list to compare element by element: the files that it reaches, as the
 * objects that they were parsed to, where each of their imports leads, and the files that change the global scope.
 */
export function dependenciesOf(path: string, program: ts.Program, graph: ImportGraph): readonly unknown[] {
  const found: unknown[] = []
  const order = [path]
  const seen = new Set(order)
  for (const from of order) {
    const file = program.getSourceFile(from)
    found.push(from, file)
    const references = (file?.referencedFiles ?? []).map(({ fileName }) =>
      ts.resolveTripleslashReference(fileName, from),
    )
    for (const to of [...(graph.get(from) ?? []), ...references]) {
      found.push(to)
      if (to === undefined || seen.has(to)) continue
      seen.add(to)
      order.push(to)
    }
  }
  return found
}

/** Whether the types of files that do not import this one can depend on it. */
export function changesGlobalScope(file: ts.SourceFile): boolean {
  if (!ts.isExternalModule(file) || file.libReferenceDirectives.length > 0) return true
  return file.statements.some(
    (statement) =>
      ts.isModuleDeclaration(statement) &&
      (ts.isStringLiteral(statement.name) || (statement.flags & ts.NodeFlags.GlobalAugmentation) !== 0),
  )
}
