// What reaches those whom it concerns in a group, live and by the cursor: who asks to come in and what became
// of it, and a face that is another one.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import type { Device } from '../support/device.ts'
import { install, type Installation } from '../support/installation.ts'
import { isWhole, Mirror } from '../support/mirror.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install()
})
afterAll(() => app[Symbol.asyncDispose]())

class Witness {
  private constructor(
    readonly person: Person,
    readonly device: Device,
    readonly mirror: Mirror,
  ) {}

  static async of(person: Person): Promise<Witness> {
    const mirror = new Mirror(person)
    await mirror.catchesUp()
    return new Witness(person, await person.connects(), mirror)
  }

  /** Heard live so often; and what came by the cursor is what a new device sees. */
  async heard(times: number): Promise<unknown[]> {
    const isAbout = () =>
      this.device.all('changed').filter(({ data }) => data.what === 'join_request')
    if (times > 0) {
      await this.device.hears(
        'changed',
        ({ what }) => what === 'join_request' && isAbout().length >= times,
      )
    }
    await this.mirror.catchesUp()
    const { kept, fresh } = await isWhole(this.mirror, this.person)
    expect(kept).toEqual(fresh)
    const things = Object.entries(this.mirror.picture())
    return things.flatMap(([key, value]) => (key.startsWith('join ') ? [value] : []))
  }
}

test('who asks to come in: whoever asked and all who answer hear of it, and how it ends', async () => {
  const { owner, admin, member, asker } = await app.people('owner', 'admin', 'member', 'asker')
  for (const each of [admin, member]) await owner.befriends(each)
  const member_ids = [admin.userId, member.userId]
  const shape = { name: 'Herons', is_public: true, join_approval: true, member_ids }
  const { group_id } = await owner.does('groups.create', shape)
  const target = { group_id, target_user_id: admin.userId }
  await owner.does('groups.setRole', { ...target, role: 2 })
  const [boss, second, third, outside] = (await Promise.all(
    [owner, admin, member, asker].map((each) => Witness.of(each)),
  )) as [Witness, Witness, Witness, Witness]
  const seen = async (times: number) => [
    (await boss.heard(times)).length,
    (await second.heard(times)).length,
    (await outside.heard(times)).length,
    (await third.heard(0)).length,
  ]
  const ask = async () =>
    (await asker.does('groups.join', { group_id, message: 'Me?' })).request!.id
  const first = await ask()
  expect(await seen(1)).toEqual([1, 1, 1, 0])
  expect(await second.heard(1)).toMatchObject([
    { id: first, user_id: asker.userId, message: 'Me?' },
  ])
  await admin.does('groups.rejectRequest', { id: first })
  expect(await seen(2)).toEqual([0, 0, 0, 0])
  const again = await ask()
  expect(await seen(3)).toEqual([1, 1, 1, 0])
  // Who answers no more sees it no more, and who does sees what waits.
  await owner.does('groups.setRole', { ...target, role: 1 })
  await owner.does('groups.setRole', { group_id, target_user_id: member.userId, role: 2 })
  expect((await second.heard(0)).length).toBe(0)
  expect((await third.heard(0)).length).toBe(1)
  await member.does('groups.acceptRequest', { id: again })
  expect((await boss.heard(4)).length).toBe(0)
  expect((await outside.heard(4)).length).toBe(0)
  expect(outside.mirror.groups()).toEqual([group_id])
  expect((await third.heard(1)).length).toBe(0)
})

test('a group that ends, and an account that goes, take what waits along', async () => {
  const { owner, asker, other } = await app.people('owner', 'asker', 'other')
  const shape = { name: 'Terns', is_public: true, join_approval: true }
  const { group_id } = await owner.does('groups.create', shape)
  for (const each of [asker, other]) await each.does('groups.join', { group_id })
  const [boss, outside] = [await Witness.of(owner), await Witness.of(asker)]
  expect((await boss.heard(0)).length).toBe(2)
  await owner.does('groups.dissolve', { group_id })
  expect((await boss.heard(0)).length).toBe(0)
  expect((await outside.heard(0)).length).toBe(0)
})

test('whoever is blocked sees another face in the groups of both, and nobody else does', async () => {
  const { owner, ben, cat } = await app.people('owner', 'ben', 'cat')
  for (const each of [ben, cat]) await owner.befriends(each)
  const member_ids = [ben.userId, cat.userId]
  const groups = [
    await owner.does('groups.create', { name: 'One', member_ids }),
    await owner.does('groups.create', { name: 'Two', member_ids }),
  ]
  await ben.does('groups.rename', { group_id: groups[0]!.group_id, nickname: 'Benny' })
  const [blocked, third] = [await Witness.of(cat), await Witness.of(owner)]
  const faceOf = (seenBy: Witness) =>
    groups.map(({ group_id }) => {
      const member = seenBy.mirror.members(group_id).find(({ user_id }) => user_id === ben.userId)
      return [member?.nickname, member?.user.nickname]
    })
  const before = faceOf(blocked)
  for (const isBlock of [true, false]) {
    if (isBlock) await ben.does('friends.block', { blocked_user_id: cat.userId })
    else await ben.does('friends.unblock', { user_id: cat.userId })
    const told = () =>
      blocked.device.all('member_updated').filter(({ data }) => data.user_id === ben.userId)
    await blocked.device.hears('member_updated', () => told().length === (isBlock ? 2 : 4))
    expect(new Set(told().map(({ data }) => data.conversation_id)).size).toBe(2)
    await blocked.heard(0)
    await third.heard(0)
    const hidden = [
      ['', ben.userId],
      ['', ben.userId],
    ]
    expect(faceOf(blocked)).toEqual(isBlock ? hidden : before)
    expect(faceOf(third)).toEqual(before)
  }
  expect(third.device.all('member_updated')).toEqual([])
})

test.each(['joining', 'recent', 'all'] as const)(
  'who leaves and comes back between two cursors keeps what they may read, history: %p',
  async (history) => {
    const { owner, cat } = await app.people('owner', 'cat')
    await owner.befriends(cat)
    const shape = { name: 'Herons', is_public: true, member_ids: [cat.userId], history }
    const { group_id } = await owner.does('groups.create', shape)
    const device = await owner.connects()
    const says = async (count: number) => {
      for (let at = 0; at < count; at++) {
        const content = String(at)
        await device.asks('send_message', { group_id, message_type: 1, content })
      }
    }
    await says(limits.groups.recentMessages)
    const hers = new Mirror(cat)
    await hers.catchesUp()
    await cat.does('groups.leave', { group_id })
    await says(1)
    await cat.does('groups.join', { group_id })
    await says(1)
    await hers.catchesUp()
    const { kept, fresh } = await isWhole(hers, cat)
    expect(kept).toEqual(fresh)
    // What is hidden makes the conversation a new one, and nothing else does.
    const { cursor } = hers
    await owner.does('groups.setRole', { group_id, target_user_id: cat.userId, role: 2 })
    const { events } = await cat.does('sync.get', { cursor })
    expect(events.map(({ type }) => type)).not.toContain('conversation_removed')
  },
)
