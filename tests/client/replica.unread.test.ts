// The law of what is unread: between two rounds of the cursor a replica counts as the server does.
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import type { Conversation, Replica } from '../../src/client/replica/replica.ts'
import { deepTest } from '../support/deep.ts'
import { eventually } from '../support/eventually.ts'
import type { Person } from '../support/people.ts'
import { Line } from './line.ts'
import { deviceOf, isLive, replicaLimits } from './replica.device.ts'

const line = new Line()

/** No round is begun by anything that is told. */
const unasked = { ...replicaLimits, soonMs: 3_600_000, laterMs: 3_600_000, windowMax: 100 }

const step = fc.record({
  verb: fc.constantFrom('says', 'says to all', 'renames', 'reads', 'reads all', 'deletes'),
  by: fc.constantFrom('ann' as const, 'ben' as const),
  isGroup: fc.boolean(),
  number: fc.integer({ min: 1, max: 30 }),
})

const countOf = (view: Conversation | undefined) =>
  view && {
    last_seq: view.last_seq,
    read_seq: view.read_seq,
    unread: view.unread,
    is_marked_unread: view.is_marked_unread,
    ...(view.kind === 'direct' ? { both: [view.user1_unread, view.user2_unread] } : {}),
  }

async function countsAs(replica: Replica, owner: Person, done: object): Promise<void> {
  const fresh = await owner.does('conversations.list', { kind: 'all', archived: 'all' })
  if (!Array.isArray(fresh)) throw new Error('a page was asked for')
  for (const each of fresh) {
    const shown = () => countOf(replica.conversation(each.id).current)
    const isSame = () => Bun.deepEquals(shown(), countOf(each))
    await eventually(isSame, { what: 'the same count', within: 2_000 }).catch(() => {})
    expect({ ...done, ...shown() }).toEqual({ ...done, ...countOf(each) })
  }
}

test('what was deleted for oneself counts as it did, wherever a mark comes to stand below it', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  await using replica = deviceOf(line.proxy, ann, { replicaLimits: unasked })
  await replica.start()
  await eventually(() => isLive(replica), { what: 'a live replica' })
  const isShown = (words: string) => () =>
    replica
      .timeline(id)
      .current.messages.map(({ content }) => content)
      .join() === words
  const first = await ann.says(ben, 'a1')
  const second = await ann.says(ben, 'a2')
  await eventually(isShown('a1,a2'), { what: 'both' })
  await ann.does('messages.delete', { id: second.id })
  await eventually(isShown('a1'), { what: 'the one that is left' })
  await ben.does('conversations.read', { id, seq: first.seq })
  await countsAs(replica, ann, { read: 'by him' })
  // Of what she deletes here one is hers and does not count, and one is his.
  const third = await ben.says(ann, 'b3')
  const gone = [await ann.says(ben, 'a4'), await ben.says(ann, 'b5')]
  await ben.says(ann, 'b6')
  await eventually(isShown('a1,b3,a4,b5,b6'), { what: 'all of it' })
  line.proxy.refuse(true)
  line.proxy.cut()
  await eventually(() => !isLive(replica), { what: 'no line' })
  for (const each of gone) await ann.does('messages.delete', { id: each.id })
  line.proxy.refuse(false)
  await eventually(() => isLive(replica), { what: 'the line again' })
  await eventually(isShown('a1,b3,b6'), { what: 'both gone, by the cursor' })
  await ann.does('conversations.read', { id, seq: third.seq })
  await countsAs(replica, ann, { read: 'by her' })
  expect(replica.conversation(id).current).toMatchObject({ read_seq: third.seq, unread: 2 })
})

deepTest(
  'after each step a replica counts what is unread as the server does, and asks nothing',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 25 }), async (script) => {
        const people = await line.app.people('ann', 'ben')
        const { ann, ben } = people
        const direct = await ann.befriends(ben)
        const made = { name: 'Two', is_public: true, member_ids: [ben.userId] }
        const { group_id } = await ann.does('groups.create', made)
        await using replica = deviceOf(line.proxy, ann, { replicaLimits: unasked })
        await replica.start()
        await eventually(() => isLive(replica) && replica.conversations().current.length === 2)
        const group = replica.conversations().current.find(({ kind }) => kind === 'group')!.id
        for (const { verb, by, isGroup, number } of script) {
          const [who, id] = [people[by], isGroup ? group : direct]
          const said = await who.reads(id)
          const some = said[number % Math.max(1, said.length)]
          const other = by === 'ann' ? ben : ann
          if (verb === 'says') await who.says(other, `${number}`)
          else if (verb === 'says to all') {
            await who.does('groups.send', { group_id, message_type: 1, content: `${number}` })
          } else if (verb === 'renames') {
            // Of a group it is told by a system message; only who founded it may.
            await ann.does('groups.update', { group_id, name: `Group ${number}` })
          } else if (verb === 'reads all') await who.does('conversations.read', { id })
          else if (some && verb === 'reads') {
            await who.does('conversations.read', { id, seq: some.seq })
          } else if (some && verb === 'deletes') await who.does('messages.delete', { id: some.id })
          await countsAs(replica, ann, { verb, by })
        }
      }),
      { numRuns: 50, endOnFailure: true },
    )
  },
  120_000,
)
