// The project's own files as the tidy tests see them.
import { Glob } from 'bun'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Source {
  readonly path: string
  readonly text: string
  /** Paths of our own files, those imported for a type alone included. */
  readonly imports: readonly string[]
  readonly packages: readonly string[]
}

export const root = fileURLToPath(new URL('../../', import.meta.url))

export async function sources(folders: readonly string[]): Promise<Source[]> {
  const found: Source[] = []
  for (const folder of folders) {
    for await (const path of new Glob(`${folder}/**/*.ts`).scan({ cwd: root })) {
      const text = await Bun.file(join(root, path)).text()
      found.push({ path, text, ...importsOf(path, text) })
    }
  }
  return found.toSorted((a, b) => a.path.localeCompare(b.path))
}

export function importsOf(path: string, text: string): Pick<Source, 'imports' | 'packages'> {
  const imports: string[] = []
  const packages: string[] = []
  const statement =
    /(?:^|\n)(?:import|export)\s+(?:[^'"\n;]|\n(?!import|export))*?from\s+'([^']+)'/g
  // In the place of a value, and of a type.
  const call = /\bimport\('([^']+)'\)/g
  for (const [, target] of [...text.matchAll(statement), ...text.matchAll(call)]) {
    if (target === undefined) continue
    if (target.startsWith('.')) {
      const full = normalize(join(dirname(path), target))
      if (full.endsWith('.ts')) imports.push(full)
    } else if (!target.startsWith('node:')) {
      packages.push(
        target
          .split('/')
          .slice(0, target.startsWith('@') ? 2 : 1)
          .join('/'),
      )
    }
  }
  return { imports, packages }
}
