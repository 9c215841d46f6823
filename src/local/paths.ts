// Says where a local installation keeps its things: everything lies under one folder.
import { chmodSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const rootDir = resolve(import.meta.dir, '..', '..')
export const defaultDataDir = join(rootDir, '.data')

export type Paths = ReturnType<typeof pathsIn>

export function pathsIn(dataDir: string) {
  return {
    dataDir,
    lock: join(dataDir, 'run', 'supervisor.json'),
    run: join(dataDir, 'run'),
    logs: join(dataDir, 'logs'),
    postgres: join(dataDir, 'postgres'),
    redis: join(dataDir, 'redis'),
    redisDist: join(dataDir, 'redis-dist'),
    media: join(dataDir, 'media'),
    jwtSecret: join(dataDir, 'jwt-secret'),
    settings: join(dataDir, 'settings.json'),
    addresses: join(dataDir, 'addresses.env'),
  }
}

/**
 * Root's Postgres and Redis run as another user and must be able to pass through this folder,
 * so it is searchable then; each secret inside has mode 600 of its own.
 */
export function makeDataDir(paths: Paths) {
  mkdirSync(paths.dataDir, { recursive: true })
  chmodSync(paths.dataDir, process.getuid?.() === 0 ? 0o711 : 0o700)
  for (const folder of [paths.run, paths.logs]) mkdirSync(folder, { recursive: true, mode: 0o700 })
}
