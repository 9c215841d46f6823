// For `bench search`: conversations full of words in two languages, a few of them frequent and most of them
// rare, and the index of them; all by rule, so that what is there need not be read back.
import type { Sql } from 'postgres'
import type { TxSql } from '../../src/infra/db.ts'
import { filterOf, noWords } from '../../src/features/search/bloom.ts'
import { limits } from '../../src/features/search/limits.ts'
import { replaceSlices, type Slice } from '../../src/features/search/indexing.store.ts'
import { marks, wordsIn } from '../../src/features/search/words.ts'
import { settle } from '../lib/settle.ts'

/** Who searches, in the first conversations; one of these has a hundredth of all messages. */
export const owner = 1
export const big = 1
export const rareWords = 40
const vocabulary = 100_000

export interface Plan {
  readonly messages: number
  /** In all, and of the owner. */
  readonly conversations: number
  readonly mine: number
  /** Different texts. */
  readonly texts: number
}

/** Every so many conversations is the owner's: theirs lie among the others. */
const strideOf = (plan: Plan) => Math.floor(plan.conversations / plan.mine)
export const isMine = (plan: Plan, id: number) =>
  (id - 1) % strideOf(plan) === 0 && (id - 1) / strideOf(plan) < plan.mine
const bigOf = ({ messages }: Plan) => Math.floor(messages / 100)
const eachOf = (plan: Plan) => Math.floor((plan.messages - bigOf(plan)) / (plan.conversations - 1))
const lengthOf = (plan: Plan, id: number) => (id === big ? bigOf(plan) : eachOf(plan))

/** The word of a rank: every other one is Chinese. */
export function wordOf(rank: number): string {
  if (rank % 2 === 0) {
    const at = (prime: number) => String.fromCodePoint(0x4e00 + ((rank * prime) % 20_000))
    return at(7_919) + at(104_729)
  }
  return [...((rank * 7_654_321) % 2 ** 31).toString(26)]
    .map((digit) => String.fromCharCode(0x61 + Number.parseInt(digit, 26)))
    .join('')
}

export const rareWord = (n: number) =>
  `quagga${String.fromCharCode(0x61 + (n % 26), 0x61 + Math.floor(n / 26))}`

let state = 1
/** The same numbers in every run. */
function chance(): number {
  state = (state * 48_271) % 2_147_483_647
  return state / 2_147_483_647
}

/** By Zipf: the chance of a rank is one by the rank. */
const anyWord = () => wordOf(Math.max(1, Math.floor(Math.exp(chance() * Math.log(vocabulary)))))

function anyText(): string {
  let text = ''
  for (let n = 4 + Math.floor(chance() * 12); n > 0; n--) {
    const word = anyWord()
    text += word.charCodeAt(0) < 0x80 ? ` ${word} ` : word
  }
  return text.trim()
}

/** The same in every run. */
export function someTexts(count: number): string[] {
  state = 1
  return Array.from({ length: count }, anyText)
}

const textAt = (plan: Plan, id: number, seq: number) => (id * 7_919 + seq * 104_729) % plan.texts

/** Where each rare word stands: in two messages of the owner's, old and new. */
function rarities(plan: Plan): Map<string, string> {
  const places = new Map<string, string>()
  for (let n = 0; n < rareWords; n++) {
    const id = 1 + strideOf(plan) * ((n * 37) % plan.mine)
    const length = lengthOf(plan, id)
    const seqs = [1 + ((n * 13) % length), length - ((n * 7) % Math.min(50, length))]
    for (const seq of seqs) places.set(`${id} ${seq}`, `a ${rareWord(n)} 在河边`)
  }
  return places
}

export async function seedWords(sql: Sql, plan: Plan): Promise<void> {
  const texts = someTexts(plan.texts)
  await seedPeople(sql, plan)
  console.log(`  ${plan.conversations} conversations are there; their messages …`)
  await sql`set session_replication_role = replica`
  await sql`set work_mem = '256MB'`
  await sql`set maintenance_work_mem = '512MB'`
  const indexes = await dropIndexes(sql)
  await sql`create unlogged table bench_texts (n int primary key, text text)`
  for (let at = 0; at < texts.length; at += 10_000) {
    await sql`
      insert into bench_texts
      select ${at} + n - 1, t from unnest(${texts.slice(at, at + 10_000)}::text[])
        with ordinality as s (t, n)`
  }
  await sql`analyze bench_texts`
  // Everybody goes on at the same pace; the big one says as much between them.
  const each = eachOf(plan)
  const share = Math.ceil(bigOf(plan) / each)
  await sql`
    insert into messages (id, conversation_id, seq, sender_id, client_msg_id, digest, message_type,
      content, created_at)
    overriding system value
    select s.id, s.c, s.seq, case when s.seq % 2 = 0 then 2 + s.c
        when (s.c - 1) % ${strideOf(plan)} = 0 and (s.c - 1) / ${strideOf(plan)} < ${plan.mine}
        then ${owner} else 2 end,
      ('00000000-0000-4000-8000-' || lpad(to_hex(s.id), 12, '0'))::uuid, 0, 1, t.text,
      timestamptz '2026-01-01' + s.id * interval '1 second'
    from (
      select ((seq - 1) * ${plan.conversations - 1 + share}::bigint + c) as id, c, seq
      from generate_series(1, ${each}::bigint) seq,
        generate_series(2, ${plan.conversations}::bigint) c
      union all
      select ((n - 1) / ${share} * ${plan.conversations - 1 + share}::bigint
        + ${plan.conversations} + 1 + (n - 1) % ${share}), ${big}::bigint, n
      from generate_series(1, ${bigOf(plan)}::bigint) n
    ) s join bench_texts t on t.n = (s.c * 7919 + s.seq * 104729) % ${plan.texts}`
  console.log('  the messages are there; their indexes …')
  for (const definition of indexes) await sql.unsafe(definition)
  for (const [place, text] of rarities(plan)) {
    const [id = 0, seq = 0] = place.split(' ').map(Number)
    await sql`update messages set content = ${text} where conversation_id = ${id} and seq = ${seq}`
  }
  await sql`select setval('messages_id_seq', (select max(id) from messages))`
  await sql`
    update conversations c set last_message_id = m.id
    from messages m where m.conversation_id = c.id and m.seq = c.last_seq`
  await sql`drop table bench_texts`
  await sql`set session_replication_role = default`
  await seedIndex(sql, plan, texts)
  await settle(sql)
}

