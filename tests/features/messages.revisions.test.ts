// What messages said before they were edited, and edits that come at once.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import { custody } from '../../src/features/messages/custody.ts'
import { taken } from '../support/custody.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

const sql = () => app.nodes[0]!.ctx.sql
const edits = (who: Person, id: number, content: string) =>
  who.does('messages.edit', { id, content })
const refused = async (who: Person, id: number, content = 'other words') =>
  (await who.tries('messages.edit', { id, content })).code

async function friends() {
  const { alice, bob } = await app.people('alice', 'bob')
  const conversation = await alice.befriends(bob)
  return { alice, bob, conversation }
}

/** What a message said, the oldest first, as its sender reads it. */
async function before(who: Person, id: number): Promise<string[]> {
  return (await who.does('messages.revisions', { id })).list.map(({ content }) => content)
}

describe('what was said before', () => {
  test('is kept in order, and read by pages', async () => {
    const { alice, bob } = await friends()
    const said = await alice.says(bob, 'one')
    const second = await edits(alice, said.id, 'two')
    await edits(alice, said.id, 'three')
    const { id } = said
    const page = await alice.does('messages.revisions', { id, limit: 1 })
    expect(page.list).toEqual([{ n: 1, content: 'one', said_at: said.created_at }])
    expect(page.has_more).toBe(true)
    const rest = await alice.does('messages.revisions', { id, limit: 1, cursor: page.next_cursor })
    expect(rest).toEqual({
      list: [{ n: 2, content: 'two', said_at: second.edited_at! }],
      has_more: false,
      next_cursor: null,
    })
    for (const cursor of ['rubbish', btoa('[1.5]'), btoa('[1,2]')]) {
      const answer = await alice.tries('messages.revisions', { id, cursor })
      expect([cursor, answer.code, answer.data]).toEqual([cursor, 4010, expect.anything()])
    }
    const far = await alice.does('messages.revisions', { id, cursor: btoa(`[${2 ** 53 - 1}]`) })
    expect(far.list).toEqual([])
  })

  test('is complete: after twenty edits there is no further one', async () => {
    const { alice, bob } = await friends()
    const { id } = await alice.says(bob, '0')
    for (let n = 1; n <= limits.message.editsMax; n++) await edits(alice, id, `${n}`)
    expect(await refused(alice, id)).toBe(4302)
    expect(await before(alice, id)).toEqual(
      Array.from({ length: limits.message.editsMax }, (_, n) => `${n}`),
    )
  })

  test('is gone with the message, comes along in an export, and is erased with the account', async () => {
    const { alice, bob } = await friends()
    const [one, two, three] = [
      await alice.says(bob, 'one'),
      await alice.says(bob, 'two'),
      await bob.says(alice, 'three'),
    ]
    for (const n of [1, 2]) await edits(alice, one.id, `one ${n}`)
    await edits(alice, two.id, 'two 1')
    await edits(bob, three.id, 'three 1')
    const { id: me } = await alice.does('accounts.me')
    for (const pageRows of [1, 2, 3, 50]) {
      const rows = await taken(custody.export.message_revisions, sql(), me, pageRows)
      expect(rows).toEqual(
        [
          [one.id, 1, 'one'],
          [one.id, 2, 'one 1'],
          [two.id, 1, 'two'],
        ].map(([message_id, n, content]) =>
          expect.objectContaining({ message_id, n, content, said_at: expect.any(String) }),
        ),
      )
    }
    await alice.does('messages.recall', { id: two.id })
    expect(await before(alice, two.id)).toEqual([])
    expect(await custody.erase!(sql(), me, 1)).toBe(1)
    expect(await custody.erase!(sql(), me, 10)).toBe(1)
    expect(await custody.erase!(sql(), me, 10)).toBe(0)
    expect(await before(bob, three.id)).toEqual(['three'])
  })
})

