// Said now, sent later: scheduled, listed, cancelled, and sent at its time to everybody.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { sendDue } from '../../src/features/scheduling/due.ts'
import { limits } from '../../src/features/scheduling/limits.ts'
import { eventually } from '../support/eventually.ts'
import { Later, listed, wordsListed } from '../support/later.ts'
import type { Person } from '../support/people.ts'

let later: Later
beforeAll(async () => {
  later = await Later.install()
})
afterAll(() => later.dispose())

test('it is sent at its time, to everybody and to all of its sender’s devices, not before', async () => {
  const { ann, ben } = await later.app.people('ann', 'ben')
  const conversation = await ann.befriends(ben)
  const [hers, his] = [await ann.connects(), await ben.connects({ base: later.app.url(1) })]
  const more = { client_msg_id: crypto.randomUUID() }
  const made = await later.schedules(ann, ben, 'good morning', more)
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
  later.goesBy(30)
  expect(await sendDue(later.workers[0])).toBe(0)
  expect(await ann.reads(conversation)).toEqual([])
  later.goesBy(31)
  const { data: told } = await his.hears('message', ({ content }) => content === 'good morning')
  expect(told).toMatchObject({ from_user_id: ann.userId, ...more })
  await hers.hears('message', ({ id }) => id === told.id)
  const { data: sent } = await hers.hears('scheduled_updated', ({ state }) => state === 'sent')
  expect(sent).toMatchObject({ id: made.id, message_id: told.id, content: '' })
  expect(await wordsListed(ann)).toEqual([])
  // Its words stand among the messages alone: taken back there, they are nowhere.
  const [left] = await later.sql`select from scheduled_messages where content = 'good morning'`
  expect(left).toBeUndefined()
  expect((await ann.tries('messages.unschedule', { id: made.id })).code).toBe(4009)
})

test('the list is in the order of sending, by pages and by conversation; nobody else sees it', async () => {
  const { ann, ben, cat } = await later.app.people('ann', 'ben', 'cat')
  const conversation = await ann.befriends(ben)
  await ann.befriends(cat)
  for (const [content, at] of [
    ['3', 600],
    ['1', 300],
    ['2', 400],
  ] as const) {
    await later.schedules(ann, ben, content, { send_at: later.inSeconds(at) })
  }
  await later.schedules(ann, cat, 'hers', { send_at: later.inSeconds(350) })
  expect(await wordsListed(ann)).toEqual(['1', 'hers', '2', '3'])
  const of = await listed(ann, { conversation_id: conversation })
  expect(of.list.map(({ content }) => content)).toEqual(['1', '2', '3'])
  const read: string[][] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Awaited<ReturnType<typeof listed>> = await listed(ann, { cursor, limit: 3 })
    read.push(page.list.map(({ content }) => content))
    cursor = page.next_cursor
  }
  expect(read).toEqual([['1', 'hers', '2'], ['3']])
  expect(await wordsListed(ben)).toEqual([])
  const { id } = of.list[0]!
  expect((await ben.tries('messages.unschedule', { id })).code).toBe(4301)
  expect((await ann.tries('messages.scheduled', { cursor: 'nonsense' })).code).toBe(4010)
})

test('what can never be sent is refused at once, as sending refuses it', async () => {
  const { ann, ben, eve } = await later.app.people('ann', 'ben', 'eve')
  const conversation = await ann.befriends(ben)
  const { group_id } = await later.group(ben)
  const input = {
    to_user_id: ben.userId,
    message_type: 1,
    content: 'hi',
    send_at: later.inSeconds(60),
  }
  const code = async (who: Person, more: object) =>
    (await who.tries('messages.schedule', { ...input, ...more })).code
  expect(await code(ann, { send_at: later.inSeconds(-1) })).toBe(4010)
  expect(await code(ann, { send_at: 'tomorrow' })).toBe(4010)
  expect(await code(ann, { send_at: later.inSeconds(400 * 24 * 3600) })).toBe(4010)
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
  const { ann, ben } = await later.app.people('ann', 'ben')
  await ann.befriends(ben)
  const send_at = later.inSeconds(60)
  const more = { client_msg_id: crypto.randomUUID(), send_at }
  const both = await Promise.all(
    Array.from({ length: 20 }, () => later.schedules(ann, ben, 'once', more)),
  )
  expect(new Set(both.map(({ id }) => id)).size).toBe(1)
  const again = { to_user_id: ben.userId, message_type: 1, content: 'once', ...more }
  for (const other of [{ content: 'twice' }, { send_at: later.inSeconds(99) }]) {
    expect((await ann.tries('messages.schedule', { ...again, ...other })).code).toBe(4303)
  }
  const { client_msg_id } = await ann.says(ben, 'said')
  expect((await ann.tries('messages.schedule', { ...again, client_msg_id })).code).toBe(4303)
})

test('forty at once where there is room for three: three are scheduled', async () => {
  const { ann, ben } = await later.app.people('ann', 'ben')
  await ann.befriends(ben)
  const max = limits.scheduled.perPersonMax
  await Promise.all(Array.from({ length: max - 3 }, (_, n) => later.schedules(ann, ben, `${n}`)))
  const there = [ann, await ann.again(later.app.url(1))]
  const input = {
    to_user_id: ben.userId,
    message_type: 1,
    content: 'more',
    send_at: later.inSeconds(60),
  }
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) => there[n % 2]!.tries('messages.schedule', input)),
  )
  const full = answers.filter(({ code }) => code === 4009)
  expect([answers.filter(({ code }) => code === 0).length, full.length]).toEqual([3, 37])
  expect(full[0]!.data).toMatchObject({ field: 'scheduled', max })
  const { list: waiting } = await listed(ann)
  await ann.does('messages.unschedule', { id: waiting[0]!.id })
  await later.schedules(ann, ben, 'one more')
})

test('what is cancelled is never sent, and its devices hear of it', async () => {
  const { ann, ben } = await later.app.people('ann', 'ben')
  const conversation = await ann.befriends(ben)
  const hers = await ann.connects()
  const { id } = await later.schedules(ann, ben, 'rather not')
  for (let times = 0; times < 2; times++) {
    expect(await ann.does('messages.unschedule', { id })).toEqual({ message: 'cancelled' })
  }
  const { data: told } = await hers.hears('scheduled_updated', ({ state }) => state === 'cancelled')
  expect(told).toMatchObject({ id, content: '', message_id: null })
  later.goesBy(61)
  // What others have scheduled meanwhile is sent before.
  await eventually(async () => (await sendDue(later.workers[0])) === 0, {
    what: 'an end of what is due',
  })
  expect(await ann.reads(conversation)).toEqual([])
  expect(await wordsListed(ann)).toEqual([])
})