async function seedPeople(sql: Sql, plan: Plan): Promise<void> {
  await sql`truncate users, conversations, messages, message_slices restart identity cascade`
  await sql`
    insert into users (user_id, email, nickname)
    select 'bench' || lpad(n::text, 7, '0'), n || '@bench.invalid', 'Bench ' || n
    from generate_series(1, ${2 + plan.conversations}::int) n`
  await sql`insert into sessions (user_id, device_id) values (${owner}, '')`
  await sql`
    insert into conversations (kind, user1_id, user2_id, last_seq, version, last_message_at)
    select 1, case when (n - 1) % ${strideOf(plan)} = 0 and (n - 1) / ${strideOf(plan)} < ${plan.mine}
        then ${owner} else 2 end, 2 + n,
      case when n = ${big} then ${bigOf(plan)}::int else ${eachOf(plan)}::int end, 1, now()
    from generate_series(1, ${plan.conversations}::int) n order by n`
  await sql`
    insert into conversation_members (conversation_id, user_id, opened_at)
    select id, member, now()
    from conversations, lateral (values (user1_id), (user2_id)) as both_of (member) order by id`
}

/** Made again at the end: millions of rows are not looked up one by one. */
async function dropIndexes(sql: Sql): Promise<string[]> {
  const indexes = await sql<{ name: string; definition: string }[]>`
    select c.relname as name, pg_get_indexdef(c.oid) as definition
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indrelid = 'messages'::regclass and not i.indisprimary`
  for (const { name } of indexes) await sql.unsafe(`drop index ${name}`)
  return indexes.map(({ definition }) => definition)
}

/** As the workers would have made it; tests/features/search.messages.test.ts looks at theirs. */
async function seedIndex(sql: Sql, plan: Plan, texts: readonly string[]): Promise<void> {
  const words = texts.map((content) => {
    const found = noWords()
    wordsIn({ message_type: 1, content, media_url: '', file_name: null }, found)
    return { wholes: [...found.wholes], beginnings: [...found.beginnings] }
  })
  const rare = rarities(plan)
  const share = Math.ceil(bigOf(plan) / eachOf(plan))
  const pace = plan.conversations - 1 + share
  const idOf = (id: number, seq: number) =>
    id === big
      ? Math.floor((seq - 1) / share) * pace + plan.conversations + 1 + ((seq - 1) % share)
      : (seq - 1) * pace + id
  const timeOf = (id: number) => new Date(Date.UTC(2026, 0, 1) + id * 1_000)
  const size = limits.index.sliceMessages
  let slices: Slice[] = []
  let tenths = 0
  for (let id = 1; id <= plan.conversations; id++) {
    const length = lengthOf(plan, id)
    for (let first = 1; first <= length; first += size) {
      const last = Math.min(length, first + size - 1)
      const found = noWords()
      found.wholes.add(marks.sender(isMine(plan, id) ? owner : 2))
      found.wholes.add(marks.sender(2 + id)).add(marks.type(1))
      for (let seq = first; seq <= last; seq++) {
        const content = rare.get(`${id} ${seq}`)
        if (content !== undefined)
          wordsIn({ message_type: 1, content, media_url: '', file_name: null }, found)
        const said = content === undefined ? words[textAt(plan, id, seq)] : undefined
        for (const word of said?.wholes ?? []) found.wholes.add(word)
        for (const word of said?.beginnings ?? []) found.beginnings.add(word)
      }
      const [first_id, last_id] = [idOf(id, first), idOf(id, last)]
      slices.push({
        conversation_id: id,
        first_seq: first,
        last_seq: last,
        first_id,
        last_id,
        first_at: timeOf(first_id),
        last_at: timeOf(last_id),
        is_full: last - first + 1 === size,
        words: filterOf(found),
      })
    }
    if (slices.length < 400 && id < plan.conversations) continue
    await replaceSlices(sql as unknown as TxSql, [], slices)
    slices = []
    const tenth = Math.floor((10 * id) / plan.conversations)
    if (tenth > tenths) console.log(`  ${(tenths = tenth)} tenths of the slices …`)
  }
  await sql`
    update search_progress
    set message_id = (select max(id) from messages), built_to = null,
      changes = pg_current_snapshot()`
}
