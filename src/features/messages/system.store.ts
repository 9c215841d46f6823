// SQL of what the server itself says in a conversation.
import { must } from '../../core/assert.ts'
import type { TxSql } from '../../infra/db.ts'
import { spoken } from './commit/plain.store.ts'

/** The conversation is locked. Whoever did what it tells counts as having read it. */
export async function insertSystemMessage(
  sql: TxSql,
  conversation: number,
  actor: number,
  content: string,
  clientMsgId: string,
): Promise<{ id: number; seq: number }> {
  const [row] = await sql<{ id: number; seq: number }[]>`
    with advanced as (
      update conversations set last_seq = last_seq + 1, version = version + 1, xid = pg_current_xact_id(),
        last_message_id = nextval('messages_id_seq'), last_message_at = now()
      where id = ${conversation}
      returning last_seq as seq, last_message_id as id
    ), marked as (
      update conversation_members m set ${spoken(sql)}
      from advanced s where m.conversation_id = ${conversation} and m.user_id = ${actor}
    )
    insert into messages (id, conversation_id, seq, sender_id, client_msg_id, digest, message_type, content)
    overriding system value
    select id, ${conversation}, seq, ${actor}, ${clientMsgId}::uuid, 0, 6, ${content} from advanced
    returning id, seq`
  return must(row, 'a conversation that is locked takes a message')
}
