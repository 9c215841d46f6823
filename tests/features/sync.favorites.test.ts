// What somebody keeps of what was said reaches all their devices, live and by the cursor, as far as they may
// read it when they look.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { install, type Installation } from '../support/installation.ts'
import { isWhole, Mirror } from '../support/mirror.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install()
})
afterAll(() => app[Symbol.asyncDispose]())

const keeps = (who: Person, message_id: number) => who.does('favorites.add', { message_id })

/** By message, what of it a device has. */
function keptBy(mirror: Mirror): Record<string, unknown> {
  const things = Object.entries(mirror.picture())
  return Object.fromEntries(things.filter(([name]) => name.startsWith('favorite ')))
}

async function isSame(mirror: Mirror, owner: Person): Promise<void> {
  await mirror.catchesUp()
  const { kept, fresh } = await isWhole(mirror, owner)
  expect(kept).toEqual(fresh)
}

test('another device hears that something is kept, and that it is kept no longer', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const { id } = await ann.says(ben, 'a heron')
  const phone = await ben.connects()
  const others = await ann.connects()
  const tablet = new Mirror(ben)
  await tablet.catchesUp()
  const told = () => phone.all('changed').filter(({ data }) => data.what === 'favorite').length
  const { id: number, created_at } = await keeps(ben, id)
  await phone.hears('changed', () => told() === 1)
  await isSame(tablet, ben)
  const message = [expect.objectContaining({ id, content: 'a heron' })]
  expect(keptBy(tablet)).toEqual({
    [`favorite ${id}`]: { id: number, message_id: id, created_at, message },
  })
  // A second time changes nothing, and is told to nobody.
  await keeps(ben, id)
  await ben.does('favorites.remove', { message_id: id })
  await phone.hears('changed', () => told() === 2)
  await isSame(tablet, ben)
  expect(keptBy(tablet)).toEqual({})
  await ben.does('favorites.remove', { message_id: id })
  const { events } = await ben.does('sync.get', { cursor: tablet.cursor })
  expect(events).toEqual([])
  expect(others.all('changed')).toEqual([])
})

test('it is as its message is now: edited, answered anew, recalled, deleted', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const conversation_id = await ann.befriends(ben)
  const asked = await ann.says(ben, 'when?')
  const answer = { conversation_id, reply_to_id: asked.id, message_type: 1, content: 'at noon' }
  const { id } = await ben.does('messages.send', answer)
  const gone = await ann.says(ben, 'to be deleted')
  for (const each of [id, asked.id, gone.id]) await keeps(ben, each)
  const device = new Mirror(ben)
  await device.catchesUp()
  await ann.does('messages.edit', { id: asked.id, content: 'and when?' })
  await ann.does('messages.react', { id, emoji: '👍' })
  await ben.does('messages.delete', { id: gone.id })
  await isSame(device, ben)
  expect(keptBy(device)[`favorite ${id}`]).toMatchObject({
    message: [
      { content: 'at noon', reply_to: { content: 'and when?' }, reactions: [{ count: 1 }] },
    ],
  })
  await ann.does('messages.recall', { id: asked.id })
  await isSame(device, ben)
  expect(Object.keys(keptBy(device)).toSorted()).toEqual(
    [`favorite ${asked.id}`, `favorite ${id}`].toSorted(),
  )
})

test.each(['all', 'joining'] as const)(
  'who comes back into a group has again what they kept and may read, history: %p',
  async (history) => {
    const { owner, cat } = await app.people('owner', 'cat')
    await owner.befriends(cat)
    const shape = { name: 'Herons', is_public: true, member_ids: [cat.userId], history }
    const { group_id } = await owner.does('groups.create', shape)
    const said = { group_id, message_type: 1, content: 'before' }
    const { id } = await owner.does('groups.send', said)
    await keeps(cat, id)
    const [stayed, looked] = [new Mirror(cat), new Mirror(cat)]
    for (const device of [stayed, looked]) await device.catchesUp(2)
    await cat.does('groups.leave', { group_id })
    await isSame(looked, cat)
    expect(keptBy(looked)).toEqual({})
    await cat.does('groups.join', { group_id })
    for (const device of [stayed, looked]) {
      await device.catchesUp(2)
      await isSame(device, cat)
      expect(Object.keys(keptBy(device))).toEqual(history === 'all' ? [`favorite ${id}`] : [])
    }
  },
)

test('a first snapshot has all of it, page by page', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const ids: number[] = []
  for (let at = 0; at < 7; at++) ids.push((await ann.says(ben, `${at}`)).id)
  for (const each of ids) await keeps(ben, each)
  const device = new Mirror(ben)
  await device.catchesUp(3)
  expect(device.pages).toBeGreaterThan(3)
  expect(Object.keys(keptBy(device)).toSorted()).toEqual(
    ids.map((each) => `favorite ${each}`).toSorted(),
  )
})
