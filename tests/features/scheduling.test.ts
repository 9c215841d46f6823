// Said now, sent later: at its time, once, in order, and by the rules of the moment it is sent.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { BaseContext } from '../../src/context.ts'
import { sendDue } from '../../src/features/scheduling/due.ts'
import { limits } from '../../src/features/scheduling/limits.ts'
import type { ScheduledMessage } from '../../src/protocol/scheduled.ts'
import { startWorkers, type WorkerProcess } from '../../workers/worker-process.ts'
import { FiringClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { password } from '../support/owners.ts'
import type { Person } from '../support/people.ts'

/** Worker processes look when they are told to, and at a time of day that a test sets forward. */
class Alarm extends FiringClock {
  ahead = 0

  override now(): Date {
    return new Date(super.now().getTime() + this.ahead)
  }
}

const clock = new Alarm([limits.scheduled.lookMs])
let app: Installation
let second: WorkerProcess
beforeAll(async () => {
  app = await install({ nodes: 2, clock })
  second = await startWorkers(app.config, { clock, log: app.nodes[0]!.ctx.log })
})
afterAll(async () => {
  await second[Symbol.asyncDispose]()
  await app[Symbol.asyncDispose]()
})

const worker = () => app.workerProcess!.ctx
const sql = () => app.nodes[0]!.ctx.sql

const inSeconds = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000)

function schedules(
  who: Person,
  to: Person | string,
  content: string,
  more: Record<string, unknown> = {},
): Promise<ScheduledMessage> {
  const target = typeof to === 'string' ? { group_id: to } : { to_user_id: to.userId }
  const said = { ...target, message_type: 1, content, send_at: inSeconds(60), ...more }
  return who.does('messages.schedule', said)
}

const list = (who: Person, page: object = {}) => who.does('messages.scheduled', { ...page })
const words = async (who: Person) => (await list(who)).list.map(({ content }) => content)

/** What is due within so many seconds is due now, and both worker processes look. */
function goesBy(seconds: number): void {
  clock.ahead += seconds * 1000
  clock.fire(limits.scheduled.lookMs)
}

async function isSettled(
  who: Person,
  id: number,
): Promise<{ state: number; error: number | null }> {
  return eventually(
    async () => {
      clock.fire(limits.scheduled.lookMs)
      const [row] = await sql()<{ state: number; error: number | null }[]>`
        select state, error_code as error from scheduled_messages where id = ${id} and state > 1`
      return row
    },
    { what: `the end of what ${who.userId} scheduled` },
  )
}

const said = async (who: Person, conversation: number) =>
  (await who.reads(conversation))
    .filter((each) => each.message_type !== 6)
    .map((each) => each.content)

async function group(
  owner: Person,
  ...others: Person[]
): Promise<{ group_id: string; id: number }> {
  const { group_id, conversation_id: id } = await owner.does('groups.create', {
    name: 'Herons',
    is_public: true,
  })
  for (const other of others) await other.does('groups.join', { group_id })
  return { group_id, id }
}

test('it is sent at its time, to everybody and to all of its sender’s devices, and not before', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const conversation = await ann.befriends(ben)
  const [hers, his] = [await ann.connects(), await ben.connects({ base: app.url(1) })]
  const more = { client_msg_id: crypto.randomUUID() }
  const made = await schedules(ann, ben, 'good morning', more)
  expect(made).toMatchObject({
    conversation_id: conversation,
    to_user_id: ben.userId,
    content: 'good morning',
    state: 'scheduled',
    message_id: null,
    error_code: null,
    ...more,
  })
  await hers.hears('scheduled_updated', ({ id, state }) => id === made.id && state === 'scheduled')
  goesBy(30)
  expect(await sendDue(worker())).toBe(0)
  expect(await ann.reads(conversation)).toEqual([])
  goesBy(31)
  const { data: told } = await his.hears('message', ({ content }) => content === 'good morning')
  expect(told).toMatchObject({ from_user_id: ann.userId, ...more })
  await hers.hears('message', ({ id }) => id === told.id)
  const { data: sent } = await hers.hears('scheduled_updated', ({ state }) => state === 'sent')
  expect(sent).toMatchObject({ id: made.id, message_id: told.id, content: '' })
  expect(await words(ann)).toEqual([])
  // Its words stand among the messages alone: taken back there, they are nowhere.
  const [left] = await sql()`select from scheduled_messages where content = 'good morning'`
  expect(left).toBeUndefined()
  expect((await ann.tries('messages.unschedule', { id: made.id })).code).toBe(4009)
})

