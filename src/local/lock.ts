// Lets one process at a time run the installation of one checkout.
import { linkSync, rmSync, writeFileSync } from 'node:fs'
import { type Identity, identityOf, isAlive, readRecord } from './records.ts'

/**
 * Returns who holds the lock already, or undefined when it is ours now. The file appears complete
 * or not at all (link), so nobody can read half of it and take its holder for dead.
 */
export function takeLock(file: string): Identity | undefined {
  const self = identityOf(process.pid)
  if (!self) throw new Error('This process cannot see itself in the process table.')
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify({ ...self, name: 'supervisor', owner: self }))
  try {
    for (;;) {
      try {
        linkSync(draft, file)
        return undefined
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const holder = readRecord(file)
      if (holder && isAlive(holder)) return holder
      rmSync(file, { force: true })
    }
  } finally {
    rmSync(draft, { force: true })
  }
}

export function releaseLock(file: string) {
  if (readRecord(file)?.pid === process.pid) rmSync(file, { force: true })
}
