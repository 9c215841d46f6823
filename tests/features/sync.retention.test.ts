// How long things are remembered for devices and workers that were away: as it is set, and never less than a
// cursor needs.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { must } from '../../src/core/assert.ts'
import { systemClock } from '../../src/core/clock.ts'
import type { Sql } from '../../src/infra/db.ts'
import { limits } from '../../workers/limits.ts'
import { Sweeper } from '../../workers/sweeper.ts'
import { forgetOld } from '../../workers/retention.ts'
import { install, type Installation } from '../support/installation.ts'
import { isWhole, Mirror } from '../support/mirror.ts'

const day = 86_400_000
let passed = 0
let app: Installation
let sql: Sql
beforeAll(async () => {
  app = await install({
    workers: false,
    env: { SYNC_DAYS: '3', OUTBOX_DAYS: '2', JWT_EXPIRATION: '200' },
    clock: { ...systemClock, now: () => new Date(Date.now() + passed) },
  })
  sql = context().sql
})
afterAll(() => app[Symbol.asyncDispose]())
beforeEach(() => void (passed = 0))

const context = () => must(app.nodes[0], 'an installation has a node').ctx
const counted = async () =>
  (
    await sql<{ count: number }[]>`
    select (select count(*) from account_changes) + (select count(*) from message_changes)
      + (select count(*) from member_changes) as count`
  )[0]?.count

test('a device is served for as long as it is set, then it begins anew and lacks nothing', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const talk = await ann.befriends(ben)
  const mirror = new Mirror(ann)
  await mirror.catchesUp()
  const old = mirror.cursor
  await ben.says(ann, 'hi')
  passed = 2.9 * day
  expect(await ann.does('sync.get', { cursor: old })).not.toHaveProperty('reset')
  passed = 3.1 * day
  await mirror.catchesUp()
  expect(mirror.resets).toBe(1)
  const { kept, fresh } = await isWhole(mirror, ann)
  expect(kept).toEqual(fresh)
  expect(mirror.said(talk).map(({ content }) => content)).toEqual(['hi'])
})

test('the log is kept two days longer, and no cursor is served that reaches back further', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  await ann.befriends(ben)
  await ann.befriends(cat)
  const said = await ann.says(ben, 'hi')
  await ann.does('messages.edit', { id: said.id, content: 'hi there' })
  const { group_id } = await ann.does('groups.create', { name: 'Herons', member_ids: [ben.userId] })
  const young = await ann.does('sync.get', {})
  await ann.does('friends.remove', { friend_id: cat.userId })
  const count = await counted()
  const later = (days: number) => new Date(Date.now() + days * day)
  await forgetOld(context(), later(4.9), 'large')
  expect(await counted()).toBe(count)
  expect(await ann.does('sync.get', { cursor: young.next_cursor })).not.toHaveProperty('reset')
  await forgetOld(context(), later(5.1), 'large')
  expect(await counted()).toBe(0)
  // Whoever is served longer by now, as after the setting was raised: the friend who is gone would stay.
  const answer = await ann.does('sync.get', { cursor: young.next_cursor })
  expect(answer.reset).toBe(true)
  const mirror = new Mirror(ann)
  mirror.takes(answer)
  expect(Object.keys(mirror.picture()).filter((key) => key.startsWith('friend '))).toHaveLength(1)
  expect(mirror.groups()).toEqual([group_id])
})

test('what could not be delivered waits for as long as it is set, then it is dropped', async () => {
  const { attemptsMax } = limits.outbox
  await sql`
    insert into outbox (events, attempts, due_at, created_at)
    select '[]', attempts, 'infinity', now() - age * interval '1 day'
    from unnest(array[${attemptsMax}, ${attemptsMax}, 0]::int[], array[2.1, 1.9, 30]) as o (attempts, age)`
  await new Sweeper(context()).sweep()
  const left = await sql`
    select attempts from outbox where due_at = 'infinity' order by created_at`
  expect(left.map((row) => row['attempts'])).toEqual([0, attemptsMax])
  await sql`delete from outbox where due_at = 'infinity'`
})
