// A folder for one test, and waiting for a state instead of for time.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { defaultDataDir, makeDataDir, pathsIn } from '../../src/local/paths.ts'
import { writeRecord } from '../../src/local/records.ts'

/** Under .data and not in the system's temporary folder: others may write there. */
export function scratchDir(name: string) {
  makeDataDir(pathsIn(defaultDataDir))
  const path = mkdtempSync(join(defaultDataDir, `test-${name}-`))
  if (process.getuid?.() === 0) chmodSync(path, 0o711)
  // A later run finds and clears what a killed test left, by this record.
  writeRecord(join(path, 'maker.json'), { name: 'test', pid: process.pid })
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

const pollMs = 20

/** Polls until the answer is neither undefined nor false; the test's time limit ends it. */
export async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const value = await look()
    if (value !== undefined && value !== null && value !== false) return value
    await Bun.sleep(pollMs)
  }
}
