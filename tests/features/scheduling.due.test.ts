// What is due is sent once, in order, by the rules of the moment it is sent, whoever dies on the way.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { BaseContext } from '../../src/context.ts'
import { sendDue } from '../../src/features/scheduling/due.ts'
import { scheduling } from '../../src/features/scheduling/feature.ts'
import { limits } from '../../src/features/scheduling/limits.ts'
import { eventually } from '../support/eventually.ts'
import { Later, listed, said, wordsListed } from '../support/later.ts'
import { password } from '../support/owners.ts'
import { noFiles } from '../support/no-files.ts'

let later: Later
beforeAll(async () => {
  later = await Later.install()
})
afterAll(() => later.dispose())

test('cancelled and sent at once, over two nodes and two workers: each has exactly one end', async () => {
  const { ann, ben } = await later.app.people('ann', 'ben')
  const conversation = await ann.befriends(ben)
  const made = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      later.schedules(ann, ben, `${n}`, { send_at: later.inSeconds(60) }),
    ),
  )
  later.clock.ahead += 61_000
  const there = [ann, await ann.again(later.app.url(1))]
  const cancels = made.map(({ id }, n) => there[n % 2]!.tries('messages.unschedule', { id }))
  const sending = [sendDue(later.workers[0]), sendDue(later.workers[1])]
  const answers = await Promise.all(cancels)
  await Promise.all(sending)
  later.goesBy(0)
  for (const { id } of made) await later.isSettled(ann, id)
  const sent = await said(ann, conversation)
  for (const [n, { code }] of answers.entries()) {
    expect([0, 4009]).toContain(code)
    expect([n, sent.filter((each) => each === `${n}`).length]).toEqual([n, code === 0 ? 0 : 1])
  }
})

test('after a downtime all of it is sent, once and in order, by however many workers', async () => {
  const { ann, ben, cat } = await later.app.people('ann', 'ben', 'cat')
  const conversation = await ann.befriends(ben)
  const { group_id, id } = await later.group(cat, ben)
  for (let n = 29; n >= 0; n--)
    await later.schedules(ann, ben, `${n}`, { send_at: later.inSeconds(60 + n) })
  for (let n = 0; n < 10; n++)
    await later.schedules(cat, group_id, `${n}`, { send_at: later.inSeconds(60 + n) })
  later.clock.ahead += 4 * 3600 * 1000
  const sends = async (worker: BaseContext) => {
    while ((await sendDue(worker)) > 0);
  }
  await Promise.all([0, 1, 2, 3].map((n) => sends(later.workers[n % 2 ? 1 : 0])))
  await eventually(async () => (await said(ann, conversation)).length === 30, { what: 'thirty' })
  await eventually(async () => (await said(ben, id)).length === 10, { what: 'ten' })
  expect(await said(ben, conversation)).toEqual(Array.from({ length: 30 }, (_, n) => `${n}`))
  expect(await said(ben, id)).toEqual(Array.from({ length: 10 }, (_, n) => `${n}`))
  expect(await sendDue(later.workers[0])).toBe(0)
})

/** A worker that dies before it has written down what became of what it sent. */
function dying(ctx: BaseContext): BaseContext {
  let begun = 0
  const transact: BaseContext['transact'] = (work) =>
    begun++ === 0 ? ctx.transact(work) : Promise.reject(new Error('died'))
  return { ...ctx, transact }
}

test('who has scheduled much for one moment holds up nobody else', async () => {
  const { ann, ben, cat } = await later.app.people('ann', 'ben', 'cat')
  await ann.befriends(ben)
  const conversation = await cat.befriends(ben)
  const send_at = later.inSeconds(60)
  for (let n = 0; n < 30; n++) await later.schedules(ann, ben, `${n}`, { send_at })
  await later.schedules(cat, ben, 'the last one', { send_at })
  later.clock.ahead += 61_000
  const { claimEachMax } = limits.scheduled
  expect(await sendDue(later.workers[0])).toBe(claimEachMax + 1)
  expect(await said(cat, conversation)).toEqual(['the last one'])
  expect(await wordsListed(ann)).toHaveLength(30 - claimEachMax)
  later.goesBy(0)
  await eventually(async () => (await wordsListed(ann)).length === 0, { what: 'all of it' })
})

