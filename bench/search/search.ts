// What does it cost to find what was said: rare and frequent words among all conversations of somebody, and
// in one; and what does it cost to keep the index.
import postgres, { type Sql } from 'postgres'
import type { FoundMessage } from '../../src/protocol/search.ts'
import type { Options } from '../lib/options.ts'
import { short } from '../lib/numbers.ts'
import { coresOfOthers, readCpu } from '../lib/proc.ts'
import { writeResult } from '../lib/results.ts'
import type { Stack } from '../lib/stack.ts'
import { times, timesOf } from '../lib/times.ts'
import type { SearchResult } from '../measured.search.ts'
import { openDoor, type Ask } from '../product/door.ts'
import { openIndexer } from '../product/indexer.ts'
import { prepareProduct } from '../product/processes.ts'
import { measureCost } from './cost.ts'
import { measureDesigns } from './designs.ts'
import { big, owner, rareWord, rareWords, seedWords, wordOf, type Plan } from './seed.ts'
import { printSearch } from './table.ts'

const mine = 500
/** Said to see how the index is kept. */
const news = 20_000

const planOf = (messages: number): Plan => ({
  messages,
  conversations: Math.max(1_000, Math.floor(messages / 500)),
  mine,
  texts: Math.floor(Math.min(200_000, messages / 10)),
})

export async function benchSearch(stack: Stack, options: Options) {
  const { machine } = stack
  const { partial, rounds, only } = options
  // Before ten million messages are written, and Postgres has that to clear away.
  const isCosted = only === undefined || only === 'cost'
  const cost = isCosted ? await measureCost(stack, options) : undefined
  const found = only === 'cost' ? notFound : await measureFinding(stack, options)
  const result: SearchResult = { machine, partial, rounds, ...found, ...(cost && { cost }) }
  console.log(printSearch(result))
  await writeResult('search', result)
  const wrong = [...found.questions.flatMap((each) => each.void), ...(cost?.void ?? [])]
  if (wrong.length > 0) process.exitCode = 1
}

type Finding = Omit<SearchResult, 'machine' | 'partial' | 'rounds' | 'cost'>

const notFound: Finding = {
  messages: 0,
  conversations: 0,
  questions: [],
  designs: [],
  perMessage: 0,
  sizes: { messages: 0, texts: 0, index: 0 },
  coresOfOthers: 0,
}

async function measureFinding(stack: Stack, options: Options): Promise<Finding> {
  const plan = planOf(options.quick ? 300_000 : 10_000_000)
  const product = await prepareProduct(stack, 'curlew_bench_search')
  const sql = postgres(product.databaseUrl, { max: 1, onnotice() {} })
  try {
    console.log(`seeding ${plan.messages} messages …`)
    await seedWords(sql, plan)
    const sizes = await sizesOf(sql)
    const api = product.start('api', 'src/main.ts')
    const all = new Map([
      ...stack.watched,
      ['bench', { pid: process.pid, family: false }] as const,
      ['api', { pid: api.pid, family: false }] as const,
    ])
    const before = readCpu(all)
    const { only } = options
    const isAsked = (part: string) => only === undefined || only === part
    const questions: SearchResult['questions'][number][] = []
    try {
      await product.ready(api)
      const ask = await openDoor(product, sql, owner)
      for (const question of isAsked('questions') ? asked : []) {
        const answer = await measure(ask, question, options)
        questions.push(answer)
        const { p50, p95 } = answer.times
        console.log(
          `  ${answer.name}: p50 ${short(p50)}, p95 ${short(p95)} ms ${answer.void.join()}`,
        )
      }
    } finally {
      await api.stop()
    }
    // Ten million rows of their own would take longer to make than all the rest.
    const isSmall = plan.messages <= 1_000_000
    const designs = isSmall && isAsked('designs') ? await measureDesigns(sql, options) : []
    const perMessage = isAsked('keep') ? await keep(sql, product.databaseUrl, plan) : 0
    const busy = coresOfOthers(before, readCpu(all))
    const { messages } = plan
    const figures = { messages, conversations: mine, questions, designs, perMessage }
    return { ...figures, sizes, coresOfOthers: busy }
  } finally {
    await sql.end()
  }
}

