// Levels that types keep: what locks wants a transaction, and a step never reaches the pool.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import type { Context } from '../../src/context.ts'
import { lockPair } from '../../src/features/friends/store.ts'
import { notice } from '../../src/features/mails/notices.ts'
import { openSession } from '../../src/features/signin/sessions.ts'
import { connectDatabase, inTransaction, type Sql, type Tx } from '../../src/infra/db.ts'
import { findOutbox } from '../../src/infra/outbox.ts'
import { createDatabase } from '../support/database.ts'
import { txParts } from '../support/transaction.ts'

let sql: Sql
beforeAll(async () => {
  sql = connectDatabase(await createDatabase(), { connections: 2, name: 'levels' })
})
afterAll(() => sql.end())

test('a transaction begun again is later, and has emitted nothing yet', async () => {
  let seconds = 0
  const clock: Clock = { ...systemClock, now: () => new Date(1_000 * ++seconds) }
  const begun: Date[] = []
  const { outboxId } = await inTransaction(txParts(sql, clock), async (tx) => {
    begun.push(tx.now)
    tx.emit({ name: 'friend.removed', by: 1, other: begun.length })
    if (begun.length === 1) throw Object.assign(new Error('deadlock'), { code: '40P01' })
  })
  expect(begun).toEqual([new Date(1_000), new Date(2_000)])
  expect((await findOutbox(sql, outboxId as number))?.events).toEqual([
    { name: 'friend.removed', by: 1, other: 2 },
  ])
})

/** Never run: what of it does not compile is the assertion, and `bun check` makes it. */
export function levels(ctx: Context, tx: Tx, pool: Sql): void {
  void lockPair(tx.sql, 1, 2)
  // @ts-expect-error a lock taken on the pool would be gone with its statement
  void lockPair(pool, 1, 2)
  // @ts-expect-error a use case has no transaction to take part in
  notice(ctx, {} as never, 'welcome', { nickname: 'Alice' })
  // @ts-expect-error a step takes the transaction alone
  void openSession(ctx, tx, {} as never, {} as never)
  // @ts-expect-error a step begins no transaction of its own
  void tx.transact
  const question: Sql = tx.sql
  void question
}
