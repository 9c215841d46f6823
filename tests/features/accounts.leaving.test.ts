// Leaving: hidden at once, back in time or gone for good, and what the others see of it.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createClient } from '../../src/client/client.ts'
import { closeAllDirect, reopenDirect } from '../../src/features/conversations/pairs.ts'
import { trustingClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { mailsTo, mailText, newCode, password, proved } from '../support/owners.ts'
import { callOperation, type Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2, clock: trustingClock })
})
afterAll(() => app[Symbol.asyncDispose]())

const sql = () => app.nodes[0]!.ctx.sql

const signIn = (person: Person, secret = password) =>
  callOperation(app.url(), 'accounts.loginWithPassword', { email: person.userId, password: secret })

describe('asking for it', () => {
  test('takes the password or a code, and just one of them', async () => {
    const alice = await proved(app, 'alice')
    const wrong = await alice.tries('accounts.deleteMe', { password: 'not my password' })
    expect([wrong.status, wrong.code]).toEqual([400, 4103])
    for (const input of [{}, { password, code: '123456' }]) {
      expect((await alice.tries('accounts.deleteMe', input)).code).toBe(4010)
    }
    const reset = await newCode(app, alice.email, 'reset')
    expect((await alice.tries('accounts.deleteMe', { code: reset })).code).toBe(4106)
    expect((await alice.tries('accounts.me')).code).toBe(0)
    const code = await newCode(app, alice.email, 'login')
    expect((await alice.does('accounts.deleteMe', { code })).message).toBe('deletion scheduled')
    expect((await alice.tries('accounts.me')).code).toBe(4104)
  })

  test('asked for many times at once, it is scheduled once and mailed once', async () => {
    const alice = await proved(app, 'alice')
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => alice.tries('accounts.deleteMe', { password })),
    )
    const done = answers.filter((each) => each.code === 0).map((each) => each.data.deletes_at)
    expect(new Set(done).size).toBe(1)
    const days = (new Date(done[0]!).getTime() - Date.now()) / 86_400_000
    expect(days).toBeWithin(6.9, 7.01)
    const text = await mailText(app, alice.email, /^Your account will be deleted/)
    expect(text).toContain(done[0]!.slice(0, 4))
    await newCode(app, alice.email)
    expect(mailsTo(app, alice.email, /^Your account will be deleted/)).toHaveLength(1)
  })
})

test('the SDK asks for it too: a DELETE with a body', async () => {
  const { alice } = await app.signUp('alice')
  const client = createClient({ url: app.url(), tokens: { token: alice.token } })
  const wrong = client.call('accounts.deleteMe', { password: 'not my password' })
  await expect(wrong).rejects.toMatchObject({ code: 4103 })
  const { deletes_at } = await client.call('accounts.deleteMe', { password })
  expect(new Date(deletes_at).getTime()).toBeGreaterThan(Date.now())
  client.close()
})

