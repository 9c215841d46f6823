// SQL of what messages answer.
import { mayRead } from '../conversations/sight.sql.ts'
import type { Sql } from '../../infra/db.ts'

export interface PreviewRow {
  id: number
  conversation_id: number
  seq: number
  sender_name: string
  message_type: number
  /** Its beginning. */
  content: string
  is_recalled: boolean
}

/** Those of these messages that somebody may read, with no more of each than `charactersMax`. */
export function findPreviews(
  sql: Sql,
  viewer: number,
  ids: readonly number[],
  charactersMax: number,
): Promise<PreviewRow[]> {
  return sql<PreviewRow[]>`
    select x.id, x.conversation_id, x.seq, u.user_id as sender_name, x.message_type,
      left(x.content, ${charactersMax}) as content, x.recalled_at is not null as is_recalled
    from messages x
      join users u on u.id = x.sender_id
      join conversation_members a on a.conversation_id = x.conversation_id
        and a.user_id = ${viewer} and ${mayRead(sql, sql`a`, sql`x.seq`)}
    where x.id = any(${[...ids]}::bigint[])`
}
