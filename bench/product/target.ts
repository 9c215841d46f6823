// The product as something to measure: its own processes, as an operator starts them.
import { join } from 'node:path'
import postgres from 'postgres'
import { answering, Child, freePort, runToEnd } from '../lib/child.ts'
import type { Options } from '../lib/options.ts'
import type { Stack } from '../lib/stack.ts'
import type { Target } from '../lib/target.ts'
import { keyMiddle } from '../load/keys.ts'
import { body, keyPlace, type Pair, type Seat } from '../load/plan.ts'
import { seedCouples, type Couple, type Person } from '../seed.ts'

const root = join(import.meta.dir, '../..')

export async function startProduct(stack: Stack, options: Options): Promise<Target> {
  const databaseUrl = await stack.freshDatabase('curlew_bench_product')
  const secret = crypto.getRandomValues(Buffer.alloc(48)).toString('base64url')
  const port = freePort()
  const env = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: stack.redisUrl,
    REDIS_PREFIX: `bench-${crypto.randomUUID().slice(0, 8)}`,
    JWT_SECRET: secret,
    PORT: String(port),
    RATE_LIMITS: 'off',
  }
  const common = { env, cwd: root, logs: stack.logs, input: '' }
  const command = (...args: string[]) => [process.execPath, ...args]
  await runToEnd({ ...common, name: 'migrate', command: command('src/cli.ts', 'migrate') })
  const sql = postgres(databaseUrl, { max: 1, onnotice() {} })
  const couples = await seedCouples(sql, secret, options.people, options.history)
  const profiling = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : []
  const api = new Child({ ...common, name: 'api', command: command(...profiling, 'src/main.ts') })
  const worker = new Child({ ...common, name: 'worker', command: command('workers/main.ts') })
  await answering(api, `http://127.0.0.1:${port}/readyz`, (status) => status === 200)
  return {
    name: 'product',
    port,
    watched: new Map([
      ['api', { pid: api.pid, family: false }],
      ['worker', { pid: worker.pid, family: false }],
    ]),
    pairs: (count) => couples.slice(0, count).map((couple) => pairOf(couple, options)),
    async stored(mark) {
      const [row] = await sql<[{ count: string }]>`
        select count(*) from messages where client_msg_id::text like ${`%${keyMiddle(mark)}%`}`
      return Number(row.count)
    },
    async stop() {
      await Promise.all([api.stop(), worker.stop()])
      await sql.end()
    },
  }
}

function pairOf({ conversation, sender, receiver }: Couple, options: Options): Pair {
  const target =
    options.address === 'conversation'
      ? { conversation_id: conversation }
      : { to_user_id: receiver.userId }
  const data = { ...target, message_type: 1, content: body, client_msg_id: keyPlace }
  return {
    sender: seatOf(sender),
    receiver: seatOf(receiver),
    frame: JSON.stringify({ type: 'send_message', id: keyPlace, data }),
  }
}

function seatOf({ token }: Person): Seat {
  return { path: '/api/v1/messages/ws', headers: [`Authorization: Bearer ${token}`] }
}