interface Question {
  readonly name: string
  /** The n-th of its keywords. */
  readonly keyword: (n: number) => string
  readonly more: string
  /** Hits there have to be at least. */
  readonly least: number
}

const [rare, frequent, middle] = [
  (n: number) => rareWord(n % rareWords),
  (n: number) => wordOf(2 + (n % 20)),
  (n: number) => wordOf(500 + (n % 500)),
]
const inBig = `&conversation_id=${big}`

const asked: readonly Question[] = [
  { name: 'a rare word', keyword: rare, more: '&limit=20', least: 2 },
  { name: 'a frequent word', keyword: frequent, more: '&limit=20', least: 20 },
  { name: 'a frequent word, counted', keyword: frequent, more: '', least: 20 },
  { name: 'a word of the middle', keyword: middle, more: '&limit=20', least: 1 },
  {
    name: 'two frequent words',
    keyword: (n) => `${frequent(n)} ${wordOf(30 + (n % 20))}`,
    more: '&limit=20',
    least: 1,
  },
  {
    name: 'a frequent word in one conversation',
    keyword: frequent,
    more: `${inBig}&limit=20`,
    least: 1,
  },
  {
    name: 'a word of the middle in one conversation',
    keyword: middle,
    more: `${inBig}&limit=20`,
    least: 0,
  },
  { name: 'a rare word in one conversation', keyword: rare, more: `${inBig}&limit=20`, least: 0 },
]

async function measure(ask: Ask, { name, keyword, more, least }: Question, options: Options) {
  const wrong = new Set<string>()
  let pages = 0
  const once = async (n: number) => {
    const { ms, data } = await ask(
      `messages/search?keyword=${encodeURIComponent(keyword(n))}${more}`,
    )
    const { list, has_more } = data as { list: readonly FoundMessage[]; has_more: boolean }
    const isShort = list.length < least && !has_more
    if (isShort) wrong.add(`${list.length} hits of ${least} for ${keyword(n)}`)
    if (list.some((each, at) => at > 0 && each.id >= (list[at - 1] as FoundMessage).id)) {
      wrong.add('not newest first')
    }
    pages += list.length
    return ms
  }
  for (let n = 0; n < 40; n++) await once(n)
  const repeats = 100
  const rounds: number[][] = []
  for (let round = 0; round < options.rounds; round++)
    rounds.push(await times(repeats, once, 'own'))
  return { name, times: timesOf(rounds), void: [...wrong] }
}

/** Kibibytes of the table of messages, of their texts alone, and of the index. */
async function sizesOf(sql: Sql) {
  const [row] = await sql<{ messages: string; texts: string; index: string }[]>`
    select pg_total_relation_size('messages') / 1024 as messages,
      (select sum(octet_length(content)) / 1024 from messages) as texts,
      pg_total_relation_size('message_slices') / 1024 as index`
  const { messages = 0, texts = 0, index = 0 } = row ?? {}
  return { messages: Number(messages), texts: Number(texts), index: Number(index) }
}

/** Microseconds that the index of new messages takes one after the other, each a round of its own size. */
async function keep(sql: Sql, url: string, plan: Plan): Promise<number> {
  const indexer = openIndexer(url)
  try {
    await indexer.catchUp()
    let spent = 0
    const each = 500
    for (let said = 0; said < news; said += each) {
      await sql`
        with talks as materialized (
          select id, user2_id, last_seq from conversations
          where id % (${Math.floor(plan.conversations / each)}) = 1 order by id limit ${each}
        ), said as (
          insert into messages (
            conversation_id, seq, sender_id, client_msg_id, digest, message_type, content)
          select t.id, last_seq + 1, user2_id, gen_random_uuid(), 0, 1, m.content
          from talks t join messages m on m.conversation_id = t.id and m.seq = 1 + ${said / each}
          returning id, conversation_id
        )
        update conversations c set last_seq = c.last_seq + 1, last_message_id = said.id
        from said where c.id = said.conversation_id`
      const begun = performance.now()
      await indexer.catchUp()
      spent += performance.now() - begun
    }
    return (spent / news) * 1_000
  } finally {
    await indexer.end()
  }
}
