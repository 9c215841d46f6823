// The product as something to measure: its own processes, as an operator starts them.
import postgres from 'postgres'
import type { Options } from '../lib/options.ts'
import type { Stack } from '../lib/stack.ts'
import type { Target } from '../lib/target.ts'
import { keyMiddle } from '../load/keys.ts'
import { body, keyPlace, requestOf, type Pair, type Seat } from '../load/plan.ts'
import { openIndexer } from './indexer.ts'
import { prepareProduct } from './processes.ts'
import { seedGroups } from './groups.ts'
import { seedCouples, type Couple, type Person } from './people.ts'

export interface ProductTarget extends Target {
  readonly databaseUrl: string
  /** New groups, of so many people who come after the first `from`. */
  groups(from: number, people: number, count: number, size: number): Promise<readonly Room[]>
}

/** A group as a crowd speaks in it. */
export interface Room {
  readonly seats: readonly Seat[]
  /** What any of them sends. */
  readonly frame: string
}

export async function startProduct(
  stack: Stack,
  options: Options,
  database = 'curlew_bench_product',
  program = 'workers/main.ts',
): Promise<ProductTarget> {
  const product = await prepareProduct(stack, database)
  const { databaseUrl, secret, port } = product
  const sql = postgres(databaseUrl, { max: 1, onnotice() {} })
  const couples = await seedCouples(sql, secret, options.people, options.history)
  // As it is where people have been writing for long: what is measured is the keeping, not the beginning.
  const indexer = openIndexer(databaseUrl)
  await indexer.catchUp().finally(() => indexer.end())
  const profiling = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : []
  const api = product.start('api', ...profiling, 'src/main.ts')
  const worker = product.start('worker', program)
  await product.ready(api)
  return {
    name: 'product',
    databaseUrl,
    port,
    watched: new Map([
      ['api', { pid: api.pid, family: false }],
      ['worker', { pid: worker.pid, family: false }],
    ]),
    pairs: (count) => couples.slice(0, count).map((couple) => pairOf(couple, port, options)),
    async groups(from, people, count, size) {
      const all = couples.flatMap(({ sender, receiver }) => [sender, receiver])
      const groups = await seedGroups(sql, all.slice(from, from + people), count, size)
      return groups.map(({ conversation, members }) => ({
        seats: members.map(seatOf),
        frame: JSON.stringify({
          type: 'send_message',
          id: keyPlace,
          data: {
            conversation_id: conversation,
            message_type: 1,
            content: body,
            client_msg_id: keyPlace,
          },
        }),
      }))
    },
    async stored(mark) {
      const [row] = await sql<[{ count: string }]>`
        select count(*) from messages where client_msg_id::text like ${`%${keyMiddle(mark)}%`}`
      return Number(row.count)
    },
    async statements() {
      const response = await fetch(`http://127.0.0.1:${port}/metrics`)
      const text = await response.text()
      const of = (what: string) =>
        Number(new RegExp(`^curlew_commit_seconds_${what}\\S* (\\S+)$`, 'm').exec(text)?.[1])
      return { count: of('count'), milliseconds: 1_000 * of('sum') }
    },
    async stop() {
      await Promise.all([api.stop(), worker.stop()])
      await sql.end()
    },
  }
}

function pairOf({ conversation, sender, receiver }: Couple, port: number, options: Options): Pair {
  const target =
    options.address === 'conversation'
      ? { conversation_id: conversation }
      : { to_user_id: receiver.userId }
  const data = { ...target, message_type: 1, content: body, client_msg_id: keyPlace }
  return {
    sender: seatOf(sender),
    receiver: seatOf(receiver),
    frame: JSON.stringify({ type: 'send_message', id: keyPlace, data }),
    request: requestOf('/api/v1/messages/send', port, authorized(sender), JSON.stringify(data)),
  }
}

function seatOf(person: Person): Seat {
  return { path: '/api/v1/messages/ws', headers: authorized(person) }
}

const authorized = ({ token }: Person) => [`Authorization: Bearer ${token}`]
