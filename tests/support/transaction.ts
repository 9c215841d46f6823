// One transaction on a database of a test, as boot gives it to features.
import { loadConfig } from '../../src/config.ts'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import { createSeal } from '../../src/core/seal.ts'
import { inTransaction, type Sql, type Tx, type TxParts } from '../../src/infra/db.ts'
import { redisUrl, serverUrl } from './database.ts'

export function txParts(sql: Sql, clock: Clock = systemClock): TxParts {
  const jwtSecret = 'transactions of a test need a secret, too'
  const config = loadConfig({
    DATABASE_URL: serverUrl(),
    REDIS_URL: redisUrl(),
    JWT_SECRET: jwtSecret,
  })
  return { sql, clock, config, seal: createSeal(jwtSecret) }
}

/** What the work answers, once it is committed. */
export async function transacted<T>(sql: Sql, work: (tx: Tx) => Promise<T>): Promise<T> {
  return (await inTransaction(txParts(sql), work)).result
}
