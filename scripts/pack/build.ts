// Lays the package into a folder and makes its tarball: the same sources, the same bytes.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { must } from './check.ts'
import { emit } from './emit.ts'
import { manifestOf } from './manifest.ts'

export const root = resolve(import.meta.dir, '..', '..')

const project = await Bun.file(join(root, 'package.json')).json()
const manifest = manifestOf(project)

/** Answers the name of the tarball, which stands in the folder then. */
export async function build(folder: string): Promise<string> {
  const files = emit(join(root, 'src'))
  files.set('package.json', `${JSON.stringify(manifest, null, 2)}\n`)
  files.set('README.md', await Bun.file(join(root, 'src', 'client', 'README.md')).text())
  files.set('LICENSE', await Bun.file(join(root, 'LICENSE')).text())
  for (const [path, text] of files) {
    const full = join(folder, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, text, { mode: 0o644 })
  }
  const name = `${manifest.name}-${manifest.version}.tgz`
  const flags = ['--quiet', '--ignore-scripts', '--filename', join(folder, name)]
  await must([process.execPath, 'pm', 'pack', ...flags], folder)
  return name
}