describe('in the time of grace', () => {
  test('nobody can find, befriend or write to who is leaving; what was said stays', async () => {
    const alice = await proved(app, 'alice')
    const { bob, carol, dan } = await app.signUp('bob', 'carol', 'dan')
    const conversation = await alice.befriends(bob)
    await alice.says(bob, 'one')
    await bob.says(alice, 'two')
    const asked = await alice.does('friends.sendRequest', { to_user_id: carol.userId })
    await dan.does('friends.sendRequest', { to_user_id: alice.userId })
    const phone = await (await alice.again(app.url(1))).connects()
    const bobs = await bob.connects()
    await alice.does('accounts.deleteMe', { password })
    expect((await phone.isClosed()).code).toBe(4002)

    const send = (who: Person, to: object) =>
      who.tries('messages.send', { message_type: 1, content: 'hello?', ...to })
    expect((await send(bob, { to_user_id: alice.userId })).code).toBe(4403)
    expect((await send(bob, { conversation_id: conversation })).code).toBe(4403)
    expect((await send(carol, { to_user_id: alice.userId })).code).toBe(4101)
    const frame = await bobs.asks('send_message', {
      conversation_id: conversation,
      message_type: 1,
      content: 'hello?',
    })
    expect(frame.data).toMatchObject({ code: 4403 })
    const again = { to_user_id: alice.userId }
    expect((await carol.tries('friends.sendRequest', again)).code).toBe(4101)
    expect((await bob.tries('friends.sendRequest', again)).code).toBe(4101)
    const accept = await carol.tries('friends.acceptRequest', { request_id: asked.id })
    expect(accept.code).toBe(4204)
    const [theirs] = await dan.does('friends.sentRequests', { status: -1 })
    expect(theirs!.status).toBe(3)
    const open = { friend_user_id: alice.userId }
    expect((await carol.tries('conversations.create', open)).code).toBe(4101)

    expect((await bob.reads(conversation)).map((each) => each.content)).toEqual(['one', 'two'])
    const [friend] = await bob.does('friends.list')
    expect(friend!.friend_id).toBe(alice.userId)
    expect((await bob.does('friends.remove', { friend_id: alice.userId })).message).toBe('removed')
  })

  test('signing in takes it back and says so; friends may write again', async () => {
    const alice = await proved(app, 'alice')
    const { bob, carol } = await app.signUp('bob', 'carol')
    const conversation = await alice.befriends(bob)
    await alice.befriends(carol)
    const note = await alice.says(alice, 'I may come back')
    await alice.does('accounts.deleteMe', { password })
    await carol.does('friends.remove', { friend_id: alice.userId })
    const back = await signIn(alice)
    expect(back.data).toMatchObject({ deletion_cancelled: true, user: { user_id: alice.userId } })
    expect((await signIn(alice)).data).not.toHaveProperty('deletion_cancelled')
    await eventually(async () => {
      const sent = await bob.tries('messages.send', {
        conversation_id: conversation,
        message_type: 1,
        content: 'there you are',
      })
      return sent.code === 0
    })
    const closed = { to_user_id: alice.userId, message_type: 1, content: 'me too' }
    expect((await carol.tries('messages.send', closed)).code).toBe(4403)

    const returned = await alice.again()
    const again = await returned.says(alice, 'I am back')
    expect(again.conversation_id).toBe(note.conversation_id)
    await returned.does('accounts.deleteMe', { password })
    const code = await newCode(app, alice.email, 'login')
    const byCode = await callOperation(app.url(), 'accounts.login', { email: alice.email, code })
    expect(byCode.data).toMatchObject({ deletion_cancelled: true })
  })

  test('who accepts at the same moment never ends up in an open conversation', async () => {
    for (let round = 0; round < 3; round++) {
      const { alice, bob } = await app.signUp('alice', 'bob')
      const asked = await alice.does('friends.sendRequest', { to_user_id: bob.userId })
      const [left, accepted] = await Promise.all([
        alice.tries('accounts.deleteMe', { password }),
        bob.tries('friends.acceptRequest', { request_id: asked.id }),
      ])
      expect(left.code).toBe(0)
      expect([0, 4204]).toContain(accepted.code)
      const open = await sql()`
        select c.id from conversations c join users u on u.id in (c.user1_id, c.user2_id)
        where u.user_id = ${alice.userId} and c.is_open`
      expect(open).toHaveLength(0)
    }
  })

  test('a request that slipped in at that moment leads nowhere', async () => {
    const { alice, bob } = await app.signUp('alice', 'bob')
    await alice.does('accounts.deleteMe', { password })
    const [slipped] = await sql()<{ id: number }[]>`
      insert into friend_requests (from_id, to_id)
      select a.id, b.id from users a, users b
      where a.user_id = ${alice.userId} and b.user_id = ${bob.userId} returning id`
    const accept = await bob.tries('friends.acceptRequest', { request_id: slipped!.id })
    expect([accept.status, accept.code]).toEqual([404, 4204])
    expect(await bob.does('friends.list')).toEqual([])
  })

  test('who signs in at the same moment is inside and staying, or outside and leaving', async () => {
    for (let round = 0; round < 3; round++) {
      const { alice } = await app.signUp('alice')
      const [, back] = await Promise.all([
        alice.does('accounts.deleteMe', { password }),
        signIn(alice),
      ])
      const [row] = await sql()`select deletes_at from users where user_id = ${alice.userId}`
      const token = back.data.token
      const asked = await callOperation(app.url(1), 'accounts.me', {}, token)
      expect(asked.code === 0).toBe(row!['deletes_at'] === null)
    }
  })

  test('once it is over, the account answers as if it had never been', async () => {
    const alice = await proved(app, 'alice')
    await alice.does('accounts.deleteMe', { password })
    const code = await newCode(app, alice.email)
    await sql()`update users set deletes_at = now() where user_id = ${alice.userId}`
    expect((await signIn(alice)).code).toBe(4103)
    const email = alice.email
    expect((await callOperation(app.url(), 'accounts.login', { email, code })).code).toBe(4101)
    const reset = { email, code, password: 'twelve tall white swans' }
    expect((await callOperation(app.url(), 'accounts.resetPassword', reset)).code).toBe(4106)
  })
})

test('one comes back while the other leaves: their conversation stays closed', async () => {
  const { alice, bob } = await app.signUp('alice', 'bob')
  const conversation = await alice.befriends(bob)
  const { ctx } = app.nodes[0]!
  const [back, gone] = [(await alice.does('accounts.me')).id, (await bob.does('accounts.me')).id]
  await ctx.transact((tx) => closeAllDirect(tx, back))
  const opened = Promise.withResolvers<void>()
  const committing = Promise.withResolvers<void>()
  const returning = ctx.transact(async (tx) => {
    // As long as his leaving has not committed, he is there.
    await reopenDirect(tx, back, async () => [gone])
    opened.resolve()
    await committing.promise
  })
  await opened.promise
  let left = false
  const leaving = ctx.transact((tx) => closeAllDirect(tx, gone)).then(() => (left = true))
  await eventually(async () => {
    const waiting = await sql()`
      select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    return left || waiting.length > 0
  })
  committing.resolve()
  await Promise.all([returning, leaving])
  const [row] = await sql()`select is_open from conversations where id = ${conversation}`
  expect(row).toEqual({ is_open: false })
})
