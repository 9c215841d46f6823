// The statement of the send path: a batch of messages judged, ordered and stored at once. Idempotent by
// (sender, client_msg_id): what was said before is answered, not said again.
import { limits } from '../limits.ts'
import type { Sql } from '../../../infra/db.ts'
import type { Draft } from './draft.ts'

/** What became of a draft; the numbers are the statement's. */
export const verdicts = {
  stored: 0,
  repeated: 1,
  idReused: 2,
  notMember: 3,
  closed: 4,
  muted: 5,
  replyMissing: 6,
  /** Judged by what was true before the conversation was locked: to be judged again. */
  stale: 7,
  slow: 8,
  notAllowed: 9,
  /** Taken back meanwhile, or another's to say. */
  unwanted: 10,
} as const

/**
 * For the connections that run the statement. Its plan is made once and must suit any table size:
 * lookups by index, in a loop.
 */
export const commitSettings = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
} as const

export interface CommitRow {
  verdict: number
  id: number | null
  seq: number | null
  created_at: Date | null
  /** The conversation's message before this batch is younger than limits.message.followsMs. */
  follows: boolean | null
  /** Its sender's read mark moved, and stands at it. */
  marked: boolean
  /** Of a group: changes with whoever comes or goes. The message is for those who were in it then. */
  members_version: string | null
  /** In slow mode: until its sender may speak. */
  wait_seconds?: number | null
  /** When it burns, where there is a timer. */
  expires_at?: Date | null
}

export interface Committed {
  /** One per draft, in their order; none where the statement said nothing of it. */
  readonly rows: readonly (CommitRow | undefined)[]
  /** Null when nothing was stored. */
  readonly outboxId: number | null
}

/**
 * What a member may do is read as it was when the statement began; what the lock was waited for may have
 * changed it. Whatever takes a right away says so in the row that is locked, which is read as it is.
 * For the statements of a row of `conversations`.
 */
export const isStale = (sql: Sql) => sql`
  (judged_xid is not null and not pg_visible_in_snapshot(judged_xid, pg_current_snapshot()))`

/**
 * Locks the conversations in id order, so that two batches cannot wait for each other, and reads
 * from the locked rows whether they are open and where their seq stands: a block or a kick that
 * committed before is seen, one that comes later waits. Sequence numbers have no holes because
 * nothing that got one can fail alone. A unique violation on (sender, client_msg_id) means that
 * another node stored the same message meanwhile: the caller runs the batch again.
 *
 * `lateral … limit 1` keeps the look-ups look-ups: planned while the table was empty, a plain join
 * read all of it once and then compared every pair, 30 ms for 50 messages instead of 2. For the same
 * reason what was stored is looked for with `in` where a join would do: the planner takes it for one row, and
 * joins it with a loop through all the others; `in` becomes a hashed subplan.
 *
 * Sending is not reading: what somebody says counts as read for them, and nothing else does. Their
 * mark moves only if nothing before was unread, and then over what they say before anybody else
 * speaks in this batch (`opening`): it never passes a word of another's. `read_at` stays, for it
 * stands beside the words of others. A mark that stands at a word of this batch has moved by it:
 * that is what `marked` says. See docs/decisions/0012.
 *
 * What burned was said: where there is or was a timer that is asked as well, and nowhere else.
 *
 * Drafts of one batch have distinct (sender, client_msg_id).
 */
export async function commitJudged(sql: Sql, drafts: readonly Draft[]): Promise<Committed> {
  const rows = await judgeMany(sql, drafts)
  return { rows, outboxId: rows[0]?.outbox_id ?? null }
}

