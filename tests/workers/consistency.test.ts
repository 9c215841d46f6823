// Whether what is stored agrees with itself: where people have done what people do, it does; each check finds
// what it is for; workers do all of them once a day, and operators whenever they like.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { must } from '../../src/core/assert.ts'
import { checks, examine } from '../../src/features/consistency/examine.ts'
import type { Sql } from '../../src/infra/db.ts'
import { rootDir } from '../../src/local/paths.ts'
import { ConsistencyChecker } from '../../workers/consistency-checker.ts'
import { disagreements } from '../support/agreement.ts'
import { install, type Installation } from '../support/installation.ts'

let app: Installation
let sql: Sql
let things: Things
beforeAll(async () => {
  app = await install({ workers: { queues: ['delivery'] } })
  sql = must(app.nodes[0], 'an installation has a node').ctx.sql
  things = await busyWorld()
})
afterAll(() => app[Symbol.asyncDispose]())

type Things = Awaited<ReturnType<typeof busyWorld>>

/** Something of everything; the numbers are the database's. */
async function busyWorld() {
  const { ann, ben, cat, dan, eve } = await app.people('ann', 'ben', 'cat', 'dan', 'eve')
  const talk = await ann.befriends(ben)
  await cat.befriends(ann)
  await dan.does('friends.sendRequest', { to_user_id: ann.userId })
  await ann.does('friends.block', { blocked_user_id: eve.userId })
  await ann.says(ben, 'hello')
  const first = await ann.says(ben, 'first')
  const answered = await ben.says(ann, 'second', { reply_to_id: first.id })
  await ann.does('messages.edit', { id: first.id, content: 'first of all' })
  await ann.does('messages.react', { id: answered.id, emoji: '👍' })
  const taken = await ann.says(ben, 'oh')
  await ann.does('messages.recall', { id: taken.id })
  await ann.does('favorites.add', { message_id: answered.id })
  await ben.does('conversations.read', { id: talk })
  for (const word of ['one', 'two', 'three']) await ann.says(ben, word)
  await ben.does('messages.unreadCount')
  const deleted = await ben.says(ann, 'not this')
  await ben.does('messages.delete', { id: deleted.id })
  await ben.does('conversations.draft', { id: talk, content: 'about' })
  const member_ids = [ben.userId, cat.userId]
  const made = await ann.does('groups.create', { name: 'Herons', member_ids })
  const { group_id, conversation_id: group } = made
  const mention = { group_id, message_type: 1, content: 'you', at_users: [ben.userId] }
  const named = await ann.does('groups.send', mention)
  await ann.does('groups.pin', { group_id, id: named.id })
  await cat.does('groups.leave', { group_id })
  await ann.does('groups.invite', { group_id, invitee_user_id: cat.userId })
  const send_at = new Date(Date.now() + 86_400_000).toISOString()
  const later = { to_user_id: ben.userId, message_type: 1, content: 'later', send_at }
  await ann.does('messages.schedule', later)
  const rows = await sql<{ id: number; user_id: string }[]>`select id, user_id from users`
  const idOf = new Map(rows.map((row) => [row.user_id, row.id]))
  const [a, b, d] = [ann, ben, dan].map(({ userId }) => must(idOf.get(userId), 'signed up'))
  const messages = { first: first.id, answered: answered.id, taken: taken.id, named: named.id }
  return { talk, group, group_id, ann, a: a!, b: b!, d: d!, messages }
}

const nothing = 999_999_999
const never = '9000000000000'

