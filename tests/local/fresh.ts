// A fresh installation as `npm start` makes it, with the real programs, in a data folder of its own.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Child } from '../../src/local/child.ts'
import { rootDir } from '../../src/local/paths.ts'
import { freePort } from '../../src/local/ports.ts'
import { until } from './support.ts'
import { cleanEnv, lendRedis } from './supervisor.ts'

export type Fresh = Awaited<ReturnType<typeof freshInstallation>>

export async function freshInstallation(dataDir: string) {
  mkdirSync(dataDir, { recursive: true })
  lendRedis(dataDir)
  const [port, mails] = [await freePort(), await freePort()]
  const env = { ...cleanEnv(), PORT: String(port), MAILS_PORT: String(mails) }
  const said: string[] = []
  const child = new Child({
    command: process.execPath,
    args: [join(import.meta.dir, 'start.ts'), dataDir],
    cwd: rootDir,
    env,
    onLine: (line) => said.push(line),
  })
  const runs = await until(() => (child.exit ? 'ended' : said.at(-1) === '' && 'runs'))
  if (runs === 'ended') throw new Error(`It did not start:\n${said.join('\n')}`)
  const base = `http://127.0.0.1:${port}`
  const stop = async () => void (await child.stop())
  return { base, port, mails, said, dataDir, child, [Symbol.asyncDispose]: stop }
}
