// What a package has to be before anybody gets it: small, typed, and found by every resolver.
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { entries } from './manifest.ts'

/** Minified and compressed, all of the client in one bundle; the same with a replica. */
export const bundleBytesMax = 20_000
export const replicaBytesMax = 34_000

export interface BundleSize {
  readonly minifiedBytes: number
  readonly compressedBytes: number
}

/** React is the application's own. */
export async function bundleSize(entry: string, bytesMax: number): Promise<BundleSize> {
  const how = { target: 'browser', minify: true } as const
  const { outputs } = await Bun.build({ entrypoints: [entry], external: ['react'], ...how })
  const bytes = new Uint8Array(await outputs[0]!.arrayBuffer())
  const size = { minifiedBytes: bytes.length, compressedBytes: Bun.gzipSync(bytes).length }
  if (size.compressedBytes > bytesMax) {
    throw new Error(`${size.compressedBytes} bytes in a bundle; ${bytesMax} are allowed.`)
  }
  return size
}

/** Node 20 and the browsers of its time: what is newer, or of Bun alone, does not compile. */
const libraries = 'es2023,es2024.string,dom,dom.iterable,esnext.disposable'

/** The SDK against those, and the declarations of the package as strict applications see them. */
export async function checkTypes(folder: string, root: string): Promise<void> {
  const flags = ['check', '--no-script', '--strict', '--types', '', '--lib', libraries]
  const paths = ['client/client', ...Object.values(entries)]
  await must([process.execPath, ...flags, ...paths.map((path) => `src/${path}.ts`)], root)
  const declarations = [...paths.map((path) => `${path}.d.ts`), 'protocol.d.ts']
  // Where the types of React are found. Nothing of it is packed.
  const modules = join(folder, 'node_modules')
  symlinkSync(join(root, 'node_modules'), modules)
  try {
    await must([process.execPath, ...flags, '--skipLibCheck', 'false', ...declarations], folder)
  } finally {
    rmSync(modules)
  }
}

/** publint, on the bytes that would be published; its suggestions count too. */
export async function lintPackage(packed: string): Promise<void> {
  const tarball = await Bun.file(packed).arrayBuffer()
  const { messages, pkg } = await publint({ pack: { tarball }, level: 'suggestion', strict: true })
  if (messages.length > 0) {
    throw new Error(messages.map((each) => formatMessage(each, pkg)).join('\n'))
  }
}

/**
 * attw: whether types and JavaScript agree, for every way of resolving modules. It warns that
 * CommonJS gets a module here; that is meant: Node has `require` for those since 20.19.
 */
export async function checkResolution(packed: string, root: string): Promise<void> {
  const attw = join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js')
  const flags = ['--ignore-rules', 'cjs-resolves-to-esm', '--no-color', '--no-emoji']
  await must([process.execPath, attw, packed, ...flags, '--format', 'ascii'], root)
}

/** A command that ends well, or its words as an error. */
export async function must(command: string[], cwd: string): Promise<void> {
  const child = Bun.spawn(command, { cwd, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const streams = [child.stdout, child.stderr].map((stream) => new Response(stream).text())
  const said = await Promise.all(streams)
  if ((await child.exited) !== 0) throw new Error(said.join('').trim())
}
