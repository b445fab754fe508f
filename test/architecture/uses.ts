/** What one file reaches for: the modules it names in any way, and the globals that the rules are about. */

import ts from 'typescript'

export interface Use {
  /** `computed` is an import whose name is no literal. */
  readonly kind: 'module' | 'computed' | 'global'
  readonly name: string
  readonly line: number
  /** Loaded by `require`, and so by the name that it has when it is compiled. */
  readonly isRequired?: boolean
}

const GLOBALS = new Set(
  (
    'setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask ' +
    'Date Math performance process crypto AbortSignal'
  ).split(' '),
)

export function readUses(file: string, text: string): Use[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS)
  const requires = requireNames(source)
  const uses: Use[] = []
  const add = (node: ts.Node, kind: Use['kind'], name: string, isRequired = false): void => {
    uses.push({ kind, name, isRequired, line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1 })
  }
  const visit = (node: ts.Node): void => {
    const named = moduleNamed(node, requires)
    if (named !== undefined) {
      const isRequired = ts.isCallExpression(node) && isRequire(node.expression, requires)
      if (ts.isStringLiteralLike(named)) add(named, 'module', named.text, isRequired)
      else add(named, 'computed', named.getText(source))
    }
    const global = globalNamed(node)
    if (global !== undefined) add(node, 'global', global)
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(source, visit)
  return uses
}

/** The expression that names a module, for every way there is to name one. */
function moduleNamed(node: ts.Node, requires: ReadonlySet<string>): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isExternalModuleReference(node)) return node.expression
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal
  if (!ts.isCallExpression(node)) return undefined
  const [argument] = node.arguments
  const { expression: callee } = node
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return argument
  if (isRequire(callee, requires) || isGetBuiltinModule(callee)) return argument
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 'resolve') return undefined
  const resolver = ts.isMetaProperty(callee.expression) || isRequire(callee.expression, requires)
  return resolver ? argument : undefined
}

function isRequire(callee: ts.Expression, requires: ReadonlySet<string>): boolean {
  if (ts.isIdentifier(callee)) return requires.has(callee.text)
  return isCreateRequire(callee)
}

function isGetBuiltinModule(callee: ts.Expression): boolean {
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee
  return ts.isIdentifier(name) && name.text === 'getBuiltinModule'
}

function isCreateRequire(node: ts.Node): boolean {
  if (!ts.isCallExpression(node)) return false
  const { expression: callee } = node
  const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee
  return ts.isIdentifier(name) && name.text === 'createRequire'
}

/** `require`, and every variable that holds what `createRequire` gave. */
function requireNames(source: ts.SourceFile): Set<string> {
  const names = new Set(['require'])
  const visit = (node: ts.Node): void => {
    const holds = ts.isVariableDeclaration(node) && node.initializer !== undefined && isCreateRequire(node.initializer)
    if (holds && ts.isIdentifier(node.name)) names.add(node.name.text)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return names
}

/** `setTimeout`, `Date.now`, `process.hrtime.bigint`, also behind `globalThis`; `new Date()` when it reads the clock. */
function globalNamed(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node)) {
    const isDate = ts.isIdentifier(node.expression) && node.expression.text === 'Date'
    return isDate && (node.arguments?.length ?? 0) === 0 ? 'new Date()' : undefined
  }
  // Only the outermost access counts, so that `Date.now` is one use and not two.
  const isInner = ts.isPropertyAccessExpression(node.parent) && node.parent.expression === node
  if (isInner || !isReference(node)) return undefined
  const name = pathOf(node)?.replace(/^globalThis\./, '')
  return name !== undefined && GLOBALS.has(name.split('.')[0] ?? '') ? name : undefined
}

function pathOf(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node)) return node.text
  if (ts.isPropertyAccessExpression(node)) {
    const object = pathOf(node.expression)
    return object === undefined ? undefined : `${object}.${node.name.text}`
  }
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    const object = pathOf(node.expression)
    return object === undefined ? undefined : `${object}.${node.argumentExpression.text}`
  }
  return undefined
}

/** False where an identifier only names something: a member, a parameter, a type, an import. */
function isReference(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return true
  if (!ts.isIdentifier(node)) return false
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isShorthandPropertyAssignment(parent)) return true
  if (ts.isTypeNode(parent) || ts.isImportSpecifier(parent) || ts.isImportClause(parent)) return false
  return !('name' in parent && parent.name === node) && !ts.isQualifiedName(parent)
}
