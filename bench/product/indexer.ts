// What the workers do about the index of messages, here and now.
import { endOfTime } from '../../src/core/page.ts'
import { indexNew } from '../../src/features/search/indexing.ts'
import { connectDatabase, inTransaction } from '../../src/infra/db.ts'

export interface Indexer {
  /** Until nothing is left. */
  catchUp(): Promise<void>
  end(): Promise<void>
}

export function openIndexer(databaseUrl: string): Indexer {
  const sql = connectDatabase(databaseUrl, { connections: 2, name: 'bench indexer' })
  const parts = { sql, clock: { now: () => new Date() }, config: {}, seal: {} } as never
  const transact = async (work: never) => (await inTransaction(parts, work)).result
  const ctx = { sql, transact } as never
  return {
    async catchUp() {
      while (await indexNew(ctx, endOfTime));
    },
    end: () => sql.end(),
  }
}
