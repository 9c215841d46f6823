// One row per statement, one statement at a time per connection: what a database gives unbatched.
import postgres from 'postgres'
import { body } from '../load/plan.ts'

const [connections = 8, warmupMs = 500, measureMs = 2_000] = process.argv.slice(2).map(Number)
/** Conversations the pipeline's pairs do not use: both write to the same table. */
const firstConversation = 1_000_000
const sql = postgres(process.env.DATABASE_URL!, { max: connections })

// Each run takes numbers above those of the last, so that (conversation, seq) stays unique.
const [row] = await sql<[{ seq: string }]>`
  select coalesce(max(seq), 0) as seq from bare_messages
  where conversation_id >= ${firstConversation}`
let seq = Number(row.seq)
let counted = 0
const stop = new AbortController()

async function loop(conversation: number) {
  while (!stop.signal.aborted) {
    await sql`
      insert into bare_messages
        (conversation_id, seq, sender_id, client_msg_id, message_type, content)
      values (${conversation}, ${++seq}, ${conversation * 2}, ${crypto.randomUUID()}, 1, ${body})
      returning id, created_at`
    counted++
  }
}

const loops = Array.from({ length: connections }, (_, place) => loop(firstConversation + place))
await Bun.sleep(warmupMs)
console.log('measure')
const before = counted
const start = performance.now()
await Bun.sleep(measureMs)
const rate = ((counted - before) * 1000) / (performance.now() - start)
console.log('drain')
stop.abort()
await Promise.all(loops)
console.log(JSON.stringify({ rate, rows: counted }))
await sql.end()
