// The SDK's sources as JavaScript and declarations, file by file, comments kept: what a debugger
// shows can be read without source maps, and a later sub-path shares these files.
import { readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'
import { entries } from './manifest.ts'
import { protocolTypes } from './protocol-types.ts'

/** Paths of the package, and what stands there. */
export type Files = Map<string, string>

/** Where declarations find the protocol's types: without schemas, so without TypeBox. */
const types = 'protocol/types.d.ts'

/** What an application may name of the protocol: all types, and the tables it compares with. */
const protocolEntry = `export { closes } from './protocol/closes.js'
export { errors, refusalReasons } from './protocol/errors.js'
`
const protocolEntryTypes = `export type * from './protocol/types.js'
export { closes, type CloseName } from './protocol/closes.js'
export { errors, refusalReasons } from './protocol/errors.js'
export type { Bounds, ErrorName, RefusalReason, Refused } from './protocol/errors.js'
`

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.esnext.disposable.d.ts'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
  newLine: ts.NewLineKind.LineFeed,
  declaration: true,
  // `bun check` does that, and much faster: check.ts.
  noCheck: true,
}

/** What the package's entries need, and nothing else of `source`. */
export function emit(source: string): Files {
  const starts = ['client/client', 'protocol', ...Object.keys(entries).map(fileOf)]
  const scripts = reached(withEnding(starts, '.js'), (path) =>
    path === 'protocol.js' ? protocolEntry : (entryOf(path, '.js') ?? scriptOf(source, path)),
  )
  const own = ['client/client', 'protocol/closes', 'protocol/errors']
  const roots = [...own, ...Object.values(entries)]
  const program = ts.createProgram(
    withEnding(roots, '.ts').map((path) => join(source, path)),
    options,
  )
  const declarations = reached(withEnding(starts, '.d.ts'), (path) => {
    if (path === types) return protocolTypes()
    if (path === 'protocol.d.ts') return protocolEntryTypes
    const entry = entryOf(path, '.d.ts')
    if (entry !== undefined) return entry
    return withPlainTypes(path, declarationOf(program, source, path), scripts)
  })
  return new Map([...scripts, ...declarations])
}

const fileOf = (name: string) => name.replace('./', '')

/** Found by its name where nobody knows `exports`. */
function entryOf(path: string, ending: string): string | undefined {
  const found = Object.entries(entries).find(([name]) => path === fileOf(name) + ending)
  return found && `export * from './${found[1]}.js'\n`
}

const withEnding = (paths: readonly string[], ending: string) =>
  paths.map((path) => `${path}${ending}`)

function scriptOf(source: string, path: string): string {
  const text = readFileSync(join(source, path.replace(/\.js$/, '.ts')), 'utf8')
  return ts.transpileModule(text, { compilerOptions: options }).outputText
}

function declarationOf(program: ts.Program, source: string, path: string): string {
  const file = program.getSourceFile(join(source, path.replace(/\.d\.ts$/, '.ts')))
  if (!file) throw new Error(`The declarations name ${path}, which has no source.`)
  let declared = ''
  program.emit(file, (_, text) => void (declared = text), undefined, true)
  return declared
}

const specifier = /(\bfrom |\bimport\()(['"])(\.{1,2}\/[^'"]+)\2/g

/** Where it begins and all that is imported, sorted by path. */
function reached(starts: readonly string[], textOf: (path: string) => string): Files {
  const found: Files = new Map()
  const waiting = [...starts]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue
    const text = textOf(path)
    found.set(path, text)
    const ending = path.endsWith('.d.ts') ? '.d.ts' : '.js'
    for (const [, , , target = ''] of text.matchAll(specifier)) {
      waiting.push(posix.join(dirname(path), target).replace(/\.js$/, ending))
    }
  }
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/**
 * Declarations come out with the imports of their sources, `.ts` included. A file of the protocol
 * that is no script of the package has nothing but schemas: what is named of it is in `types`.
 */
function withPlainTypes(path: string, text: string, scripts: Files): string {
  const folder = dirname(path)
  const plain = posix.relative(folder, types.replace(/\.d\.ts$/, '.js'))
  return text.replaceAll(specifier, (_, before: string, quote: string, target: string) => {
    const script = target.replace(/\.ts$/, '.js')
    const full = posix.join(folder, script)
    const isSchema = full.startsWith('protocol/') && !scripts.has(full)
    return `${before}${quote}${isSchema ? plain : script}${quote}`
  })
}
