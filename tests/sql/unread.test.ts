// What is unread is counted by parts, some of them settled hours ago: it is the plain sum, whatever happens.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { moveReadMark } from '../../src/features/conversations/store.ts'
import { countUnread, settleUnread } from '../../src/features/conversations/unread.store.ts'
import { commitPlain } from '../../src/features/messages/commit/plain.store.ts'
import type { Draft } from '../../src/features/messages/commit/draft.ts'
import type { Sql } from '../../src/infra/db.ts'
import { openDatabase, type OpenDatabase } from '../support/database.ts'

/** Whose it is, somebody new for each script; among the peers, for either may be the first of two. */
let me = 0
let peers: number[] = []
const count = 3

let database: OpenDatabase
let sql: Sql
beforeAll(async () => {
  database = await openDatabase()
  sql = database.sql
})
afterAll(() => database[Symbol.asyncDispose]())

const where = fc.nat(count - 1)
const says = fc.record({ act: fc.constant('says' as const), where, mine: fc.boolean() })
const reads = fc.record({ act: fc.constant('reads' as const), where, back: fc.nat(3) })
const settles = fc.record({ act: fc.constant('settles' as const) })
const single = fc.oneof(says, says, reads, settles)
const together = fc.record({
  act: fc.constant('together' as const),
  all: fc.tuple(says, reads, settles),
})
const passes = fc.record({
  act: fc.constant('hours pass' as const),
  hours: fc.integer({ min: 1, max: 3 }),
})
const step = fc.oneof(single, single, together, passes)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

test('what is unread is the plain sum after every step', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 24 }), async (script) => {
      const conversations = await meet()
      for (const each of script) {
        await play(conversations, each)
        const [counted] = await countUnread(sql, me)
        expect(counted!.count).toBe(await plainSum())
      }
    }),
    { numRuns: 40 },
  )
}, 120_000)

async function meet(): Promise<number[]> {
  const people = await sql<{ id: number }[]>`
    insert into users (user_id, email, nickname)
    select n, n || '@unread.invalid', '' from (
      select 'p-' || left(gen_random_uuid()::text, 12) as n from generate_series(0, ${count}::int)) named
    returning id`
  const [first, second, ...others] = people.map(({ id }) => id)
  me = second!
  peers = [first!, ...others]
  const rows = await sql<{ id: number }[]>`
    insert into conversations (kind, user1_id, user2_id)
    select 1, least(${me}, peer), greatest(${me}, peer) from unnest(${peers}::bigint[]) peer
    returning id`
  const ids = rows.map(({ id }) => id)
  await sql`
    insert into conversation_members (conversation_id, user_id, is_direct)
    select id, unnest(array[user1_id, user2_id]), true from conversations where id = any(${ids})`
  return ids
}

async function play(conversations: readonly number[], each: Step): Promise<void> {
  if (each.act === 'hours pass') {
    const hours = sql`${each.hours} * interval '1 hour'`
    await sql`update conversations set last_message_at = last_message_at - ${hours}
      where id = any(${[...conversations]})`
    await sql`update unread_settlements set settled_hour = settled_hour - ${hours}
      where user_id = ${me}`
  } else if (each.act === 'together') {
    await Promise.all(each.all.map((one) => play(conversations, one)))
  } else if (each.act === 'settles') {
    await settleUnread(sql, me)
  } else if (each.act === 'says') {
    await commitPlain(sql, [draft(conversations[each.where]!, each.mine ? me : peers[each.where]!)])
  } else {
    const id = conversations[each.where]!
    const [row] = await sql<
      { last_seq: number }[]
    >`select last_seq from conversations where id = ${id}`
    await moveReadMark(sql, id, me, Math.max(0, row!.last_seq - each.back))
  }
}

async function plainSum(): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select sum(c.last_seq - greatest(m.read_seq, m.read_count))::bigint as count
    from conversation_members m join conversations c on c.id = m.conversation_id
    where m.user_id = ${me}`
  return row!.count
}

function draft(conversation: number, by: number): Draft {
  return {
    ref: { id: conversation } as Draft['ref'],
    senderId: by,
    senderUserId: `p-${by}`,
    clientMsgId: crypto.randomUUID(),
    digest: 1n,
    type: 1,
    content: 'hi',
    mediaUrl: '',
    replyToId: null,
    atUsers: null,
    atNames: '[]',
    origin: '',
  }
}
