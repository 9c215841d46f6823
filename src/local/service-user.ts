// Under root, Postgres refuses to run and Redis should not: both then run as the user `nobody`.
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LocalFailure } from './failure.ts'

export type ServiceUser = {
  /** Gives a file or folder to the user; nothing to do for an ordinary user. */
  own: (path: string) => void
  /** The command that runs this one as the user. */
  wrap: (command: string, args: readonly string[]) => { command: string; args: string[] }
}

type Probe = { command: string; args: string[]; env?: Record<string, string> }

const nobody = 65_534

const ordinaryUser: ServiceUser = {
  own: () => {},
  wrap: (command, args) => ({ command, args: [...args] }),
}

/**
 * The folder of a service stays ours, only what it must write to is given to it: a service that
 * went bad cannot plant links where we write.
 */
export function makeServiceDir(dir: string) {
  mkdirSync(dir, { recursive: true })
  chmodSync(dir, process.getuid?.() === 0 ? 0o711 : 0o700)
}

/** Data that exists belongs to whoever made it. */
function idsFor(data: string) {
  if (existsSync(data)) {
    const { uid, gid } = statSync(data)
    if (uid !== 0) return { uid, gid }
  }
  return { uid: nobody, gid: nobody }
}

/**
 * `probe` is a harmless call of the program to come. Where the checkout lies in a closed folder
 * (/root), the plain change of user cannot reach it; then the program keeps the one capability to
 * pass through. The secure bit keeps that capability alive in access(), which initdb relies on.
 */
export function serviceUser(dir: string, probe: Probe): ServiceUser {
  if (process.getuid?.() !== 0) return ordinaryUser
  const { uid, gid } = idsFor(join(dir, 'data'))
  const plain = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']
  const capable = [
    ...plain,
    '--securebits=+no_setuid_fixup',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
  ]
  for (const flags of [plain, capable]) {
    const reach = ['sh', '-c', 'test -x "$1" && shift && exec "$@"', 'sh', dir]
    const args = [...flags, ...reach, probe.command, ...probe.args]
    const env = { ...process.env, ...probe.env }
    if (spawnSync('setpriv', args, { stdio: 'ignore', env }).status !== 0) continue
    return {
      own: (path) => chownSync(path, uid, gid),
      wrap: (command, rest) => ({ command: 'setpriv', args: [...flags, command, ...rest] }),
    }
  }
  throw new LocalFailure(
    'Root cannot hand Postgres and Redis to another user here: run it as an ordinary user, ' +
      'or set DATABASE_URL and REDIS_URL.',
  )
}
