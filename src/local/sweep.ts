// Stops what a killed run left behind, in the order a running one would have stopped it.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { defaultDataDir, pathsIn } from './paths.ts'
import { isAlive, readRecord, stopLeftover } from './records.ts'
import { removeScratch } from './scratch.ts'

const testDirPrefix = 'test-'

/** Where tests of this process keep their servers; the id tells a later run whose it was. */
export function testDirOf(dataDir: string, pid = process.pid) {
  return join(dataDir, `${testDirPrefix}${pid}`)
}

/** Servers first asked of their clients: API and workers before the servers they use. */
export async function sweepInstallation(dataDir: string) {
  const { run, redis, postgres } = pathsIn(dataDir)
  for (const name of ['api', 'workers']) await stopLeftover(join(run, `${name}.json`))
  for (const dir of [redis, postgres]) await stopLeftover(join(dir, 'process.json'))
}

/** Test folders whose makers are gone, with whatever still runs in them. */
export async function sweepTests(dataDir: string) {
  if (!existsSync(dataDir)) return
  // Those of a whole run have a number for a name and come first: they hold the test runner.
  for (const name of readdirSync(dataDir).toSorted()) {
    if (!name.startsWith(testDirPrefix)) continue
    const folder = join(dataDir, name)
    const maker = readRecord(join(folder, 'maker.json'))
    if (maker && isAlive(maker)) continue
    await stopLeftover(join(folder, 'process.json'))
    await sweepInstallation(folder)
    removeScratch(folder)
  }
}

if (import.meta.main) {
  await sweepInstallation(defaultDataDir)
  await sweepTests(defaultDataDir)
}
