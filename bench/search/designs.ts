// Designs of the index against each other, by the statement that finds the newest candidates: a Bloom
// filter for each slice, a GIN of the words of slices, and one of the words of messages.
import type { Sql } from 'postgres'
import { bitsOf, noWords, type Asked, type Hash } from '../../src/features/search/bloom.ts'
import { wordsOf } from '../../src/features/search/keyword.ts'
import { wordsIn, type Said } from '../../src/features/search/words.ts'
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

type Find = (words: readonly Asked[]) => Promise<unknown>

export async function measureDesigns(sql: Sql, options: Options): Promise<Design[]> {
  console.log('  the same words under a GIN …')
  await invert(sql)
  await sql`set enable_seqscan = off`
  await sql`set jit = off`
  await sql`set random_page_cost = 1.1`
  await sql`set max_parallel_workers_per_gather = 0`
  await sql`set plan_cache_mode = force_custom_plan`
  const mine = sql`
    select conversation_id from conversation_members where user_id = ${owner} and left_at is null`
  const filters: Find = (words) => sql`
    with mine as materialized (${mine})
    select conversation_id, first_seq, last_seq, last_id
    from mine join message_slices using (conversation_id)
    where ${bitsOf(words)
      .map((bit) => sql`get_bit(words, ${bit}::bigint % (8 * octet_length(words))) = 1`)
      .reduce((all, each) => sql`${all} and ${each}`)}
    order by last_id desc limit 750`
  const inverted =
    (name: string): Find =>
    (words) => sql`
      with mine as materialized (${mine})
      select conversation_id, id from ${sql(name)}
      where words @> ${words.map(({ word }) => word)}::int[]
        and (conversation_id in (select conversation_id from mine)) is true
      order by id desc limit 750`
  const designs = [
    ['a filter for each slice', filters, 'message_slices'],
    ['a GIN of slices', inverted('bench_slices'), 'bench_slices'],
    ['a GIN of messages', inverted('bench_rows'), 'bench_rows'],
  ] as const
  const measured: Design[] = []
  for (const [name, find, of] of designs) {
    measured.push(await measure(name, find, await sizeOf(sql, of), options))
  }
  return measured
}

/** The words of what was said, as numbers under an inverted index: by slice, and by message. */
async function invert(sql: Sql): Promise<void> {
  for (const name of ['bench_slices', 'bench_rows']) {
    await sql`drop table if exists ${sql(name)}`
    await sql`create table ${sql(name)} (conversation_id bigint, id bigint, words int[])`
  }
  const said = sql<(Said & { conversation_id: number; id: number; slice: number })[]>`
    select w.conversation_id, w.last_id as slice, m.id, message_type, content, media_url
    from message_slices w join messages m on m.conversation_id = w.conversation_id
      and m.seq between w.first_seq and w.last_seq
    order by w.conversation_id, w.first_seq, m.seq`
  const wordsAt = new Map<string, Set<Hash>>()
  for await (const messages of said.cursor(10_000)) {
    for (const each of messages) {
      const { wholes, beginnings } = noWords()
      wordsIn(each, { wholes, beginnings })
      const words = wholes.union(beginnings)
      for (const [table, id] of [
        ['bench_rows', each.id],
        ['bench_slices', each.slice],
      ] as const) {
        const key = `${table} ${each.conversation_id} ${id}`
        wordsAt.set(key, (wordsAt.get(key) ?? new Set()).union(words))
      }
    }
  }
  const rows = [...wordsAt].map(([key, words]) => [...key.split(' '), `{${[...words]}}`])
  for (const table of ['bench_slices', 'bench_rows']) {
    const its = rows.filter(([name]) => name === table)
    for (let at = 0; at < its.length; at += 5_000) {
      const some = its.slice(at, at + 5_000)
      await sql`
        insert into ${sql(table)}
        select c, i, w::int[] from unnest(${some.map((row) => row[1] as string)}::bigint[],
          ${some.map((row) => row[2] as string)}::bigint[],
          ${some.map((row) => row[3] as string)}::text[]) as s (c, i, w)`
    }
    await sql`create index on ${sql(table)} using gin (words) with (fastupdate = off)`
    await sql`vacuum analyze ${sql(table)}`
  }
}

async function measure(name: string, find: Find, size: number, options: Options): Promise<Design> {
  const of = async (word: (n: number) => string) => {
    for (let n = 0; n < 20; n++) await find(wordsOf(word(n)))
    const repeats = options.quick ? 50 : 100
    return timesOf([await times(repeats, (n) => find(wordsOf(word(n))))])
  }
  const rare = await of((n) => rareWord(n % rareWords))
  return { name, rare, frequent: await of((n) => wordOf(2 + (n % 20))), size }
}

async function sizeOf(sql: Sql, table: string): Promise<number> {
  const [row] = await sql<{ size: string }[]>`
    select pg_total_relation_size(${table}::regclass) / 1024 as size`
  return Number(row?.size)
}
