// The project's own files as the tidy tests see them.
import { Glob } from 'bun'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Import {
  readonly path: string
  readonly typeOnly: boolean
}

export interface Source {
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
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

function importsOf(path: string, text: string): Pick<Source, 'imports' | 'packages'> {
  const imports: Import[] = []
  const packages: string[] = []
  const statement =
    /(?:^|\n)(?:import|export)\s+(type\s+)?(?:[^'"\n;]|\n(?!import|export))*?from\s+'([^']+)'/g
  for (const [, type, target] of text.matchAll(statement)) {
    if (target === undefined) continue
    if (target.startsWith('.')) {
      const full = normalize(join(dirname(path), target))
      if (full.endsWith('.ts')) imports.push({ path: full, typeOnly: type !== undefined })
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
