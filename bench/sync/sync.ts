// What does it cost to come back: a first snapshot, nothing new, something new, much new, nothing while a
// dump runs; in a small installation and in one with a hundred times as many messages.
import postgres, { type Sql } from 'postgres'
import type { Sync } from '../../src/protocol/sync.ts'
import type { Options } from '../lib/options.ts'
import { coresOfOthers, readCpu } from '../lib/proc.ts'
import { writeResult } from '../lib/results.ts'
import type { Stack } from '../lib/stack.ts'
import { times, timesOf } from '../lib/times.ts'
import type { SyncResult } from '../measured.ts'
import { openDoor, type Ask } from '../product/door.ts'
import { prepareProduct } from '../product/processes.ts'
import { goOn, goOnOneByOne, owner, seedTalks } from './seed.ts'
import { printSync } from './table.ts'

type Installation = SyncResult['installations'][number]

const conversations = 2_000
/** What happens, one after the other, and how much of it an account has missed then. */
const news = [
  { name: 'fifty messages in as many conversations', conversations: 50, messages: 1 },
  { name: '10,000 messages in twenty conversations', conversations: 20, messages: 500 },
] as const
/** Said one by one while a dump holds on to what was there before it began. */
const dumped = { conversations: 20, messages: 500 }

export async function benchSync(stack: Stack, options: Options) {
  const product = await prepareProduct(stack, 'curlew_bench_sync')
  const sql = postgres(product.databaseUrl, { max: 1, onnotice() {} })
  const bare: number[][] = []
  const installations: Installation[] = []
  let busy = 0
  try {
    for (const messages of options.quick ? [30_000, 100_000] : [100_000, 10_000_000]) {
      console.log(`seeding ${messages} messages …`)
      await seedTalks(sql, { conversations, messages })
      const api = product.start('api', 'src/main.ts')
      try {
        await product.ready(api)
        const all = new Map([
          ...stack.watched,
          ['bench', { pid: process.pid, family: false }] as const,
          ['api', { pid: api.pid, family: false }] as const,
        ])
        const before = readCpu(all)
        for (let round = 0; round < options.rounds; round++) {
          bare.push(await times(options.quick ? 50 : 300, () => bareLook(sql)))
        }
        const ask = await openDoor(product, sql, owner)
        installations.push({
          messages,
          questions: await measureAll(sql, product.databaseUrl, ask, options),
        })
        busy = Math.max(busy, coresOfOthers(before, readCpu(all)))
      } finally {
        await api.stop()
      }
    }
  } finally {
    await sql.end()
  }
  const { machine } = stack
  const { partial, rounds } = options
  const result: SyncResult = {
    machine,
    partial,
    rounds,
    conversations,
    bare: timesOf(bare),
    installations,
    coresOfOthers: busy,
  }
  console.log(printSync(result))
  await writeResult('sync', result)
  const bad = installations.flatMap((each) => each.questions.flatMap((question) => question.void))
  if (bad.length > 0) process.exitCode = 1
}

async function measureAll(
  sql: Sql,
  url: string,
  ask: Ask,
  options: Options,
): Promise<Installation['questions']> {
  const found: Installation['questions'][number][] = []
  found.push(await measure('a first snapshot, its first page', () => onePage(ask, ''), options))
  let { cursor } = await wholeWay(ask, '')
  found.push(await measure('nothing new', () => onePage(ask, cursor, 0), options))
  for (const { name, ...what } of news) {
    await goOn(sql, what)
    const missed = what.conversations * what.messages
    found.push(await measure(name, () => wholeWay(ask, cursor, missed), options))
    cursor = (await wholeWay(ask, cursor)).cursor
  }
  const name = 'nothing new, while a dump has run for 10,000 messages'
  await duringDump(url, async () => {
    await goOnOneByOne(sql, dumped)
    cursor = (await wholeWay(ask, cursor)).cursor
    found.push(await measure(name, () => onePage(ask, cursor, 0), options))
  })
  return found
}

/** A snapshot as `pg_dump` holds it: no row that it sees can be cleared away. */
async function duringDump(url: string, work: () => Promise<void>): Promise<void> {
  const dump = postgres(url, { max: 1, onnotice() {} })
  try {
    await dump.begin('isolation level repeatable read read only', async (tx) => {
      await tx`select count(*) from installation`
      await work()
    })
  } finally {
    await dump.end()
  }
}

interface Way {
  readonly ms: number
  readonly bytes: number
  readonly pages: number
  readonly cursor: string
  /** Empty: as it ought to be. */
  readonly wrong: string
}

async function measure(name: string, go: () => Promise<Way>, options: Options) {
  const rounds: number[][] = []
  const wrong = new Set<string>()
  let last: Way | undefined
  const once = async () => {
    last = await go()
    if (last.wrong) wrong.add(last.wrong)
    return last.ms
  }
  // Compilers, caches and plans settle before anything counts.
  for (let n = 0; n < 20; n++) await once()
  const repeats = options.quick ? 20 : 100
  for (let round = 0; round < options.rounds; round++)
    rounds.push(await times(repeats, once, 'own'))
  const { bytes = 0, pages = 0 } = last ?? {}
  return { name, times: timesOf(rounds), bytes, pages, void: [...wrong] }
}

/** `events`: how many there have to be. */
async function onePage(ask: Ask, cursor: string, events?: number): Promise<Way> {
  const { ms, bytes, data } = await ask(`sync?cursor=${cursor}`)
  const page = data as Sync
  const isWrong = page.reset || (events !== undefined && page.events.length !== events)
  return { ms, bytes, pages: 1, cursor: page.next_cursor, wrong: isWrong ? 'another answer' : '' }
}

/** All pages; `missed` messages have to come, those of a conversation without a hole. */
async function wholeWay(ask: Ask, begin: string, missed?: number): Promise<Way> {
  const seqs = new Map<number, Set<number>>()
  let [cursor, ms, bytes, pages] = [begin, 0, 0, 0]
  for (let hasMore = true; hasMore; pages++) {
    const answer = await ask(`sync?cursor=${cursor}`)
    ms += answer.ms
    bytes += answer.bytes
    const page = answer.data as Sync
    for (const { type, data } of page.events) {
      if (type !== 'message') continue
      const known = seqs.get(data.conversation_id) ?? new Set()
      seqs.set(data.conversation_id, known.add(data.seq))
    }
    cursor = page.next_cursor
    hasMore = page.has_more
  }
  const count = [...seqs.values()].reduce((sum, each) => sum + each.size, 0)
  const hasHole = [...seqs.values()].some(
    (each) => Math.max(...each) - Math.min(...each) + 1 !== each.size,
  )
  const isWrong = missed !== undefined && (count !== missed || hasHole)
  return { ms, bytes, pages, cursor, wrong: isWrong ? `${count} messages of ${missed}` : '' }
}

/** Twenty memberships of one person, out of an index. */
async function bareLook(sql: Sql) {
  await sql`select * from conversation_members where user_id = ${owner} limit 20`
}
