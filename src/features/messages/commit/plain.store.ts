// The statements of the send path for what is plain: drafts of different conversations that answer nothing,
// which is nearly all there is but under heavy load. They store what may be stored and judge nothing.
import { limits } from '../limits.ts'
import type { Sql } from '../../../infra/db.ts'
import { isStale, verdicts, type CommitRow, type Committed } from './store.ts'
import type { Draft } from './draft.ts'

export function isPlain(drafts: readonly Draft[]): boolean {
  const conversations = new Set(drafts.map((draft) => draft.ref.id))
  return (
    conversations.size === drafts.length &&
    drafts.every((draft) => draft.replyToId === null && draft.atUsers === null)
  )
}

type PlainRow = Omit<CommitRow, 'verdict'> & { conversation_id: number; outbox_id: number }

/**
 * What `commitJudged` does and promises, for plain drafts, in two thirds of its time: nothing to sort, to
 * number or to group. A draft without a row is for `commitJudged`: it was said before, or may not be.
 * tests/sql/commit.test.ts holds the two against each other.
 */
export async function commitPlain(sql: Sql, drafts: readonly Draft[]): Promise<Committed> {
  const [only] = drafts
  const stored =
    only && drafts.length === 1 ? await storeOne(sql, only) : await storeMany(sql, drafts)
  const rows = new Map<number, CommitRow>()
  for (const { conversation_id: id, ...row } of stored) {
    rows.set(id, { ...row, verdict: verdicts.stored })
  }
  return {
    rows: drafts.map((draft) => rows.get(draft.ref.id)),
    outboxId: stored[0]?.outbox_id ?? null,
  }
}

/** What somebody says, in `s`, counts as read in their row `m`: see `commitJudged`. */
export const spoken = (sql: Sql) => sql`
  read_count = greatest(m.read_seq, m.read_count) + 1,
  read_seq = case when greatest(m.read_seq, m.read_count) >= s.seq - 1 then s.seq else m.read_seq end`

/** Open to everybody in it alike, without a timer, and judged by what is true still. */
const isPlainThere = (sql: Sql) => sql`
  is_open and posting_role = 1 and slow_seconds = 0 and burn_seconds is null and not ${isStale(sql)}`

export function storeMany(sql: Sql, drafts: readonly Draft[]) {
  const conversations = drafts.map((each) => each.ref.id)
  return sql<PlainRow[]>`
    with head as materialized (
      select id, last_seq,
        last_message_at > now() - ${limits.message.followsMs / 1000} * interval '1 second' as follows
      from conversations where id = any(${conversations}::bigint[]) and ${isPlainThere(sql)}
      order by id for update
    ), stored as (
      insert into messages (conversation_id, seq, sender_id, client_msg_id, digest, message_type,
        content, media_url)
      select i.conversation_id, h.last_seq + 1, i.sender_id, i.client_msg_id, i.digest,
        i.message_type, i.content, i.media_url
      from unnest(
          ${conversations}::bigint[],
          ${drafts.map((each) => each.senderId)}::bigint[],
          ${drafts.map((each) => each.clientMsgId)}::uuid[],
          ${drafts.map((each) => String(each.digest))}::bigint[],
          ${drafts.map((each) => each.type)}::smallint[],
          ${drafts.map((each) => each.content)}::text[],
          ${drafts.map((each) => each.mediaUrl)}::text[]
        ) as i (conversation_id, sender_id, client_msg_id, digest, message_type, content, media_url)
        join head h on h.id = i.conversation_id
        cross join lateral (
          select from conversation_members
          where conversation_id = i.conversation_id and user_id = i.sender_id and left_at is null
            and (muted_until > now()) is not true
          limit 1) m
        left join lateral (
          select id from messages
          where sender_id = i.sender_id and client_msg_id = i.client_msg_id limit 1) x on true
      where x.id is null
      returning id, conversation_id, seq, sender_id, created_at
    ), advanced as (
      update conversations c set last_seq = s.seq, version = c.version + 1, xid = pg_current_xact_id(),
        last_message_id = s.id, last_message_at = now()
      from stored s where c.id = s.conversation_id
      returning c.id as conversation_id, s.id, s.seq, s.created_at,
        c.judged_xid::text as members_version
    ), marked as (
      update conversation_members m
      set ${spoken(sql)}
      from stored s
      where m.conversation_id = s.conversation_id and m.user_id = s.sender_id
      returning m.conversation_id, m.read_seq = s.seq as is_moved
    ), told as (
      insert into outbox (message_ids)
      select array_agg(id) from stored having count(*) > 0
      returning id
    )
    select a.*, a.conversation_id in (select id from head where follows) as follows,
      a.conversation_id in (select conversation_id from marked where is_moved) as marked,
      t.id as outbox_id
    from advanced a cross join told t`
}

/**
 * One alone needs no lock before its update, for there is nothing to put in order. A conversation whose seq
 * has moved since the statement began was written in just now.
 */
function storeOne(sql: Sql, draft: Draft) {
  const { ref, senderId, clientMsgId, digest, type, content, mediaUrl } = draft
  return sql<PlainRow[]>`
    with before as materialized (
      select last_seq,
        last_message_at > now() - ${limits.message.followsMs / 1000} * interval '1 second' as follows
      from conversations where id = ${ref.id}
    ), advanced as (
      update conversations set last_seq = last_seq + 1, version = version + 1, xid = pg_current_xact_id(),
        last_message_id = nextval('messages_id_seq'), last_message_at = now()
      where id = ${ref.id} and ${isPlainThere(sql)}
        and exists (
          select from conversation_members
          where conversation_id = ${ref.id} and user_id = ${senderId} and left_at is null
            and (muted_until > now()) is not true)
        and not exists (
          select from messages
          where sender_id = ${senderId} and client_msg_id = ${clientMsgId}::uuid)
      returning last_seq as seq, last_message_id as id, judged_xid::text as members_version
    ), stored as (
      insert into messages (id, conversation_id, seq, sender_id, client_msg_id, digest,
        message_type, content, media_url)
      overriding system value
      select id, ${ref.id}, seq, ${senderId}, ${clientMsgId}::uuid, ${String(digest)}::bigint,
        ${type}::smallint, ${content}, ${mediaUrl}
      from advanced
      returning id, seq, created_at
    ), marked as (
      update conversation_members m
      set ${spoken(sql)}
      from advanced s
      where m.conversation_id = ${ref.id} and m.user_id = ${senderId}
      returning m.read_seq
    ), told as (
      insert into outbox (message_ids) select array[id] from advanced
      returning id
    )
    select ${ref.id}::bigint as conversation_id, s.id, s.seq, s.created_at,
      b.follows or b.last_seq <> s.seq - 1 as follows, a.members_version,
      coalesce(k.read_seq = s.seq, false) as marked, t.id as outbox_id
    from stored s cross join before b cross join advanced a cross join told t left join marked k on true`
}