export function judgeMany(sql: Sql, drafts: readonly Draft[]) {
  return sql<(CommitRow & { outbox_id: number | null })[]>`
    with input as materialized (
      select * from unnest(
        ${drafts.map((each) => each.ref.id)}::bigint[],
        ${drafts.map((each) => each.senderId)}::bigint[],
        ${drafts.map((each) => each.clientMsgId)}::uuid[],
        ${drafts.map((each) => String(each.digest))}::bigint[],
        ${drafts.map((each) => each.type)}::smallint[],
        ${drafts.map((each) => each.content)}::text[],
        ${drafts.map((each) => each.mediaUrl)}::text[],
        ${drafts.map((each) => each.replyToId)}::bigint[],
        ${drafts.map(({ atUsers }) => atUsers && `{${atUsers.join()}}`)}::text[]
      ) with ordinality as t (
        conversation_id, sender_id, client_msg_id, digest, message_type, content, media_url,
        reply_to_id, at_users, n)
    ), head as materialized (
      select id, is_open, last_seq, posting_role, slow_seconds, judged_xid, burn_seconds,
        last_message_at > now() - ${limits.message.followsMs / 1000} * interval '1 second' as follows
      from conversations
      where id in (select conversation_id from input)
      order by id for update
    ), judged as materialized (
      select i.*, h.last_seq, h.follows, h.judged_xid::text as members_version,
        coalesce(x.id, b.message_id) as old_id, coalesce(x.seq, b.seq) as old_seq,
        coalesce(x.created_at, b.said_at) as old_at,
        case
          when x.id is not null then x.expires_at
          when b.seq is not null then b.burned_at
          when h.burn_seconds > 0 then now() + h.burn_seconds * interval '1 second'
        end as expires_at,
        case
          when b.seq is not null then case when b.conversation_id = i.conversation_id then 1 else 2 end
          when x.id is not null then case when x.digest = i.digest then 1 else 2 end
          when ${isStale(sql)} then 7
          when m.user_id is null or m.left_at is not null then 3
          when not h.is_open then 4
          when m.muted_until > now() or m.role < h.posting_role then 5
          when i.reply_to_id is not null and not exists (
            select from messages r
            where r.id = i.reply_to_id and r.conversation_id = i.conversation_id
              and r.seq > m.sees_after) then 6
          when i.at_users is not null and m.role < 2 and 0 = any(i.at_users::bigint[]) then 9
          when h.slow_seconds > 0 and m.role < 2 and (
            m.spoke_at > now() - h.slow_seconds * interval '1 second'
            or exists (
              select from input e
              where e.conversation_id = i.conversation_id and e.sender_id = i.sender_id
                and e.n < i.n)) then 8
          else 0
        end as verdict,
        case when h.slow_seconds > 0 then greatest(1, h.slow_seconds - coalesce(
          floor(extract(epoch from now() - m.spoke_at)), 0))::int end as wait_seconds
      from input i
        left join head h on h.id = i.conversation_id
        left join lateral (
          select * from conversation_members
          where conversation_id = i.conversation_id and user_id = i.sender_id limit 1) m on true
        left join lateral (
          select * from messages
          where sender_id = i.sender_id and client_msg_id = i.client_msg_id limit 1) x on true
        left join lateral (
          select * from burned_messages
          where h.burn_seconds is not null
            and sender_id = i.sender_id and client_msg_id = i.client_msg_id limit 1) b on true
    ), stored as (
      insert into messages (conversation_id, seq, sender_id, client_msg_id, digest, message_type,
        content, media_url, reply_to_id, at_users, expires_at)
      select conversation_id,
        last_seq + row_number() over (partition by conversation_id order by n),
        sender_id, client_msg_id, digest, message_type, content, media_url, reply_to_id,
        at_users::bigint[], expires_at
      from judged where verdict = 0
      order by n
      returning id, conversation_id, seq, sender_id, client_msg_id, created_at, at_users, expires_at
    ), ending as (
      insert into message_ends (message_id, conversation_id, expires_at)
      select id, conversation_id, expires_at from stored where expires_at is not null
    ), mentioned as (
      insert into mentions (user_id, conversation_id, seq, message_id)
      select distinct unnest(at_users), conversation_id, seq, id
      from stored where at_users is not null
    ), advanced as (
      update conversations c set last_seq = s.seq, version = c.version + s.count, xid = pg_current_xact_id(),
        last_message_id = s.id, last_message_at = now(),
        -- In slow mode who has just spoken may not: the next one has to have seen it.
        judged_xid = case when c.slow_seconds > 0 then pg_current_xact_id() else c.judged_xid end
      from (select conversation_id, max(seq) as seq, max(id) as id, count(*) as count
            from stored group by conversation_id) s
      where c.id = s.conversation_id
    ), placed as (
      select conversation_id, sender_id, seq, seq - row_number() over before as last_seq,
        min(sender_id) over before = max(sender_id) over before as is_opening
      from stored window before as (partition by conversation_id order by seq)
    ), marked as (
      update conversation_members m
      set read_count = greatest(m.read_seq, m.read_count) + s.count,
        read_seq = case when greatest(m.read_seq, m.read_count) >= s.last_seq
          then coalesce(s.opening, m.read_seq) else m.read_seq end,
        spoke_at = case when s.conversation_id in (select id from head where slow_seconds > 0)
          then now() else m.spoke_at end
      from (select conversation_id, sender_id, count(*) as count, min(last_seq) as last_seq,
              max(seq) filter (where is_opening) as opening
            from placed group by conversation_id, sender_id) s
      where m.conversation_id = s.conversation_id and m.user_id = s.sender_id
      returning m.conversation_id, m.user_id, m.read_seq
    ), told as (
      insert into outbox (message_ids)
      select array_agg(id) from stored having count(*) > 0
      returning id
    )
    select j.verdict, j.wait_seconds, coalesce(s.id, j.old_id) as id, coalesce(s.seq, j.old_seq) as seq,
      coalesce(s.created_at, j.old_at) as created_at, j.expires_at, j.follows, j.members_version,
      coalesce((s.conversation_id, s.sender_id, s.seq) in (select * from marked), false) as marked,
      (select id from told) as outbox_id
    from judged j
      left join stored s on s.sender_id = j.sender_id and s.client_msg_id = j.client_msg_id
    order by j.n`
}
