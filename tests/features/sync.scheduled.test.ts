// What somebody has scheduled reaches all their devices by the cursor, until it is sent or cancelled.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { sendDue } from '../../src/features/scheduling/due.ts'
import { directory } from '../../src/features/conversations/state.ts'
import { scheduling } from '../../src/features/scheduling/feature.ts'
import { limits } from '../../src/features/scheduling/limits.ts'
import type { ScheduledMessage } from '../../src/protocol/scheduled.ts'
import { eraseAccount } from '../../workers/erase.ts'
import type { Work } from '../../workers/work.ts'
import { eventually } from '../support/eventually.ts'
import { Later, listed } from '../support/later.ts'
import { isWhole, Mirror } from '../support/mirror.ts'
import { noFiles } from '../support/no-files.ts'
import { password } from '../support/owners.ts'
import type { Person } from '../support/people.ts'

let later: Later
beforeAll(async () => {
  later = await Later.install()
})
afterAll(() => later[Symbol.asyncDispose]())

/** By number, what of it a device has. */
function scheduledBy(mirror: Mirror): Record<string, unknown> {
  const things = Object.entries(mirror.picture())
  return Object.fromEntries(things.filter(([name]) => name.startsWith('scheduled ')))
}

/** As a new device has it, and as the list shows it. */
async function isSame(mirror: Mirror, owner: Person): Promise<void> {
  await mirror.catchesUp()
  const { kept, fresh } = await isWhole(mirror, owner)
  expect(kept).toEqual(fresh)
  const { list } = await listed(owner)
  expect(scheduledBy(mirror)).toEqual(
    Object.fromEntries(list.map((each) => [`scheduled ${each.id}`, each])),
  )
}

test('another device hears that something is scheduled, and that it is cancelled', async () => {
  const { ann, ben } = await later.app.people('ann', 'ben')
  await ann.befriends(ben)
  const phone = await ann.connects()
  const others = await ben.connects()
  const [tablet, others_] = [new Mirror(ann), new Mirror(ben)]
  for (const each of [tablet, others_]) await each.catchesUp()
  const { id } = await later.schedules(ann, ben, 'in a minute')
  await phone.hears('scheduled_updated', ({ state }) => state === 'scheduled')
  await isSame(tablet, ann)
  expect(scheduledBy(tablet)).toMatchObject({ [`scheduled ${id}`]: { content: 'in a minute' } })
  await ann.does('messages.unschedule', { id })
  await phone.hears('scheduled_updated', ({ state }) => state === 'cancelled')
  await isSame(tablet, ann)
  expect(scheduledBy(tablet)).toEqual({})
  const { events } = await ben.does('sync.get', { cursor: others_.cursor })
  expect(events).toEqual([])
  expect(others.all('scheduled_updated')).toEqual([])
})

test('what is sent is scheduled no more; what fails stays until it is put away or forgotten', async () => {
  const { ann, ben } = await later.app.people('ann', 'ben')
  await ann.befriends(ben)
  const sent = await later.schedules(ann, ben, 'sent')
  const device = new Mirror(ann)
  await device.catchesUp()
  later.goesBy(61)
  await later.isSettled(ann, sent.id)
  await isSame(device, ann)
  expect(scheduledBy(device)).toEqual({})

  const failed = [await later.schedules(ann, ben, 'one'), await later.schedules(ann, ben, 'two')]
  await ben.does('friends.remove', { friend_id: ann.userId })
  later.goesBy(61)
  for (const { id } of failed) await later.isSettled(ann, id)
  await isSame(device, ann)
  const states = Object.values(scheduledBy(device)).map((each) => (each as ScheduledMessage).state)
  expect(states).toEqual(['failed', 'failed'])
  await ann.does('messages.unschedule', { id: failed[0]!.id })
  await isSame(device, ann)
  expect(Object.keys(scheduledBy(device))).toEqual([`scheduled ${failed[1]!.id}`])
  const after = new Date(later.clock.now().getTime() + limits.scheduled.keptMs + 1_000)
  const keeping = { config: later.app.config, storage: noFiles }
  for (const { forget } of scheduling.custody.expire) {
    expect(await forget(later.sql, after, 1_000, keeping)).toBeGreaterThan(0)
  }
  await isSame(device, ann)
  expect(scheduledBy(device)).toEqual({})
})

test('what a worker has taken can be cancelled no more, and what it gives back can', async () => {
  const { ann, ben } = await later.app.people('ann', 'ben')
  await ann.befriends(ben)
  const { group_id, id: group } = await later.group(ben, ann)
  await ben.does('groups.update', { group_id, slow_seconds: 3_600 })
  await ann.does('groups.send', { group_id, message_type: 1, content: 'first' })
  const waits = await later.schedules(ann, group_id, 'second')
  const behind = await later.schedules(ann, ben, 'after it', { send_at: later.inSeconds(61) })
  const device = new Mirror(ann)
  await device.catchesUp()
  const states = () =>
    [waits, behind].map(({ id }) => {
      const told = scheduledBy(device)[`scheduled ${id}`] as ScheduledMessage | undefined
      return told?.state
    })
  const work: Promise<number>[] = []
  await later.sql.begin(async (holder) => {
    await holder`select from conversations where id = ${group} for update`
    later.clock.ahead += 62_000
    work.push(sendDue(later.workers[0]))
    const taken = async () => {
      await device.catchesUp()
      return states().join() === 'sending,sending'
    }
    await eventually(taken, { what: 'both, taken by a worker' })
  })
  // The first may not be said yet, and the second waits behind it.
  await Promise.all(work)
  await isSame(device, ann)
  expect(states()).toEqual(['sending', 'scheduled'])
  await ann.does('messages.unschedule', { id: behind.id })
  await ben.does('groups.update', { group_id, slow_seconds: 0 })
  later.goesBy(3_600)
  await later.isSettled(ann, waits.id)
  await isSame(device, ann)
  expect(states()).toEqual([undefined, undefined])
})

test('whom it is for is another name once their account is erased', async () => {
  const { ann, ben } = await later.app.people('ann', 'ben')
  await ann.befriends(ben)
  const { id } = await later.schedules(ann, ben, 'too late', { send_at: later.inSeconds(86_400) })
  const device = new Mirror(ann)
  await device.catchesUp()
  await ben.does('accounts.deleteMe', { password })
  // Long before the time of grace is over every process has dropped the name.
  const all = [...later.app.nodes.map(({ ctx }) => ctx), ...later.workers]
  await Promise.all(all.map((ctx) => ctx.of(directory).forgetLeaving()))
  const [row] = await later.sql<{ id: number }[]>`
    update users set deletes_at = created_at where user_id = ${ben.userId} returning id`
  await eraseAccount({ ctx: later.workers[0] } as Work, { user: row!.id })
  const named = async () => {
    await device.catchesUp()
    const { to_user_id } = scheduledBy(device)[`scheduled ${id}`] as ScheduledMessage
    return to_user_id === `deleted-${row!.id}`
  }
  await eventually(named, { what: 'another name' })
  await isSame(device, ann)
})

test('a first snapshot has all of it, page by page', async () => {
  const { ann, ben } = await later.app.people('ann', 'ben')
  await ann.befriends(ben)
  const ids: number[] = []
  for (let at = 0; at < 7; at++) ids.push((await later.schedules(ann, ben, `${at}`)).id)
  const device = new Mirror(ann)
  await device.catchesUp(3)
  expect(device.pages).toBeGreaterThan(3)
  expect(Object.keys(scheduledBy(device))).toEqual(
    ids.map((each) => `scheduled ${each}`).toSorted(),
  )
})
