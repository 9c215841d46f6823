// bun run docs: writes everything that is generated and committed; --check only compares.
import { readFile, writeFile } from 'node:fs/promises'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exportSchema } from '../src/protocol/export.ts'
import { buildAsyncApi } from './writers/documents/asyncapi.ts'
import { buildOpenApi } from './writers/documents/openapi.ts'
import { envExample } from './writers/environment.ts'
import { references } from './writers/references.ts'
import { readmeBlocks, withBlocks } from './writers/readme.ts'

const root = dirname(import.meta.dir)

/** The text of every generated file, as the formatter wants it, by its path. */
export async function generate(): Promise<Map<string, string>> {
  const openapi = buildOpenApi().document
  const asyncapi = buildAsyncApi().document
  const raw: Record<string, string> = {
    'docs/openapi.json': JSON.stringify(openapi, null, 2),
    'docs/asyncapi.json': JSON.stringify(asyncapi, null, 2),
    'docs/export.schema.json': JSON.stringify(exportSchema, null, 2),
    ...references(asyncapi),
  }
  const files = new Map<string, string>()
  for (const [path, text] of Object.entries(raw)) files.set(path, await formatted(path, text))
  files.set('.env.example', envExample())
  const blocks = new Map<string, string>()
  for (const [name, text] of Object.entries(readmeBlocks())) {
    blocks.set(name, (await formatted('block.md', text)).trimEnd())
  }
  for (const path of ['README.md', 'README.zh-CN.md']) {
    if (!existsSync(join(root, path))) continue
    files.set(path, withBlocks(await readFile(join(root, path), 'utf8'), blocks))
  }
  return files
}

/** Through the formatter itself: what is generated and what `bun fmt` wants cannot disagree. */
async function formatted(path: string, text: string): Promise<string> {
  const command = [process.execPath, 'fmt', '--no-script', `--stdin-filepath=${path}`]
  const child = Bun.spawn(command, { cwd: root, stdin: new Blob([text]), stderr: 'inherit' })
  const output = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error(`bun fmt does not take ${path}`)
  return output
}

/** The files whose content on disk is another. */
async function stale(files: ReadonlyMap<string, string>): Promise<string[]> {
  const found: string[] = []
  for (const [path, text] of files) {
    const there = await readFile(join(root, path), 'utf8').catch(() => null)
    if (there !== text) found.push(path)
  }
  return found
}

async function main(check: boolean): Promise<number> {
  const files = await generate()
  const old = await stale(files)
  if (check) {
    if (old.length > 0) console.error(`Stale: ${old.join(', ')}; run \`bun run docs\`.`)
    return old.length > 0 ? 1 : 0
  }
  for (const path of old) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), files.get(path) ?? '')
  }
  console.log(old.length > 0 ? `Written: ${old.join(', ')}` : 'Everything is up to date.')
  return 0
}

if (import.meta.main) process.exit(await main(process.argv.includes('--check')))
