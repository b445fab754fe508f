/**
 * What each public subpath shows, as text to review: every exported declaration, without bodies and comments, sorted by name,
 * and after them the declarations that these mention without exporting them. `npm run api` writes docs/api; with `--check` it
 * writes nothing, and fails on a difference.
 */

import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format } from 'oxfmt'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Subpath to the source of its door, from the exports map of package.json. */
export function readDoors(root: string = ROOT): Map<string, string> {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string
    exports: Record<string, string | { types: string }>
  }
  const doors = new Map<string, string>()
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    if (typeof target === 'string') continue
    const source = target.types.replace('./dist/', '').replace(/\.d\.ts$/, '.ts')
    doors.set(subpath.replace('.', manifest.name), join(root, source))
  }
  return doors
}

/** The report of one door. */
export async function describeDoor(subpath: string, door: string, root: string = ROOT): Promise<string> {
  const program = createDeclarationProgram(door)
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(door)
  const module = source && checker.getSymbolAtLocation(source)
  if (module === undefined) throw new Error(`${relative(root, door)} exports nothing`)
  const exported = checker.getExportsOfModule(module).sort(byName)
  const shown = new Set(exported.map((symbol) => target(symbol, checker)))
  const mentioned = findMentioned([...shown], checker)
  const parts = [
    `# \`${subpath}\``,
    '<!-- Written by `npm run api` from the sources. Do not edit. -->',
    await codeBlock(exported.map((symbol) => printSymbol(target(symbol, checker), symbol.name))),
  ]
  if (mentioned.length > 0) {
    parts.push(
      '## Mentioned, but not exported',
      await codeBlock(mentioned.map((symbol) => printSymbol(symbol, symbol.name).replace(/^export /gm, ''))),
    )
  }
  return `${parts.join('\n\n')}\n`
}

async function codeBlock(declarations: readonly string[]): Promise<string> {
  const options = { semi: false, singleQuote: true, printWidth: 120, trailingComma: 'all' } as const
  const { code, errors } = await format('report.d.ts', declarations.join('\n\n'), options)
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'))
  return `\`\`\`ts\n${code.trimEnd()}\n\`\`\``
}

/** A program over the declarations of the sources, made file by file. Without a library: only symbols are asked for. */
function createDeclarationProgram(door: string): ts.Program {
  const options: ts.CompilerOptions = {
    noLib: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
  }
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost(options),
    getSourceFile: (path) => {
      if (!existsSync(path)) return undefined
      const { outputText } = ts.transpileDeclaration(readFileSync(path, 'utf8'), {
        fileName: path,
        compilerOptions: { ...options, isolatedDeclarations: true, stripInternal: true, removeComments: true },
      })
      return ts.createSourceFile(path, outputText, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS)
    },
    resolveModuleNameLiterals: (literals, containing) =>
      literals.map(({ text }) => {
        if (!text.startsWith('.')) return { resolvedModule: undefined }
        const resolvedFileName = resolve(dirname(containing), text)
        return { resolvedModule: { resolvedFileName, extension: ts.Extension.Ts, isExternalLibraryImport: false } }
      }),
  }
  return ts.createProgram([door], options, host)
}

function target(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

function byName(left: ts.Symbol, right: ts.Symbol): number {
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0
}

/** What the given declarations mention, and what that mentions, as long as it is written in this project. */
function findMentioned(shown: readonly ts.Symbol[], checker: ts.TypeChecker): ts.Symbol[] {
  const seen = new Set(shown)
  const queue = [...shown]
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) {
      const found = checker.getSymbolAtLocation(node)
      const symbol = found && target(found, checker)
      if (symbol !== undefined && !seen.has(symbol) && isTopLevel(symbol)) {
        seen.add(symbol)
        queue.push(symbol)
      }
    }
    ts.forEachChild(node, visit)
  }
  for (let symbol = queue.pop(); symbol !== undefined; symbol = queue.pop()) symbol.declarations?.forEach(visit)
  return [...seen].filter((symbol) => !shown.includes(symbol)).sort(byName)
}

function isTopLevel(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((declaration) => ts.isSourceFile(statementOf(declaration).parent))
}

/** `const x: T` is declared two levels below its statement. */
function statementOf(declaration: ts.Declaration): ts.Node {
  return ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
}

function printSymbol(symbol: ts.Symbol, name: string): string {
  const texts = (symbol.declarations ?? []).map((declaration) =>
    statementOf(declaration)
      .getText()
      .replace(/^(export )?(declare )?(default )?/, ''),
  )
  // A name that stands for nothing in this project: a re-export of a package, which is its own to describe.
  if (texts.length === 0) return `export { ${name} }`
  const renamed = symbol.name === name ? '' : `export { ${symbol.name} as ${name} }\n`
  return renamed + texts.map((text) => `export ${text}`).join('\n')
}

/** The path of a report: docs/api/coxswain.api.md, docs/api/coxswain-steer.api.md. */
export function reportPath(subpath: string): string {
  return `docs/api/${subpath.replaceAll('/', '-')}.api.md`
}

/** Returns what differs from the sources, one line for each report; writes the reports unless `check`. */
async function writeReports(options: { readonly check: boolean }): Promise<string[]> {
  const differences: string[] = []
  const expected = new Set<string>()
  mkdirSync(join(ROOT, 'docs/api'), { recursive: true })
  for (const [subpath, door] of readDoors()) {
    const file = reportPath(subpath)
    expected.add(file)
    const report = await describeDoor(subpath, door)
    if (existsSync(join(ROOT, file)) && readFileSync(join(ROOT, file), 'utf8') === report) continue
    differences.push(file)
    if (!options.check) writeFileSync(join(ROOT, file), report)
  }
  for (const name of readdirSync(join(ROOT, 'docs/api'))) {
    if (!expected.has(`docs/api/${name}`)) differences.push(`docs/api/${name}, which belongs to no subpath`)
  }
  return differences
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check')
  const differences = await writeReports({ check })
  for (const file of differences) {
    console.log(check ? `the public surface is not that of ${file}; npm run api writes it` : `${file} written`)
  }
  if (check && differences.length > 0) process.exitCode = 1
}
