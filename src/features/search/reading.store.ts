// SQL of a search: what is said in some stretches of conversations, and who may read it.
import { messageTypes } from '../../protocol/messages.types.ts'
import type { Sql } from '../../infra/db.ts'
import { isDeleted, isForThem, mayRead } from '../conversations/sight.sql.ts'
import { fileName } from '../media/sight.sql.ts'
import type { Stretch } from './depth.ts'
import type { Term } from './keyword.ts'
import { patternsOf } from './match.ts'
import type { Wanted } from './store.ts'
import { foundTypes, type Said } from './words.ts'

export interface ReadRow {
  /** Which of the stretches. */
  readonly n: number
  /** How many were read, and seq and id of the oldest of them. */
  readonly count: number
  readonly seq: number
  readonly id: number
  /** Those that may be what is looked for. */
  readonly said: readonly (Said & { readonly id: number })[] | null
}

/** The newest `lengths` of each stretch, with the words of those that are for somebody and may have it. */
export async function readStretches(
  sql: Sql,
  stretches: readonly Stretch[],
  lengths: readonly number[],
  wanted: Wanted,
  terms: readonly Term[],
): Promise<ReadRow[]> {
  const { user, before, sender, type, since, until, mentionsMe } = wanted
  // Most texts cannot have what is looked for, and need not come here: match.ts decides about the others.
  const fits = patternsOf(terms)
    .map((pattern) => sql`m.content collate "C" ~ ${pattern}`)
    .reduce((all, each) => sql`${all} and ${each}`)
  return sql<ReadRow[]>`
    select s.n::int - 1 as n, x.*
    from unnest(
        ${stretches.map((each) => each.conversation)}::bigint[],
        ${stretches.map((each) => each.low)}::bigint[],
        ${stretches.map((each) => each.high)}::bigint[],
        ${[...lengths]}::int[]
      ) with ordinality as s (conversation, low, high, length, n)
      join conversation_members a on a.conversation_id = s.conversation and a.user_id = ${user}
      cross join lateral (
        select count(*)::int as count, min(m.seq) as seq, min(m.id) as id,
          json_agg(json_build_object('id', m.id, 'message_type', m.message_type,
            'content', m.content, 'media_url', m.media_url,
            'file_name', ${fileName(sql, sql`m.message_type`, sql`m.media_url`)}))
          filter (where m.recalled_at is null
            and m.message_type = any(${[...foundTypes]}::smallint[])
            and ${isForThem(sql, sql`a`, sql`m.seq`)}
            ${sender === null ? sql`` : sql`and m.sender_id = ${sender}`}
            ${type === null ? sql`` : sql`and m.message_type = ${type}`}
            ${since === null ? sql`` : sql`and m.created_at >= ${since}`}
            ${until === null ? sql`` : sql`and m.created_at <= ${until}`}
            ${mentionsMe ? sql`and m.at_users && array[${user}, 0]::bigint[]` : sql``}
            and (m.message_type <> ${messageTypes.text} or (${fits}))
            and not ${isDeleted(sql, sql`${user}`, sql`s.conversation`, sql`m.seq`)}) as said
        from (
          select id, seq, sender_id, message_type, content, media_url, at_users, created_at, recalled_at
          from messages
          where conversation_id = s.conversation and seq between s.low and s.high
            and id < ${before}
          order by seq desc limit s.length) m) x
    where x.count > 0`
}

/** Those of these that somebody may read now, and the name of the file of each. */
export async function findReadable(
  sql: Sql,
  user: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string | null>> {
  const rows = await sql<{ id: number; file_name: string | null }[]>`
    select m.id, ${fileName(sql, sql`m.message_type`, sql`m.media_url`)} as file_name from messages m
      join conversation_members a on a.conversation_id = m.conversation_id and a.user_id = ${user}
    where m.id = any(${[...ids]}::bigint[]) and m.recalled_at is null
      and ${mayRead(sql, sql`a`, sql`m.seq`)}`
  return new Map(rows.map((row) => [row.id, row.file_name]))
}
