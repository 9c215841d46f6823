// The bare pipeline as something to measure.
import { join } from 'node:path'
import postgres from 'postgres'
import { Child, answering, freePort } from '../lib/child.ts'
import type { Stack } from '../lib/stack.ts'
import { historyEach, pairsMax, type Statements, type Target } from '../lib/target.ts'
import { keyMiddle } from '../load/keys.ts'
import { body, keyPlace, requestOf, type Pair, type Seat } from '../load/plan.ts'

const here = import.meta.dir

/**
 * The bare tables with the same people and the same history as the product's: pair n is
 * conversation n with the users 2n (who sends) and 2n + 1.
 */
export async function bareDatabase(stack: Stack): Promise<string> {
  const url = await stack.freshDatabase('curlew_bench_bare')
  const sql = postgres(url, { max: 1, onnotice() {} })
  await sql.file(join(here, 'schema.sql'))
  await sql`insert into bare_conversations (id, last_seq)
    select generate_series(0, ${pairsMax - 1}), ${historyEach}`
  await sql`insert into bare_members (conversation_id, user_id)
    select person / 2, person from generate_series(0, ${2 * pairsMax - 1}) as person`
  await sql`
    insert into bare_messages
      (conversation_id, seq, sender_id, client_msg_id, message_type, content)
    select conversation, seq, conversation * 2, gen_random_uuid(), 1, ${body}
    from generate_series(1, ${historyEach}::int) seq,
      generate_series(0, ${pairsMax - 1}::int) conversation`
  await sql.unsafe('vacuum analyze')
  await sql.end()
  return url
}

/** By name, the programs of each; the first one listens. */
const programs = { shortest: ['shortest'], bare: ['api', 'worker'] } as const

export async function startBare(
  stack: Stack,
  databaseUrl: string,
  kind: keyof typeof programs,
): Promise<Target> {
  const sql = postgres(databaseUrl, { max: 1 })
  const port = freePort()
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: stack.redisUrl, PORT: String(port) }
  const start = (name: string) =>
    new Child({
      name: `bare-${name}`,
      command: [process.execPath, join(here, `${name}.ts`)],
      env,
      logs: stack.logs,
      input: '',
    })
  const running = programs[kind].map(start)
  await answering(running[0]!, `http://127.0.0.1:${port}/`, () => true)
  const names = ['api', 'worker']
  return {
    name: kind,
    port,
    watched: new Map(
      running.map(({ pid }, place) => [names[place] as string, { pid, family: false }]),
    ),
    pairs: (count) => Array.from({ length: count }, (_, place) => pairAt(place, port)),
    async stored(mark) {
      const [row] = await sql<[{ count: string }]>`
        select count(*) from bare_messages
        where client_msg_id::text like ${`%${keyMiddle(mark)}%`}`
      return Number(row.count)
    },
    async statements() {
      const response = await fetch(`http://127.0.0.1:${port}/statements`)
      return (await response.json()) as Statements
    },
    async stop() {
      await Promise.all(running.map((each) => each.stop()))
      await sql.end()
    },
  }
}

function pairAt(place: number, port: number): Pair {
  const seat = (user: number): Seat => ({ path: `/?user=${user}`, headers: [] })
  const data = { conversation_id: place, message_type: 1, content: body }
  const json = JSON.stringify({ id: keyPlace, data })
  return {
    sender: seat(place * 2),
    receiver: seat(place * 2 + 1),
    frame: JSON.stringify({ type: 'send_message', id: keyPlace, data }),
    request: requestOf(`/say?user=${place * 2}`, port, [], json),
  }
}
