// `npm start` without its launcher and with stand-ins for the server's programs.
import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from '../../src/local/child.ts'
import { defaultDataDir, pathsIn } from '../../src/local/paths.ts'
import { until } from './support.ts'

const standIn = join(import.meta.dir, 'stand-in.ts')

/** What `npm test` says about its own servers, and what this machine says about proxies. */
const foreign =
  /^(DATABASE_URL|REDIS_URL|POSTGRES_.*|REDIS_.*|SMTP_.*|MAILS?_.*|JWT_.*|RATE_LIMITS|HOST|PORT)$/
const proxies = /^(no|https?|all)_proxy$/i

export function cleanEnv() {
  const all = Object.entries(process.env)
  return Object.fromEntries(all.filter(([name]) => !foreign.test(name) && !proxies.test(name)))
}

/** A Redis that was fetched for this checkout is not fetched again. */
export function lendRedis(dataDir: string) {
  const [fetched, lent] = [defaultDataDir, dataDir].map((each) => pathsIn(each).redisDist)
  if (existsSync(fetched!) && !existsSync(lent!)) symlinkSync(fetched!, lent!)
}

/** Resolves when it runs, or when it has ended. */
export async function supervisor(
  dataDir: string,
  env: Record<string, string | undefined>,
  wrap: (command: string[]) => string[] = (command) => command,
) {
  lendRedis(dataDir)
  const said: string[] = []
  const [command = '', ...args] = wrap([process.execPath, standIn, 'supervisor', dataDir])
  const child = new Child({
    command,
    args,
    env: { ...cleanEnv(), ...env },
    onLine: (line) => said.push(line),
  })
  const runs = () => said.some((line) => line.includes('Curlew runs.'))
  const settled = await until(() => (child.exit ? 'ended' : runs() && 'runs'))
  return { child, said, settled, [Symbol.asyncDispose]: async () => void (await child.stop()) }
}
