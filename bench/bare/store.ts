// The bare pipeline's one statement: a batch of messages, numbered, stored, put into the outbox.
import type { Sql } from 'postgres'

export interface Draft {
  readonly conversation: number
  readonly sender: number
  readonly key: string
  readonly content: string
}

export interface Stored {
  readonly id: string
  readonly conversation_id: string
  readonly seq: string
  readonly client_msg_id: string
  readonly created_at: Date
  readonly members: string[]
  readonly outbox_id: string
}

/**
 * Membership, repeats, numbering, own read mark and outbox row in one round trip. Conversations are
 * locked in id order, so two batches under way never wait for each other in a circle.
 */
export function store(sql: Sql, drafts: readonly Draft[]): Promise<Stored[]> {
  return sql<Stored[]>`
    with draft as (
      select * from unnest(
        ${drafts.map((draft) => draft.conversation)}::bigint[],
        ${drafts.map((draft) => draft.sender)}::bigint[],
        ${drafts.map((draft) => draft.key)}::uuid[],
        ${drafts.map((draft) => draft.content)}::text[]
      ) with ordinality as given (conversation_id, user_id, client_msg_id, content, place)
    ), fresh as (
      select draft.*, row_number() over (partition by conversation_id order by place) as step
      from draft join bare_members using (conversation_id, user_id)
      where not exists (
        select from bare_messages old
        where old.sender_id = draft.user_id and old.client_msg_id = draft.client_msg_id
      )
    ), locked as (
      select id, last_seq from bare_conversations
      where id in (select conversation_id from fresh) order by id for update
    ), numbered as (
      select fresh.*, locked.last_seq + step as seq
      from fresh join locked on locked.id = conversation_id
    ), stored as (
      insert into bare_messages
        (conversation_id, seq, sender_id, client_msg_id, message_type, content)
      select conversation_id, seq, user_id, client_msg_id, 1, content from numbered
      returning id, conversation_id, seq, client_msg_id, created_at
    ), head as (
      update bare_conversations set last_seq = newest.seq, last_at = now()
      from (select conversation_id, max(seq) as seq from numbered group by 1) newest
      where bare_conversations.id = newest.conversation_id
    ), mark as (
      update bare_members set read_seq = newest.seq
      from (select conversation_id, user_id, max(seq) as seq from numbered group by 1, 2) newest
      where bare_members.conversation_id = newest.conversation_id
        and bare_members.user_id = newest.user_id
    ), queued as (
      insert into bare_outbox (payload)
      select jsonb_agg(jsonb_build_array(conversation_id, seq)) from stored
      returning id
    )
    select stored.*, queued.id as outbox_id, array(
      select user_id from bare_members where bare_members.conversation_id = stored.conversation_id
    ) as members
    from stored, queued`
}
