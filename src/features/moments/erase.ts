// A step of account deletion: everything somebody posted, liked and said, batch by batch.
import type { Sql } from '../../infra/db.ts'
import { eraseLeavings } from './leaving.store.ts'

/** Deletes at most `rows` rows and answers how many; 0 when nothing of the person is left. */
export function eraseMoments(sql: Sql, user: number, rows: number): Promise<number> {
  return eraseLeavings(sql, user, rows)
}