/** What is broken, and which check says so. */
const damages: Readonly<Record<string, (sql: Sql, t: Things) => Promise<unknown>>> = {
  heads: (tx, { talk }) => tx`
    update conversations set last_seq = last_seq + 1, xid = pg_current_xact_id() where id = ${talk}`,
  'last-messages': (tx, { talk }) => tx`
    update conversations set last_message_at = created_at, xid = pg_current_xact_id() where id = ${talk}`,
  holes: (tx, { talk }) => tx`
    delete from messages where conversation_id = ${talk} and seq = 1`,
  messages: (tx, { messages }) => tx`
    update messages set reply_to_id = ${messages.named} where id = ${messages.answered}`,
  recalled: (tx, { messages }) => tx`
    update messages set content = 'oh' where id = ${messages.taken}`,
  reactions: (tx, { messages }) => tx`
    update messages set reactions = '[["👍", 2]]' where id = ${messages.answered}`,
  mentions: (tx, { messages }) => tx`delete from mentions where message_id = ${messages.named}`,
  outbox: (tx) => tx`
    insert into outbox (events, created_at) values ('[]', now() - interval '2 minutes')`,
  marks: (tx, { talk, b }) => tx`
    update conversation_members set sees_after = 1000
    where conversation_id = ${talk} and user_id = ${b}`,
  unread: (tx, { talk, b }) => tx`
    update conversation_members set read_count = greatest(read_seq, read_count) + 1
    where conversation_id = ${talk} and user_id = ${b}`,
  settled: (tx, { b }) =>
    tx`update unread_settlements set unread = unread + 1 where user_id = ${b}`,
  members: (tx, { group, b }) => tx`
    update conversation_members set role = 3 where conversation_id = ${group} and user_id = ${b}`,
  groups: (tx, { group }) => tx`
    update groups set member_count = member_count + 1 where conversation_id = ${group}`,
  pairs: (tx, { a, b }) => tx`
    delete from friends where (user_id, friend_id) in ((${a}, ${b}), (${b}, ${a}))`,
  friends: (tx, { talk }) => tx`
    delete from friends using conversations c
    where c.id = ${talk} and friends.user_id = c.user2_id and friends.friend_id = c.user1_id`,
  'orphaned-reactions': (tx, { a }) => tx`
    insert into message_reactions (message_id, user_id, emoji, created_at)
    values (${nothing}, ${a}, '👍', now())`,
  'orphaned-revisions': (tx, { a }) => tx`
    insert into message_revisions (message_id, n, sender_id, content, said_at)
    values (${nothing}, 1, ${a}, 'first', now())`,
  'orphaned-favorites': (tx) => tx`update favorites set seq = seq + 1`,
  'orphaned-deletions': (tx) => tx`update message_deletions set seq = seq + 100`,
  'orphaned-mentions': (tx, { a, messages: { first } }) => tx`
    insert into mentions (user_id, conversation_id, seq, message_id)
    select ${a}, conversation_id, seq, id from messages where id = ${first}`,
  'orphaned-pins': (tx, { messages: { first } }) => tx`update group_pins set message_id = ${first}`,
  'orphaned-drafts': (tx, { group, d }) => tx`
    insert into conversation_drafts (user_id, conversation_id, content, updated_at)
    values (${d}, ${group}, 'about', now())`,
  'orphaned-scheduled': (tx, { messages: { first } }) => tx`
    update scheduled_messages set state = 2, message_id = ${first}`,
  'orphaned-invitations': (tx, { d }) => tx`update group_invitations set inviter_id = ${d}`,
  'log-messages': (tx, { messages: { first } }) => tx`
    delete from message_changes where message_id = ${first}`,
  'log-members': (tx, { b }) => tx`delete from member_changes where user_id = ${b}`,
  'log-reads': (tx, { b, talk }) => tx`
    update account_changes set changed_at = now() - interval '1 day', xid = pg_current_xact_id()
    where (user_id, kind, ref) = (${b}, 1, ${talk})`,
  'log-friends': (tx, { a, b }) => tx`
    delete from account_changes where (user_id, kind, ref) = (${a}, 2, ${b})`,
  'log-requests': (tx, { d }) => tx`delete from account_changes where user_id = ${d} and kind = 3`,
  'log-blocks': (tx, { a }) => tx`delete from account_changes where user_id = ${a} and kind = 4`,
  'log-invitations': (tx) => tx`delete from account_changes where kind = 5`,
  'log-deletions': (tx) => tx`delete from account_changes where kind = 9`,
  'log-favorites': (tx) => tx`delete from account_changes where kind = 10`,
  'log-scheduled': (tx) => tx`delete from account_changes where kind = 11`,
  'stamps-conversations': (tx, { talk }) => tx`
    update conversations set version = version + 1 where id = ${talk}`,
  'stamps-messages': (tx, { messages: { first } }) => tx`
    update messages set xid = ${never}::xid8 where id = ${first}`,
  'stamps-members': (tx, { a }) => tx`
    update conversation_members set returned_xid = ${never}::xid8 where user_id = ${a}`,
  'stamps-account-log': (tx, { a }) => tx`
    update account_changes set changed_at = now() where user_id = ${a} and kind = 4`,
  'stamps-message-log': (tx) => tx`update message_changes set xid = ${never}::xid8`,
  'stamps-member-log': (tx, { b }) => tx`
    update member_changes set changed_at = now() where user_id = ${b}`,
}

/** Does it, looks, and takes it back. */
async function whileBroken<T>(
  damage: (tx: Sql) => Promise<unknown>,
  look: (tx: Sql) => Promise<T>,
): Promise<T> {
  let seen: { value: T } | undefined
  const isOver = new Error('taken back')
  const work = sql.begin(async (connection) => {
    const tx = connection as unknown as Sql
    await tx`set local session_replication_role = replica`
    await damage(tx)
    seen = { value: await look(tx) }
    throw isOver
  })
  await work.catch((error: unknown) => {
    if (error !== isOver) throw error
  })
  return must(seen, 'it was looked at').value
}

test('where people have done what people do, all agrees, looked at in chunks of whatever size', async () => {
  expect(await disagreements(sql)).toEqual([])
  for (const check of checks) {
    const [whole, bit] = await Promise.all([
      examine(sql, check, new Date()),
      examine(sql, { ...check, rows: 2 }, new Date()),
    ])
    // One that looks at nothing proves nothing here; an outbox may be empty.
    if (check.name !== 'outbox') expect([check.name, whole?.rows]).not.toEqual([check.name, 0])
    expect([check.name, bit]).toEqual([check.name, whole])
  }
})

