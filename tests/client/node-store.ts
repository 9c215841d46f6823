// Run by a test in Node: what the store in a file promises, by the SQLite that this runtime brings.
import { join } from 'node:path'
import { openSqliteStore } from '../../src/client/replica/sqlite.store.ts'
import { keepsForTheNextRun, promises } from './store.contract.ts'

const dir = process.argv[2] as string
const kept: string[] = []
for (const [promise, holds] of Object.entries({ ...promises, keepsForTheNextRun })) {
  await holds((name) => openSqliteStore(join(dir, `${name}.db`)))
  kept.push(promise)
}
console.log(JSON.stringify({ version: process.version, kept }))