test('a worker that dies between sending and writing it down: sent once, not cancelled', async () => {
  const { ann, ben } = await later.app.people('ann', 'ben')
  const conversation = await ann.befriends(ben)
  const { id } = await later.schedules(ann, ben, 'once')
  later.clock.ahead += 61_000
  await expect(sendDue(dying(later.workers[0]))).rejects.toThrow('died')
  expect(await said(ann, conversation)).toEqual(['once'])
  expect((await ann.tries('messages.unschedule', { id })).code).toBe(4009)
  expect((await listed(ann)).list).toMatchObject([{ id, state: 'sending' }])
  // While its claim stands, nobody else takes it.
  expect(await sendDue(later.workers[1])).toBe(0)
  later.clock.ahead += limits.scheduled.claimMs + 1
  expect(await sendDue(later.workers[1])).toBe(1)
  expect(await later.isSettled(ann, id)).toEqual({ state: 2, error: null })
  expect(await said(ann, conversation)).toEqual(['once'])
})

test('one that dies before it sends: another sends it', async () => {
  const { ann, ben } = await later.app.people('ann', 'ben')
  const conversation = await ann.befriends(ben)
  const { id } = await later.schedules(ann, ben, 'late')
  later.clock.ahead += 61_000
  const late = later.clock.now()
  await later.sql`update scheduled_messages set state = 1, attempts = 1,
    due_at = ${new Date(late.getTime() + 5_000)} where id = ${id}`
  expect(await sendDue(later.workers[0])).toBe(0)
  later.goesBy(6)
  expect(await later.isSettled(ann, id)).toEqual({ state: 2, error: null })
  expect(await said(ann, conversation)).toEqual(['late'])
})

test('a worker that stood still says nothing that was cancelled meanwhile', async () => {
  const { ann, ben } = await later.app.people('ann', 'ben')
  const conversation = await ann.befriends(ben)
  await later.schedules(ben, ann, 'first')
  const { id } = await later.schedules(ann, ben, 'cancelled', { send_at: later.inSeconds(65) })
  const [worker] = later.workers
  const work: Promise<number>[] = []
  await later.sql.begin(async (holder) => {
    await holder`select from conversations where id = ${conversation} for update`
    later.clock.ahead += 61_000
    work.push(sendDue(worker))
    const waits = () => later.sql`
      select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' limit 1`
    await eventually(async () => (await waits()).length > 0, { what: 'the first, waiting' })
    // Taken by the worker, and behind the first; then its claim is over and another has given it back.
    later.clock.ahead += 5_000
    work.push(sendDue(worker))
    const taken = () => later.sql`select from scheduled_messages where id = ${id} and state = 1`
    await eventually(async () => (await taken()).length > 0, { what: 'the second, taken' })
    await later.sql`update scheduled_messages set state = 0, due_at = send_at where id = ${id}`
    await ann.does('messages.unschedule', { id })
  })
  await Promise.all(work)
  expect(await said(ben, conversation)).toEqual(['first'])
  expect((await later.sql`select state from scheduled_messages where id = ${id}`)[0]).toEqual({
    state: 4,
  })
})

