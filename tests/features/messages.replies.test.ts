// Replies show what they answer: as it is now, and only to who may read it.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { must } from '../../src/core/assert.ts'
import { systemClock } from '../../src/core/clock.ts'
import type { Message } from '../../src/protocol/messages.ts'
import { install, type Installation } from '../support/installation.ts'
import { isWhole, Mirror } from '../support/mirror.ts'
import type { Person } from '../support/people.ts'

const statements: string[] = []
let app: Installation
beforeAll(async () => {
  app = await install({
    // Nothing of the node's own accord, so that statements can be counted.
    clock: { ...systemClock, every: () => ({ stop: () => {} }) },
    onStatement: (statement) => void statements.push(statement),
  })
})
afterAll(() => app[Symbol.asyncDispose]())

const newest = async (who: Person, id: number) => must((await who.reads(id)).at(-1), 'it was said')

async function pair() {
  const { alice, bob } = await app.people('alice', 'bob')
  const id = await alice.befriends(bob)
  const said = await alice.says(bob, 'Shall we meet?')
  const answer = await bob.says(alice, 'Yes', { reply_to_id: said.id })
  return { alice, bob, id, said, answer }
}

const preview = ({ id, seq, from_user_id, message_type }: Message, content: string) => {
  return { id, seq, from_user_id, message_type, content, is_recalled: false }
}

test('wherever a reply is shown it shows what it answers, as that is now', async () => {
  const { alice, bob, id, said, answer } = await pair()
  const mirror = new Mirror(bob)
  await mirror.catchesUp()
  await bob.does('favorites.add', { message_id: answer.id })
  const places = async () => {
    const [inList] = (await bob.does('conversations.list')) as { last_message?: Message }[]
    const kept = await bob.does('favorites.list', { limit: 1 })
    const { events } = await bob.does('sync.get')
    const inSync = events.flatMap(({ type, data }) => (type === 'conversation' ? [data] : []))
    return [
      (await newest(bob, id)).reply_to,
      inList?.last_message?.reply_to,
      must(kept.list[0], 'it is kept').message.reply_to,
      inSync[0]?.last_message?.reply_to,
    ]
  }
  const everywhere = (shown: Message['reply_to']) => [shown, shown, shown, shown]
  expect(answer.reply_to).toEqual(preview(said, 'Shall we meet?'))
  expect(await places()).toEqual(everywhere(answer.reply_to))

  const long = 'a'.repeat(199) + '👨‍👩‍👧‍👦' + 'b'.repeat(99)
  await alice.does('messages.edit', { id: said.id, content: long })
  expect(await places()).toEqual(everywhere(preview(said, 'a'.repeat(199))))
  // The same words under the same id show it as well.
  const again = { reply_to_id: said.id, client_msg_id: answer.client_msg_id }
  expect((await bob.says(alice, 'Yes', again)).reply_to?.content).toHaveLength(199)

  await alice.does('messages.recall', { id: said.id })
  const gone = { ...preview(said, ''), is_recalled: true }
  expect(await places()).toEqual(everywhere(gone))
  await mirror.catchesUp()
  const { kept, fresh } = await isWhole(mirror, bob)
  expect(kept).toEqual(fresh)
})

test('what one has deleted, or was not there for, is no part of an answer to it', async () => {
  const { alice, bob, id, said } = await pair()
  await bob.does('messages.delete', { id: said.id })
  expect((await newest(bob, id)).reply_to).toBeNull()
  expect((await newest(alice, id)).reply_to).toEqual(preview(said, 'Shall we meet?'))

  const { carol } = await app.people('carol')
  const made = { name: 'Herons', is_public: true, history: 'joining', member_ids: [bob.userId] }
  const { group_id, conversation_id } = await alice.does('groups.create', made)
  const says = (who: Person, content: string, more: object = {}) =>
    who.does('groups.send', { group_id, message_type: 1, content, ...more })
  const before = await says(alice, 'before carol')
  await carol.does('groups.join', { group_id })
  const answer = await says(bob, 'after', { reply_to_id: before.id })
  expect(answer.reply_to).toEqual(preview(before as Message, 'before carol'))
  const toCarol = await newest(carol, conversation_id)
  expect([toCarol.content, toCarol.reply_to_id, toCarol.reply_to]).toEqual([
    'after',
    before.id,
    null,
  ])
  // Elsewhere it cannot be answered at all.
  const stolen = await alice.tries('messages.send', {
    to_user_id: bob.userId,
    message_type: 1,
    content: 'and here',
    reply_to_id: before.id,
  })
  expect(stolen.code).toBe(4301)
})

test('it costs one question more for a page, and nothing where nothing is answered', async () => {
  const { alice, bob, id, said } = await pair()
  const { carol } = await app.people('carol')
  const plain = await alice.befriends(carol)
  await alice.says(carol, 'hi')
  const costOf = async (work: () => Promise<unknown>) => {
    // The cheapest of three: the first finds caches empty, and another may note that a device was used.
    let cost = Infinity
    for (let n = 0; n < 3; n++) {
      statements.length = 0
      await work()
      cost = Math.min(cost, statements.length)
    }
    return cost
  }
  const reads = (conversation: number) => () => alice.reads(conversation)
  const [without, one] = [await costOf(reads(plain)), await costOf(reads(id))]
  for (let n = 0; n < 5; n++) await bob.says(alice, `${n}`, { reply_to_id: said.id })
  expect([one - without, (await costOf(reads(id))) - without]).toEqual([1, 1])

  const sends = (to: Person, more: object = {}) => costOf(() => alice.says(to, 'so', { ...more }))
  expect((await sends(bob, { reply_to_id: said.id })) - (await sends(bob))).toBe(1)
})