test('the list is in the order of sending, by pages and by conversation; nobody else sees it', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const conversation = await ann.befriends(ben)
  await ann.befriends(cat)
  for (const [content, at] of [
    ['3', 600],
    ['1', 300],
    ['2', 400],
  ] as const) {
    await schedules(ann, ben, content, { send_at: inSeconds(at) })
  }
  await schedules(ann, cat, 'hers', { send_at: inSeconds(350) })
  expect(await words(ann)).toEqual(['1', 'hers', '2', '3'])
  const of = await list(ann, { conversation_id: conversation })
  expect(of.list.map(({ content }) => content)).toEqual(['1', '2', '3'])
  const read: string[][] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Awaited<ReturnType<typeof list>> = await list(ann, { cursor, limit: 3 })
    read.push(page.list.map(({ content }) => content))
    cursor = page.next_cursor
  }
  expect(read).toEqual([['1', 'hers', '2'], ['3']])
  expect(await words(ben)).toEqual([])
  const { id } = of.list[0]!
  expect((await ben.tries('messages.unschedule', { id })).code).toBe(4301)
  expect((await ann.tries('messages.scheduled', { cursor: 'nonsense' })).code).toBe(4010)
})

test('what can never be sent is refused at once, as sending refuses it', async () => {
  const { ann, ben, eve } = await app.people('ann', 'ben', 'eve')
  const conversation = await ann.befriends(ben)
  const { group_id } = await group(ben)
  const input = { to_user_id: ben.userId, message_type: 1, content: 'hi', send_at: inSeconds(60) }
  const code = async (who: Person, more: object) =>
    (await who.tries('messages.schedule', { ...input, ...more })).code
  expect(await code(ann, { send_at: inSeconds(-1) })).toBe(4010)
  expect(await code(ann, { send_at: 'tomorrow' })).toBe(4010)
  expect(await code(ann, { send_at: inSeconds(400 * 24 * 3600) })).toBe(4010)
  for (const bad of [
    { content: '' },
    { message_type: 6 },
    { message_type: 2 },
    { content: 'x'.repeat(5_001) },
    { media_url: 'javascript:alert(1)', message_type: 2 },
    { conversation_id: conversation },
    { reply_to_id: 999_999_999 },
    { at_users: [ben.userId] },
  ]) {
    const { send_at: _, ...now } = { ...input, ...bad }
    const refused = (await ann.tries('messages.send', now)).code
    expect(refused).not.toBe(0)
    expect([bad, await code(ann, bad)]).toEqual([bad, refused])
  }
  expect(await code(eve, {})).toBe(4403)
  const { to_user_id: _, ...untargeted } = input
  const answer = await eve.tries('messages.schedule', { ...untargeted, group_id })
  expect([answer.status, answer.code]).toEqual([404, 4551])
  const foreign = { ...untargeted, conversation_id: conversation }
  expect((await eve.tries('messages.schedule', foreign)).code).toBe(4541)
  await ann.does('friends.block', { blocked_user_id: ben.userId })
  expect(await code(ann, {})).toBe(4503)
  expect(await code(ben, { to_user_id: ann.userId })).toBe(4403)
})

test('the same client_msg_id is one, with other words or another time it is refused', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const send_at = inSeconds(60)
  const more = { client_msg_id: crypto.randomUUID(), send_at }
  const both = await Promise.all(
    Array.from({ length: 20 }, () => schedules(ann, ben, 'once', more)),
  )
  expect(new Set(both.map(({ id }) => id)).size).toBe(1)
  const again = { to_user_id: ben.userId, message_type: 1, content: 'once', ...more }
  for (const other of [{ content: 'twice' }, { send_at: inSeconds(99) }]) {
    expect((await ann.tries('messages.schedule', { ...again, ...other })).code).toBe(4303)
  }
  const { client_msg_id } = await ann.says(ben, 'said')
  expect((await ann.tries('messages.schedule', { ...again, client_msg_id })).code).toBe(4303)
})

test('forty at once where there is room for three: three are scheduled', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const max = limits.scheduled.perPersonMax
  await Promise.all(Array.from({ length: max - 3 }, (_, n) => schedules(ann, ben, `${n}`)))
  const there = [ann, await ann.again(app.url(1))]
  const input = { to_user_id: ben.userId, message_type: 1, content: 'more', send_at: inSeconds(60) }
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) => there[n % 2]!.tries('messages.schedule', input)),
  )
  const full = answers.filter(({ code }) => code === 4009)
  expect([answers.filter(({ code }) => code === 0).length, full.length]).toEqual([3, 37])
  expect(full[0]!.data).toMatchObject({ field: 'scheduled', max })
  const { list: waiting } = await list(ann)
  await ann.does('messages.unschedule', { id: waiting[0]!.id })
  await schedules(ann, ben, 'one more')
})

