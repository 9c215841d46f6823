// How much lies in the storage, and who keeps most of it: for admins.
import type { Sql } from '../../infra/db.ts'
import { listLargest, readTotals } from './store.ts'

interface Amount {
  readonly files: number
  readonly bytes: number
}

export interface StorageUse extends Amount {
  readonly largest: readonly (Amount & { readonly user: number })[]
}

export async function storageUse(sql: Sql, largest: number): Promise<StorageUse> {
  return { ...(await readTotals(sql)), largest: await listLargest(sql, largest) }
}
