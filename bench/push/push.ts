// What do the rules of notifications cost: the same jobs by the workers, and by the smallest program that
// does them.
import { join } from 'node:path'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import postgres, { type Sql } from 'postgres'
import { queuePrefix } from '../../src/infra/queues.bullmq.ts'
import { Child } from '../lib/child.ts'
import { median, spread } from '../lib/numbers.ts'
import type { Options } from '../lib/options.ts'
import { coresOfOthers, cpuPerMessage, readCpu } from '../lib/proc.ts'
import { writeResult } from '../lib/results.ts'
import type { Stack } from '../lib/stack.ts'
import type { PushResult } from '../measured.ts'
import { prepareProduct } from '../product/processes.ts'
import { printPush } from './table.ts'
import { seedCouples } from '../product/people.ts'

const deadlineMs = 120_000

interface Side {
  readonly name: string
  readonly queue: Queue
  readonly worker: Child
  /** As people are for it: with or without wishes of theirs. */
  readonly prepare: () => Promise<unknown>
  /** What the log has to hold afterwards, by phone. */
  readonly isLogged: boolean
}

export async function benchPush(stack: Stack, options: Options) {
  const jobs = options.quick ? 1_000 : 5_000
  const provider = new Provider()
  const product = await prepareProduct(stack, 'curlew_bench_push', {
    PUSH_PRIVATE_HOSTS: 'on',
    XIAOMI_URL: provider.url,
    XIAOMI_APP_SECRET: 'bench',
    XIAOMI_PACKAGE: 'bench',
    LOG_LEVEL: 'warn',
  })
  const sql = postgres(product.databaseUrl, { max: 1, onnotice() {} })
  const redis = new Redis(stack.redisUrl, { maxRetriesPerRequest: null })
  const phones = await seed(sql, product.secret, jobs)
  const bare = new Child({
    name: 'bare-push',
    command: [process.execPath, join(import.meta.dir, '../bare/push.ts')],
    env: { DATABASE_URL: product.databaseUrl, REDIS_URL: stack.redisUrl, XIAOMI_URL: provider.url },
    logs: stack.logs,
    input: '',
  })
  const worker = product.start('worker', 'workers/main.ts', '--queues', 'push')
  const leaving = { removeOnComplete: true, removeOnFail: true }
  const bareQueue = new Queue('bare-push', { connection: redis, defaultJobOptions: leaving })
  const queue = new Queue('push', {
    connection: redis,
    prefix: queuePrefix(product.redisPrefix),
    defaultJobOptions: leaving,
  })
  const plain = () => sql`truncate push_settings, push_attempts`
  const sides: Side[] = [
    { name: 'bare', queue: bareQueue, worker: bare, prepare: plain, isLogged: false },
    { name: 'product', queue, worker, prepare: plain, isLogged: true },
    {
      name: 'product, with words and quiet hours',
      queue,
      worker,
      prepare: async () => {
        await plain()
        await wishes(sql)
      },
      isLogged: true,
    },
  ]
  const rounds = new Map<Side, Round[]>(sides.map((side) => [side, []]))
  try {
    for (const side of sides)
      await measure(stack, { side, provider, sql, phones: phones.slice(0, 200) })
    for (let round = 0; round < options.rounds; round++) {
      for (const side of sides) {
        rounds.get(side)!.push(await measure(stack, { side, provider, sql, phones }))
      }
    }
  } finally {
    await Promise.all([bare.stop(), worker.stop()])
    await Promise.all([queue.close(), bareQueue.close(), sql.end(), provider.stop()])
    redis.disconnect()
  }
  const result: PushResult = {
    machine: stack.machine,
    partial: options.partial,
    rounds: options.rounds,
    jobs,
    sides: [...rounds].map(([{ name }, all]) => ({
      name,
      rate: spread(all.map((each) => each.rate)),
      cpuMicros: mediansOf(all.map((each) => each.cpuMicros)),
      void: [...new Set(all.flatMap((each) => each.void))],
    })),
    coresOfOthers: median([...rounds.values()].flat().map((each) => each.coresOfOthers)),
  }
  console.log(printPush(result))
  await writeResult('push', result)
  if (result.sides.some((each) => each.void.length > 0)) process.exitCode = 1
}