test('what is cancelled is never sent, and its devices hear of it', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const conversation = await ann.befriends(ben)
  const hers = await ann.connects()
  const { id } = await schedules(ann, ben, 'rather not')
  for (let times = 0; times < 2; times++) {
    expect(await ann.does('messages.unschedule', { id })).toEqual({ message: 'cancelled' })
  }
  const { data: told } = await hers.hears('scheduled_updated', ({ state }) => state === 'cancelled')
  expect(told).toMatchObject({ id, content: '', message_id: null })
  goesBy(61)
  expect(await sendDue(worker())).toBe(0)
  expect(await ann.reads(conversation)).toEqual([])
  expect(await words(ann)).toEqual([])
})

test('cancelled and sent at once, over two nodes and two workers: each has exactly one end', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const conversation = await ann.befriends(ben)
  const made = await Promise.all(
    Array.from({ length: 40 }, (_, n) => schedules(ann, ben, `${n}`, { send_at: inSeconds(60) })),
  )
  clock.ahead += 61_000
  const there = [ann, await ann.again(app.url(1))]
  const cancels = made.map(({ id }, n) => there[n % 2]!.tries('messages.unschedule', { id }))
  const sending = [sendDue(worker()), sendDue(second.ctx)]
  const answers = await Promise.all(cancels)
  await Promise.all(sending)
  goesBy(0)
  for (const { id } of made) await isSettled(ann, id)
  const sent = await said(ann, conversation)
  for (const [n, { code }] of answers.entries()) {
    expect([0, 4009]).toContain(code)
    expect([n, sent.filter((each) => each === `${n}`).length]).toEqual([n, code === 0 ? 0 : 1])
  }
})

test('after a downtime all of it is sent, once and in order, by however many workers', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const conversation = await ann.befriends(ben)
  const { group_id, id } = await group(cat, ben)
  for (let n = 29; n >= 0; n--) await schedules(ann, ben, `${n}`, { send_at: inSeconds(60 + n) })
  for (let n = 0; n < 10; n++)
    await schedules(cat, group_id, `${n}`, { send_at: inSeconds(60 + n) })
  clock.ahead += 4 * 3600 * 1000
  await Promise.all([0, 1, 2, 3].map((n) => sendDue(n % 2 ? second.ctx : worker())))
  await eventually(async () => (await said(ann, conversation)).length === 30, { what: 'thirty' })
  await eventually(async () => (await said(ben, id)).length === 10, { what: 'ten' })
  expect(await said(ben, conversation)).toEqual(Array.from({ length: 30 }, (_, n) => `${n}`))
  expect(await said(ben, id)).toEqual(Array.from({ length: 10 }, (_, n) => `${n}`))
  expect(await sendDue(worker())).toBe(0)
})

/** A worker that dies before it has written down what became of what it sent. */
function dying(ctx: BaseContext): BaseContext {
  let begun = 0
  const transact: BaseContext['transact'] = (work) =>
    begun++ === 0 ? ctx.transact(work) : Promise.reject(new Error('died'))
  return { ...ctx, transact }
}

test('a worker that dies between sending and writing it down: sent once, and not cancelled meanwhile', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const conversation = await ann.befriends(ben)
  const { id } = await schedules(ann, ben, 'once')
  clock.ahead += 61_000
  await expect(sendDue(dying(worker()))).rejects.toThrow('died')
  expect(await said(ann, conversation)).toEqual(['once'])
  expect((await ann.tries('messages.unschedule', { id })).code).toBe(4009)
  expect((await list(ann)).list).toMatchObject([{ id, state: 'sending' }])
  // While its claim stands, nobody else takes it.
  expect(await sendDue(second.ctx)).toBe(0)
  clock.ahead += limits.scheduled.claimMs + 1
  expect(await sendDue(second.ctx)).toBe(1)
  expect(await isSettled(ann, id)).toEqual({ state: 2, error: null })
  expect(await said(ann, conversation)).toEqual(['once'])
})

