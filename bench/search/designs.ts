// Designs of the index against each other, by the statement that finds the newest candidates: slices that
// are judged by a hash of one's conversations, slices whose index is asked for these, a row per message.
import type { Sql } from 'postgres'
import type { Options } from '../lib/options.ts'
import { times, timesOf, type Times } from '../lib/times.ts'
import { owner, rareWord, rareWords, wordOf } from './seed.ts'

export interface Design {
  readonly name: string
  readonly rare: Times
  readonly frequent: Times
  /** Kibibytes. */
  readonly size: number
}

type Find = (query: string) => Promise<unknown>

export async function measureDesigns(sql: Sql, options: Options): Promise<Design[]> {
  await sql`set enable_seqscan = off`
  await sql`set jit = off`
  await sql`set random_page_cost = 1.1`
  await sql`set max_parallel_workers_per_gather = 0`
  await sql`set plan_cache_mode = force_custom_plan`
  const mine = await sql<{ id: string }[]>`
    select conversation_id as id from conversation_members where user_id = ${owner}`
  const theirs = mine.map(({ id }) => `'~${id}'`).join(' | ')
  const hashed: Find = (query) => sql`
    with mine as materialized (
      select conversation_id from conversation_members where user_id = ${owner} and left_at is null)
    select conversation_id, first_seq, last_seq, last_id from message_words
    where words @@ ${query}::tsquery
      and (conversation_id in (select conversation_id from mine)) is true
    order by last_id desc limit 1500`
  const asked: Find = (query) => sql`
    select conversation_id, first_seq, last_seq, last_id from message_words
    where words @@ ${`${query} & (${theirs})`}::tsquery order by last_id desc limit 1500`
  const slices = await sizeOf(sql, 'message_words')
  const designs = [
    await measure('slices, conversations by a hash', hashed, slices, options),
    await measure('slices, conversations in the question', asked, slices, options),
  ]
  // Ten million rows of their own would take longer to make than all the rest.
  if (!options.quick) return designs
  await sql`
    create table bench_rows as
    select m.id, m.conversation_id, array_to_tsvector(array(
        select w.lexeme from unnest(s.words) w
        where m.content like '%' || w.lexeme || '%')) as words
    from message_words s join messages m on m.conversation_id = s.conversation_id
      and m.seq between s.first_seq and s.last_seq`
  await sql`create index on bench_rows using gin (words) with (fastupdate = off)`
  await sql`vacuum analyze bench_rows`
  const each: Find = (query) => sql`
    with mine as materialized (
      select conversation_id from conversation_members where user_id = ${owner} and left_at is null)
    select id from bench_rows where words @@ ${query}::tsquery
      and (conversation_id in (select conversation_id from mine)) is true
    order by id desc limit 21`
  designs.push(await measure('a row per message', each, await sizeOf(sql, 'bench_rows'), options))
  return designs
}

async function measure(name: string, find: Find, size: number, options: Options): Promise<Design> {
  const of = async (word: (n: number) => string) => {
    for (let n = 0; n < 20; n++) await find(`'${word(n)}':*`)
    const repeats = options.quick ? 50 : 100
    return timesOf([await times(repeats, (n) => find(`'${word(n)}':*`))])
  }
  const rare = await of((n) => rareWord(n % rareWords))
  return { name, rare, frequent: await of((n) => wordOf(2 + (n % 20))), size }
}

async function sizeOf(sql: Sql, table: string): Promise<number> {
  const [row] = await sql<{ size: string }[]>`
    select pg_total_relation_size(${table}::regclass) / 1024 as size`
  return Number(row?.size)
}
