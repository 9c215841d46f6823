// Finds a Redis (or Valkey) server on this machine, or gets one without touching the system.
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { run } from './child.ts'
import { LocalFailure } from './failure.ts'
import { defaultDataDir, pathsIn } from './paths.ts'

export type RedisProgram = { path: string; env: Record<string, string> }

const names = ['redis-server', 'valkey-server']
/** Where package managers put servers that an ordinary user's PATH may not name. */
const usualFolders = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin']

const advice =
  'Redis is needed: install redis-server (or valkey-server), or set REDIS_URL to one that runs.'

function isRunnable(file: string) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function onMachine() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  for (const folder of [...folders, ...usualFolders]) {
    for (const name of names) {
      if (isRunnable(join(folder, name))) return join(folder, name)
    }
  }
  return undefined
}

/** Every folder below that holds shared libraries: what the unpacked server must be told. */
function libraryFolders(dist: string) {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  const libraries = files.filter((file) => /\.so(\.|$)/.test(file))
  return [...new Set(libraries.map((file) => join(dist, dirname(file))))]
}

function unpacked(dist: string): RedisProgram | undefined {
  const path = names.map((name) => join(dist, 'usr', 'bin', name)).find(isRunnable)
  if (!path) return undefined
  const libraries = libraryFolders(dist).join(delimiter)
  return { path, env: libraries ? { LD_LIBRARY_PATH: libraries } : {} }
}

export function findRedis(dist = pathsIn(defaultDataDir).redisDist): RedisProgram | undefined {
  const path = onMachine()
  return path ? { path, env: {} } : unpacked(dist)
}

/** The unpacked server finds its libraries by a list that knows no way to quote these. */
export function requireListable(dist: string) {
  if (!/[:;]/.test(dist)) return
  throw new LocalFailure(`${advice} (One fetched to ${dist} would not run: its path has : or ;.)`)
}

/** The folders apt is told to use instead of the system's, so that no special rights are needed. */
function aptFolders(work: string) {
  const folders = { archives: join(work, 'archives'), lists: join(work, 'lists') }
  for (const folder of Object.values(folders)) {
    mkdirSync(join(folder, 'partial'), { recursive: true })
  }
  return folders
}

/**
 * apt resolves what is missing and downloads it; nothing is installed. So no system service starts,
 * root and ordinary users go the same way, and removing the checkout removes all of it.
 */
async function downloadPackages(work: string) {
  const { archives, lists } = aptFolders(work)
  const quiet = [
    '-o',
    'Debug::NoLocking=true',
    '-o',
    `Dir::Cache=${work}`,
    '-o',
    'APT::Sandbox::User=',
  ]
  const cache = [...quiet, '-o', `Dir::Cache::archives=${archives}`]
  const install = ['install', '--yes', '--download-only', '--no-install-recommends']
  const download = (extra: string[], name: string) =>
    run({ command: 'apt-get', args: [...cache, ...extra, ...install, name] })
  const own = ['-o', `Dir::State::lists=${lists}`]
  const refresh = () => run({ command: 'apt-get', args: [...cache, ...own, 'update'] })
  for (const extra of [[], own]) {
    // The system's package lists may be empty or old: then we fetch our own.
    if (extra.length > 0) await refresh()
    for (const name of names) {
      const { ok } = await download(extra, name)
      const found = readdirSync(archives).filter((file) => file.endsWith('.deb'))
      if (ok && found.length > 0) return found.map((file) => join(archives, file))
    }
  }
  return []
}

async function fromDebian(dist: string) {
  const work = `${dist}.work`
  const draft = `${dist}.new`
  for (const folder of [work, draft]) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
  }
  const packages = await downloadPackages(work)
  if (packages.length === 0) {
    throw new LocalFailure(`${advice} (apt-get could not download it; is there a network?)`)
  }
  for (const file of packages) {
    const { ok, tail } = await run({ command: 'dpkg-deb', args: ['-x', file, draft] })
    if (!ok) throw new LocalFailure('The Redis package could not be unpacked.', tail)
  }
  rmSync(dist, { recursive: true, force: true })
  renameSync(draft, dist)
  rmSync(work, { recursive: true, force: true })
}

async function hasCommand(command: string) {
  return (await run({ command, args: ['--version'] })).ok
}

export async function obtainRedis(dist: string): Promise<RedisProgram> {
  const installed = onMachine()
  if (installed) return { path: installed, env: {} }
  requireListable(dist)
  const here = unpacked(dist)
  if (here) return here
  mkdirSync(dirname(dist), { recursive: true })
  const isDebian = existsSync('/etc/debian_version')
  if (isDebian && (await hasCommand('apt-get'))) await fromDebian(dist)
  else if (await hasCommand('brew')) {
    const { ok, tail } = await run({ command: 'brew', args: ['install', 'redis'] })
    if (!ok) throw new LocalFailure('Homebrew could not install Redis.', tail)
  }
  const found = findRedis(dist)
  if (!found) throw new LocalFailure(advice)
  const env = { ...process.env, ...found.env }
  const { ok, tail } = await run({ command: found.path, args: ['--version'], env })
  if (!ok) throw new LocalFailure(`${advice} (the downloaded one does not run here)`, tail)
  return found
}