describe('at once', () => {
  const waiting = async () => {
    const [row] = await sql()`
      select count(*)::int as count from pg_locks l join pg_stat_activity a using (pid)
      where not l.granted and a.datname = current_database()`
    return Number(row!['count'])
  }

  test('two devices edit: both are kept, the last one stands, and is told last', async () => {
    const { alice, bob, conversation } = await friends()
    const there = await alice.again(app.url(1))
    const listener = await bob.connects()
    const { id } = await alice.says(bob, 'first')
    const words = Array.from({ length: 10 }, (_, n) => `take ${n}`)
    const answers = await Promise.all(
      words.map((content, n) => edits(n % 2 ? there : alice, id, content)),
    )
    const [stands] = await bob.reads(conversation)
    const kept = await before(alice, id)
    expect(kept[0]).toBe('first')
    expect([...kept.slice(1), stands!.content].toSorted()).toEqual(words)
    // Whatever the order of their transactions was, each is later than the one before it.
    const { list } = await alice.does('messages.revisions', { id })
    const times = [...list.map(({ said_at }) => said_at), stands!.edited_at!]
    expect(times).toEqual([...new Set(times)].toSorted())
    expect(answers.every(({ updated_at }) => updated_at <= stands!.updated_at)).toBe(true)
    const { data } = await listener.hears('message_updated', (told) => {
      return told.conversation_version === 1 + words.length
    })
    expect(data.content).toBe(stands!.content)
  })

  test('edited and taken back: taken back for good, whichever was first', async () => {
    const { alice, bob, conversation } = await friends()
    const there = await alice.again(app.url(1))
    const listener = await bob.connects()
    for (let round = 0; round < 5; round++) {
      const { id } = await alice.says(bob, 'regret')
      const [edited] = await Promise.all([
        there.tries('messages.edit', { id, content: 'improved' }),
        alice.does('messages.recall', { id }),
      ])
      expect([0, 4403]).toContain(edited.code)
      const stands = (await bob.reads(conversation)).at(-1)!
      expect(stands).toMatchObject({ id, content: '', is_recalled: true })
      expect(await sql()`select from message_revisions where message_id = ${id}`).toHaveLength(0)
      const told = await listener.hears('message_updated', (data) => {
        return data.id === id && data.is_recalled
      })
      // Whoever goes by the newest sees the tombstone, in whatever order the two came.
      const heard = listener.all('message_updated').filter(({ data }) => data.id === id)
      const newest = heard.every(({ data }) => {
        return data.is_recalled || data.updated_at < told.data.updated_at
      })
      expect(newest).toBe(true)
    }
  })

  test('each change is later than the one before it, though it may have begun earlier', async () => {
    const { alice, bob } = await friends()
    const { id } = await alice.says(bob, 'one')
    await edits(alice, id, 'two')
    const [row] = await sql()<{ at: Date }[]>`
      update messages set edited_at = now() + interval '1 hour' where id = ${id}
      returning edited_at as at`
    const third = await edits(alice, id, 'three')
    expect(Date.parse(third.updated_at)).toBe(row!.at.getTime() + 1)
    const recalled = await alice.does('messages.recall', { id })
    expect(Date.parse(recalled.updated_at)).toBe(row!.at.getTime() + 2)
  })

  test('a block that commits while an edit waits for it is seen', async () => {
    const { alice, bob, conversation } = await friends()
    const { id } = await alice.says(bob, 'open')
    const { promise: done, resolve: commit } = Promise.withResolvers<void>()
    const { promise: locked, resolve: lock } = Promise.withResolvers<void>()
    const closing = sql().begin(async (tx) => {
      await tx`update conversations set is_open = false where id = ${conversation}`
      lock()
      await done
    })
    await locked
    const asked = refused(alice, id)
    await eventually(async () => (await waiting()) > 0, { what: 'an edit that waits' })
    commit()
    await closing
    expect(await asked).toBe(4403)
    expect((await bob.reads(conversation))[0]!.content).toBe('open')
  })
})
