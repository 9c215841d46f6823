// What changes for accounts and members, noted by the statement that finds whom it concerns: where there are
// too many for an event, or nobody to tell.
import { kinds, type Kind } from '../protocol/kept.ts'
import type { Sql } from '../infra/db.ts'

type Part = ReturnType<Sql>

/** `found` answers an account and the number of the thing, in this order; see `account_changes`. */
export const noteAccounts = (sql: Sql, kind: Kind, found: Part) => sql`
  insert into account_changes (user_id, kind, ref)
  select distinct found.user_id, ${kinds[kind]}::smallint, found.ref
  from (${found}) as found (user_id, ref) order by 1, 3
  on conflict (user_id, kind, ref)
    do update set xid = excluded.xid, changed_at = excluded.changed_at`

/** `found` answers a conversation and an account, in this order; see `member_changes`. */
export const noteMembers = (sql: Sql, found: Part) => sql`
  insert into member_changes (conversation_id, user_id)
  select distinct found.conversation_id, found.user_id
  from (${found}) as found (conversation_id, user_id) order by 1, 2
  on conflict (conversation_id, user_id)
    do update set xid = excluded.xid, changed_at = excluded.changed_at`