test('one that dies before it sends: another sends it', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const conversation = await ann.befriends(ben)
  const { id } = await schedules(ann, ben, 'late')
  clock.ahead += 61_000
  const late = clock.now()
  await sql()`update scheduled_messages set state = 1, attempts = 1,
    due_at = ${new Date(late.getTime() + 5_000)} where id = ${id}`
  expect(await sendDue(worker())).toBe(0)
  goesBy(6)
  expect(await isSettled(ann, id)).toEqual({ state: 2, error: null })
  expect(await said(ann, conversation)).toEqual(['late'])
})

test('who may not write any more when it is time has it back, with the reason, for good', async () => {
  const { ann, ben, cat, dan } = await app.people('ann', 'ben', 'cat', 'dan')
  const [withBen, withCat] = [await ann.befriends(ben), await ann.befriends(cat)]
  const left = await group(dan, ann)
  const muted = await group(dan, ann)
  const dissolved = await group(dan, ann)
  const hers = await ann.connects()
  const made = [
    await schedules(ann, ben, 'blocked him'),
    await schedules(ann, cat, 'parted from her'),
    await schedules(ann, left.group_id, 'left'),
    await schedules(ann, muted.group_id, 'muted'),
    await schedules(ann, dissolved.group_id, 'dissolved'),
  ]
  await ann.does('friends.block', { blocked_user_id: ben.userId })
  await cat.does('friends.remove', { friend_id: ann.userId })
  await ann.does('groups.leave', { group_id: left.group_id })
  await dan.does('groups.mute', {
    group_id: muted.group_id,
    target_user_id: ann.userId,
    until: inSeconds(24 * 3600).toISOString(),
  })
  await dan.does('groups.dissolve', { group_id: dissolved.group_id })
  goesBy(61)
  const ends = []
  for (const { id } of made) ends.push((await isSettled(ann, id)).error)
  expect(ends).toEqual([4503, 4403, 4551, 4553, 4551])
  const { list: failed } = await list(ann)
  expect(failed.map(({ content, state }) => [content, state])).toEqual(
    made.map(({ content }) => [content, 'failed']),
  )
  const { data: told } = await hers.hears('scheduled_updated', ({ id, state }) => {
    return id === made[0]!.id && state === 'failed'
  })
  expect(told).toMatchObject({ error_code: 4503, content: 'blocked him' })
  // Not when they may again, either.
  await ann.does('friends.unblock', { user_id: ben.userId })
  clock.ahead += 3_600_000
  expect(await sendDue(worker())).toBe(0)
  expect([await said(ann, withBen), await said(ann, withCat)]).toEqual([[], []])
  for (const { id } of made) await ann.does('messages.unschedule', { id })
  expect(await words(ann)).toEqual([])
})

test('slow mode makes it wait, and what comes after it waits with it', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const { group_id, id } = await group(ben, ann)
  await ben.does('groups.update', { group_id, slow_seconds: 3_600 })
  await ann.does('groups.send', { group_id, message_type: 1, content: 'first' })
  const one = await schedules(ann, group_id, 'second')
  const two = await schedules(ann, ben, 'after it', { send_at: inSeconds(61) })
  clock.ahead += 62_000
  await sendDue(worker())
  expect((await list(ann)).list.map(({ state }) => state)).toEqual(['sending', 'scheduled'])
  // Nothing is tried before the time it was told.
  clock.ahead += 60_000
  expect(await sendDue(worker())).toBe(0)
  await ben.does('groups.update', { group_id, slow_seconds: 0 })
  goesBy(3_600)
  expect((await isSettled(ann, one.id)).state).toBe(2)
  expect((await isSettled(ann, two.id)).state).toBe(2)
  expect(await said(ben, id)).toEqual(['first', 'second'])
})

test('who is about to be deleted says nothing more', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const { group_id, id } = await group(ben, ann)
  const made = await schedules(ann, group_id, 'from nobody')
  await ann.does('accounts.deleteMe', { password })
  goesBy(61)
  expect(await isSettled(ann, made.id)).toEqual({ state: 3, error: 4108 })
  expect(await said(ben, id)).toEqual([])
})

test('what is settled is forgotten after a month, what waits is not', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const [gone, kept] = [await schedules(ann, ben, 'gone'), await schedules(ann, ben, 'kept')]
  await ann.does('messages.unschedule', { id: gone.id })
  const { scheduling } = await import('../../src/features/scheduling/feature.ts')
  const later = new Date(clock.now().getTime() + limits.scheduled.keptMs + 1_000)
  for (const { forget } of scheduling.custody.expire) await forget(sql(), later, 1_000)
  const left = await sql()<{ id: number }[]>`
    select id from scheduled_messages where id in (${gone.id}, ${kept.id})`
  expect(left.map(({ id }) => id)).toEqual([kept.id])
})