test('who may not write any more when it is time has it back, with the reason, for good', async () => {
  const { ann, ben, cat, dan } = await later.app.people('ann', 'ben', 'cat', 'dan')
  const [withBen, withCat] = [await ann.befriends(ben), await ann.befriends(cat)]
  const left = await later.group(dan, ann)
  const muted = await later.group(dan, ann)
  const dissolved = await later.group(dan, ann)
  const hers = await ann.connects()
  const made = [
    await later.schedules(ann, ben, 'blocked him'),
    await later.schedules(ann, cat, 'parted from her'),
    await later.schedules(ann, left.group_id, 'left'),
    await later.schedules(ann, muted.group_id, 'muted'),
    await later.schedules(ann, dissolved.group_id, 'dissolved'),
  ]
  await ann.does('friends.block', { blocked_user_id: ben.userId })
  await cat.does('friends.remove', { friend_id: ann.userId })
  await ann.does('groups.leave', { group_id: left.group_id })
  await dan.does('groups.mute', {
    group_id: muted.group_id,
    target_user_id: ann.userId,
    until: later.inSeconds(24 * 3600).toISOString(),
  })
  await dan.does('groups.dissolve', { group_id: dissolved.group_id })
  later.goesBy(61)
  const ends = []
  for (const { id } of made) ends.push((await later.isSettled(ann, id)).error)
  expect(ends).toEqual([4503, 4403, 4551, 4553, 4551])
  const { list: failed } = await listed(ann)
  expect(failed.map(({ content, state }) => [content, state])).toEqual(
    made.map(({ content }) => [content, 'failed']),
  )
  const { data: told } = await hers.hears('scheduled_updated', ({ id, state }) => {
    return id === made[0]!.id && state === 'failed'
  })
  expect(told).toMatchObject({ error_code: 4503, content: 'blocked him' })
  // Not when they may again, either.
  await ann.does('friends.unblock', { user_id: ben.userId })
  later.clock.ahead += 3_600_000
  expect(await sendDue(later.workers[0])).toBe(0)
  expect([await said(ann, withBen), await said(ann, withCat)]).toEqual([[], []])
  for (const { id } of made) await ann.does('messages.unschedule', { id })
  expect(await wordsListed(ann)).toEqual([])
})

test('slow mode makes it wait, and what comes after it waits with it', async () => {
  const { ann, ben } = await later.app.people('ann', 'ben')
  await ann.befriends(ben)
  const { group_id, id } = await later.group(ben, ann)
  await ben.does('groups.update', { group_id, slow_seconds: 3_600 })
  await ann.does('groups.send', { group_id, message_type: 1, content: 'first' })
  const one = await later.schedules(ann, group_id, 'second')
  const two = await later.schedules(ann, ben, 'after it', { send_at: later.inSeconds(61) })
  later.clock.ahead += 62_000
  await sendDue(later.workers[0])
  expect((await listed(ann)).list.map(({ state }) => state)).toEqual(['sending', 'scheduled'])
  // Nothing is tried before the time it was told.
  later.clock.ahead += 60_000
  expect(await sendDue(later.workers[0])).toBe(0)
  await ben.does('groups.update', { group_id, slow_seconds: 0 })
  later.goesBy(3_600)
  expect((await later.isSettled(ann, one.id)).state).toBe(2)
  expect((await later.isSettled(ann, two.id)).state).toBe(2)
  expect(await said(ben, id)).toEqual(['first', 'second'])
})

test('who is about to be deleted says nothing more', async () => {
  const { ann, ben } = await later.app.people('ann', 'ben')
  const { group_id, id } = await later.group(ben, ann)
  const made = await later.schedules(ann, group_id, 'from nobody')
  await ann.does('accounts.deleteMe', { password })
  later.goesBy(61)
  expect(await later.isSettled(ann, made.id)).toEqual({ state: 3, error: 4108 })
  expect(await said(ben, id)).toEqual([])
})

test('what is settled is forgotten after a month, what waits is not', async () => {
  const { ann, ben } = await later.app.people('ann', 'ben')
  await ann.befriends(ben)
  const [gone, kept] = [
    await later.schedules(ann, ben, 'gone'),
    await later.schedules(ann, ben, 'kept'),
  ]
  await ann.does('messages.unschedule', { id: gone.id })
  const then = new Date(later.clock.now().getTime() + limits.scheduled.keptMs + 1_000)
  const keeping = { config: later.app.config, storage: noFiles }
  for (const { forget } of scheduling.custody.expire) await forget(later.sql, then, 1_000, keeping)
  const left = await later.sql<{ id: number }[]>`
    select id from scheduled_messages where id in (${gone.id}, ${kept.id})`
  expect(left.map(({ id }) => id)).toEqual([kept.id])
})
