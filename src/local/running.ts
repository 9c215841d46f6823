// The settings of the installation that runs in a folder: what `npm run cli` works with, unasked.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { settings } from '../settings.ts'
import { defaultDataDir, pathsIn } from './paths.ts'
import { isAlive, readRecord } from './records.ts'
import type { Env } from './wishes.ts'

/** Whoever names one of these means another installation. */
const elsewhere = ['DATABASE_URL', 'POSTGRES_HOST', 'REDIS_URL', 'REDIS_HOST']

/** Whether somebody has said where to go. */
export const namesServers = (env: Env) => elsewhere.some((name) => env[name])

/** They hold secrets: like those, they are for their owner's eyes alone. */
export function writeSettings(file: string, env: Env) {
  const own = settings.map(({ name }) => [name, env[name]]).filter(([, value]) => value)
  writeFileSync(file, JSON.stringify(Object.fromEntries(own)), { mode: 0o600 })
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) }
}

/** Undefined when nothing runs here, or when somebody has said where else to go. */
export function settingsHere(env: Env, dataDir = defaultDataDir): Env | undefined {
  if (namesServers(env)) return undefined
  const paths = pathsIn(dataDir)
  const holder = readRecord(paths.lock)
  if (!holder || !isAlive(holder)) return undefined
  try {
    return { ...env, ...(JSON.parse(readFileSync(paths.settings, 'utf8')) as Env) }
  } catch {
    return undefined
  }
}