/** Takes every notification, and remembers whom it was for. */
class Provider {
  readonly taken: string[] = []
  readonly #server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      const token = new URLSearchParams(await request.text()).get('registration_id')
      this.taken.push(token ?? '')
      return Response.json({ result: 'ok', code: 0, data: { id: '1' } })
    },
  })

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`
  }

  stop(): Promise<void> {
    return this.#server.stop(true)
  }
}

interface Phone {
  readonly subscription: number
  readonly conversation: number
}

/** As many people with a phone each, who have not read the one message of a friend. */
async function seed(sql: Sql, secret: string, count: number): Promise<Phone[]> {
  await seedCouples(sql, secret, 2 * count, 1)
  await sql`
    insert into push_subscriptions (user_id, session_id, kind, token)
    select s.user_id, s.id, 'xiaomi', 'phone-' || s.user_id
    from sessions s join conversations c on c.user2_id = s.user_id`
  await sql`vacuum analyze`
  const rows = await sql<{ subscription: string; conversation: string }[]>`
    select p.id as subscription, c.id as conversation
    from push_subscriptions p join conversations c on c.user2_id = p.user_id order by p.id`
  return rows.map((row) => ({
    subscription: Number(row.subscription),
    conversation: Number(row.conversation),
  }))
}

/** Everybody wants words, and a night that is not now. */
async function wishes(sql: Sql): Promise<void> {
  const hour = (new Date().getUTCHours() + 12) % 24
  const at = (minute: number) => `${String(hour).padStart(2, '0')}:${minute}`
  await sql`
    insert into push_settings (user_id, preview, quiet_from, quiet_to, time_zone, updated_at)
    select user_id, 'text', ${at(10)}, ${at(50)}, 'UTC', now() from push_subscriptions`
}

interface Measuring {
  readonly side: Side
  readonly provider: Provider
  readonly sql: Sql
  readonly phones: readonly Phone[]
}

interface Round {
  readonly rate: number
  readonly cpuMicros: Readonly<Record<string, number>>
  readonly coresOfOthers: number
  readonly void: readonly string[]
}

/** All jobs wait before the first is begun. */
async function measure(stack: Stack, measuring: Measuring): Promise<Round> {
  const { side, provider, sql, phones } = measuring
  const { queue, worker } = side
  await side.prepare()
  await queue.pause()
  await queue.addBulk(phones.map((data) => ({ name: 'deliver', data })))
  provider.taken.length = 0
  const watched = new Map([
    ...stack.watched,
    ['worker', { pid: worker.pid, family: false }] as const,
  ])
  const all = new Map([...watched, ['bench', { pid: process.pid, family: false }] as const])
  const before = readCpu(all)
  const begun = performance.now()
  await queue.resume()
  while (provider.taken.length < phones.length && performance.now() - begun < deadlineMs) {
    await Bun.sleep(5)
  }
  const seconds = (performance.now() - begun) / 1_000
  // What was begun is written down, and nobody is asked twice.
  const isBusy = () => queue.getJobCountByTypes('active', 'waiting', 'delayed')
  while ((await isBusy()) > 0 && performance.now() - begun < deadlineMs) await Bun.sleep(5)
  const after = readCpu(all)
  const { bench: _, ...cpuMicros } = cpuPerMessage(before, after, phones.length)
  return {
    rate: phones.length / seconds,
    cpuMicros,
    coresOfOthers: coresOfOthers(before, after),
    void: await wrongWith(sql, measuring),
  }
}

async function wrongWith(sql: Sql, { side, provider, phones }: Measuring): Promise<string[]> {
  const wrong: string[] = []
  const { taken } = provider
  if (taken.length !== phones.length || new Set(taken).size !== phones.length) {
    wrong.push(`${taken.length} taken for ${new Set(taken).size} of ${phones.length} phones`)
  }
  const [row] = await sql<{ sent: number; others: number }[]>`
    select count(distinct registration_id) filter (where state = 'sent')::int as sent,
      count(*) filter (where state <> 'sent')::int as others
    from push_attempts`
  const logged = side.isLogged ? phones.length : 0
  if (row!.sent !== logged || row!.others > 0) {
    wrong.push(`the log has ${row!.sent} sent and ${row!.others} others for ${logged}`)
  }
  return wrong
}

function mediansOf(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = Object.keys(all[0] ?? {})
  return Object.fromEntries(names.map((name) => [name, median(all.map((each) => each[name] ?? 0))]))
}
