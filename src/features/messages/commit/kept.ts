// What somebody could take back until now is said only by whoever still holds it: that is locked by the
// transaction that stores the message. Of what is sent at once nothing is asked.
import type { Sql, TxSql } from '../../../infra/db.ts'
import type { Draft } from './draft.ts'
import { verdicts, type Committed, type CommitRow } from './store.ts'

export type Statement = (sql: Sql, drafts: readonly Draft[]) => Promise<Committed>

export async function commitHeld(
  sql: Sql,
  drafts: readonly Draft[],
  statement: Statement,
): Promise<Committed> {
  const claims = drafts.flatMap(({ claim }) => claim ?? [])
  const [first] = claims
  if (!first) return statement(sql, drafts)
  return (await sql.begin(async (connection) => {
    const inner = connection as unknown as TxSql
    const held = await first.hold(inner, claims)
    const wanted = drafts.filter(({ claim }) => !claim || held.has(claim.id))
    const { rows, outboxId } = wanted.length > 0 ? await statement(inner, wanted) : nothing
    const stored = new Map(wanted.map((draft, index) => [draft, rows[index]]))
    return {
      rows: drafts.map((each) => (stored.has(each) ? stored.get(each) : unwanted)),
      outboxId,
    }
  })) as Committed
}

const nothing: Committed = { rows: [], outboxId: null }

const unwanted = { verdict: verdicts.unwanted } as CommitRow