test('each check finds what it is for, and says where', async () => {
  expect(Object.keys(damages).toSorted()).toEqual(checks.map(({ name }) => name).toSorted())
  for (const check of checks) {
    const damage = (tx: Sql) => must(damages[check.name], 'it has one')(tx, things)
    const found = await whileBroken(damage, (tx) => examine(tx, check, new Date()))
    expect([check.name, found?.wrong]).not.toEqual([check.name, 0])
    expect([check.name, found?.examples.length]).toEqual([check.name, Math.min(10, found!.wrong)])
  }
})

test('whatever the size of a chunk, all that is wrong is counted, and ten of it are named', async () => {
  const { a } = things
  const heap = (tx: Sql) => tx`
    insert into message_reactions (message_id, user_id, emoji, created_at)
    select ${nothing} + n, ${a}, '👍', now() from generate_series(1, 25) n`
  const check = must(
    checks.find(({ name }) => name === 'orphaned-reactions'),
    'it is there',
  )
  const found = await whileBroken(heap, (tx) => examine(tx, { ...check, rows: 4 }, new Date()))
  expect(found).toMatchObject({ wrong: 25 })
  expect(found?.examples).toHaveLength(10)
  expect(found?.examples[9]).toEqual({ message_id: nothing + 10, user_id: a })
})

test('after a restore into another server what operations say makes its stamps good again', async () => {
  const { talk, group, group_id, ann } = things
  const ahead = (tx: Sql) => tx`
    with c as (
      update conversations set xid = ${never}::xid8, judged_xid = ${never}::xid8
    ), m as (update messages set xid = ${never}::xid8),
    a as (update account_changes set xid = ${never}::xid8),
    n as (update message_changes set xid = ${never}::xid8),
    r as (update conversation_members set returned_xid = ${never}::xid8)
    update member_changes set xid = ${never}::xid8`
  const page = await Bun.file(`${rootDir}/docs/operations.md`).text()
  const [, mended = ''] = /```sql\n(\s*update conversations set xid[\s\S]*?)```/.exec(page) ?? []
  expect(mended).toContain('epoch')
  const found = await whileBroken(ahead, async (tx) => {
    const before = await disagreements(tx)
    await tx.unsafe(mended)
    return [before.map(({ check }) => check.replace(/-.*/, '')), await disagreements(tx)]
  })
  expect(found).toEqual([Array(6).fill('stamps'), []])
  // This is what would be wrong otherwise: nothing could be said in the group.
  await sql`update conversations set judged_xid = ${never}::xid8 where id in (${talk}, ${group})`
  const said = { group_id, message_type: 1, content: 'hi' }
  expect((await ann.tries('groups.send', said)).code).not.toBe(0)
  await sql`
    update conversations set judged_xid = null, xid = pg_current_xact_id() where id in (${talk}, ${group})`
  expect((await ann.tries('groups.send', said)).code).toBe(0)
})

test('workers do all of it once a day, whoever comes first; what they find is a metric of each', async () => {
  const { ctx } = must(app.workerProcess, 'there are workers')
  const [one, other] = [new ConsistencyChecker(ctx), new ConsistencyChecker(ctx)]
  const state = () => sql`select name, begun_at, ended_at from consistency_checks order by name`
  const lines = async () =>
    (await ctx.metrics.registry.metrics())
      .split('\n')
      .filter((line) => line.startsWith('curlew_consistency_wrong_rows{'))
  await Promise.all([one.look(), other.look()])
  const done = await state()
  expect(done.map((row) => row['name'])).toEqual(checks.map(({ name }) => name).toSorted())
  expect(done.filter((row) => row['ended_at'] === null)).toEqual([])
  expect((await lines()).filter((line) => line.endsWith(' 0'))).toHaveLength(checks.length)
  await one.look()
  expect(await state()).toEqual(done)
  // A day goes by, and something breaks.
  await sql`update consistency_checks set begun_at = begun_at - interval '1 day' where name = 'groups'`
  await sql`update groups set member_count = member_count + 1`
  await one.look()
  expect((await lines()).filter((line) => !line.endsWith(' 0'))).toEqual([
    expect.stringMatching(/check="groups".* 1$/),
  ])
  // The operator’s command says which it is, and that it is not well.
  const { code, out } = await cli()
  expect(code).toBe(1)
  const wrong = out.split('\n').filter((line) => line.includes('WRONG'))
  expect(wrong).toEqual([
    expect.stringMatching(new RegExp(`^groups .*: conversation_id ${things.group}$`)),
  ])
  await sql`update groups set member_count = member_count - 1`
  const well = await cli('--json')
  expect(well.code).toBe(0)
  const told = JSON.parse(well.out) as { check: string; wrong: number }[]
  expect(told.map(({ check, wrong: count }) => [check, count])).toEqual(
    checks.map(({ name }) => [name, 0]),
  )
})

async function cli(...options: string[]) {
  const child = Bun.spawn([process.execPath, 'src/cli.ts', 'consistency', ...options], {
    cwd: rootDir,
    env: { PATH: process.env['PATH'], ...app.env },
    stdout: 'pipe',
  })
  const out = await new Response(child.stdout).text()
  return { out: out.trim(), code: await child.exited }
}
