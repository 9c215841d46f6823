// Text as people see it: counted by characters, and refused where there is nothing to see.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { install, type Installation } from '../support/installation.ts'
import { callOperation, password, type Person } from '../support/people.ts'

let app: Installation
let alice: Person
let bob: Person
let carol: Person
beforeAll(async () => {
  app = await install()
  ;({ alice, bob, carol } = await app.people('alice', 'bob', 'carol'))
  await alice.befriends(bob)
})
afterAll(() => app[Symbol.asyncDispose]())

const register = (nickname: string) =>
  callOperation(app.url(), 'accounts.registerWithPassword', {
    email: 'blank@example.com',
    user_id: 'blank-name',
    nickname,
    password,
  })
const refusal = ({ code, data }: { code: number; data: unknown }) => [code, data]

describe('lengths', () => {
  /** By field: how somebody says so many rare characters, and how many there may be. */
  const tries: [string, number, (text: string) => Promise<{ code: number; data: unknown }>][] = [
    ['nickname', 64, (nickname) => alice.tries('accounts.updateMe', { nickname })],
    ['bio', 500, (bio) => alice.tries('accounts.updateMe', { bio })],
    [
      'remark',
      64,
      (remark) => alice.tries('friends.updateRemark', { friend_id: bob.userId, remark }),
    ],
    ['location', 128, (location) => alice.tries('moments.create', { content: 'x', location })],
    ['content', 2_000, (content) => alice.tries('moments.create', { content })],
    [
      'content',
      500,
      async (content) => {
        const { id } = await alice.does('moments.create', { content: 'x' })
        return alice.tries('moments.comment', { id, content })
      },
    ],
    [
      'content',
      4_000,
      (content) =>
        alice.tries('messages.send', { to_user_id: bob.userId, message_type: 1, content }),
    ],
    [
      'message',
      200,
      async (message) => {
        const sent = await alice.tries('friends.sendRequest', {
          to_user_id: carol.userId,
          message,
        })
        if (sent.code === 0) {
          await alice.does('friends.withdrawRequest', { request_id: sent.data.id })
        }
        return sent
      },
    ],
  ]

  test('a character that UTF-16 takes two for is one, in every field', async () => {
    for (const [field, max, say] of tries) {
      expect([field, max, (await say('𠮷'.repeat(max))).code]).toEqual([field, max, 0])
      const { code, data } = await say('𠮷'.repeat(max === 4_000 ? 5_001 : max + 1))
      expect([field, code, (data as { field?: string }).field]).toEqual([field, 4010, field])
    }
  })

  test('the socket counts alike', async () => {
    const device = await alice.connects()
    const said = await device.says(bob, '𠮷'.repeat(4_096))
    expect(said.seq).toBeGreaterThan(0)
  })
})

describe('something to see', () => {
  const nothing = [
    '\u200b',
    '\u3164\u115f',
    '\u2800',
    '\u2060 \u00ad',
    '\u{e0001}',
    '\ufe0f',
    '\u061c',
    '\u0378',
    '\uffff',
    '\ufffc',
    '\u{e0067}\u{e007f}',
  ]

  test('a name, a message, a moment or a comment that shows nothing is refused', async () => {
    const { id } = await alice.does('moments.create', { content: 'x' })
    const message = { to_user_id: bob.userId, message_type: 1 }
    const device = await alice.connects()
    for (const text of nothing) {
      const tooShort = [4010, { field: 'content', reason: 'too_short', min: 1 }]
      expect(refusal(await alice.tries('messages.send', { ...message, content: text }))).toEqual(
        tooShort,
      )
      expect(refusal(await alice.tries('moments.create', { content: text }))).toEqual([
        4010,
        { field: 'content', reason: 'missing', one_of: ['content', 'images'] },
      ])
      expect(refusal(await alice.tries('moments.comment', { id, content: text }))).toEqual(tooShort)
      const heard = await device.asks('send_message', { ...message, content: text })
      expect(heard).toMatchObject({ type: 'error', data: { code: 4010, field: 'content' } })
      for (const answer of [
        await alice.tries('accounts.updateMe', { nickname: text }),
        await register(text),
      ]) {
        expect(refusal(answer)).toEqual([4010, { field: 'nickname', reason: 'too_short', min: 1 }])
      }
      const remark = { friend_id: bob.userId, remark: text }
      expect(refusal(await alice.tries('friends.updateRemark', remark))).toEqual([
        4010,
        { field: 'remark', reason: 'too_short', min: 1 },
      ])
    }
  })

  test('where there may be nothing it is stored as nothing', async () => {
    const url = 'https://example.com/lake.jpg'
    const device = await alice.connects()
    for (const text of [...nothing, ' \n ']) {
      expect((await alice.does('accounts.updateMe', { bio: text })).bio).toBe('')
      const asked = { to_user_id: carol.userId, message: text }
      const request = await alice.does('friends.sendRequest', asked)
      expect(request.message).toBe('')
      await alice.does('friends.withdrawRequest', { request_id: request.id })
      const post = { content: text, images: [url], location: text }
      expect(await alice.does('moments.create', post)).toMatchObject({ content: '', location: '' })
      for (const message_type of [2, 3, 4, 5]) {
        const file = { to_user_id: bob.userId, message_type, media_url: url, content: text }
        expect((await alice.does('messages.send', file)).content).toBe('')
        const heard = await device.asks('send_message', file)
        const { conversation_id: id } = heard.data as { conversation_id: number }
        expect((await bob.reads(id)).at(-1)?.content).toBe('')
      }
    }
  })

  test('a search for nothing to see has no keyword', async () => {
    for (const keyword of [...nothing, ' ', '']) {
      const { code, data } = await alice.tries('friends.search', { keyword })
      expect([keyword, code, data as unknown]).toEqual([keyword, 4311, { field: 'keyword' }])
    }
  })

  test('what no database holds is refused, however little it shows', async () => {
    for (const bio of ['\0', '\u200b\0', '\ud800']) {
      expect(refusal(await alice.tries('accounts.updateMe', { bio }))).toEqual([
        4010,
        { field: 'bio', reason: 'pattern' },
      ])
    }
  })

  test('joiners, marks and pictures are text like any other', async () => {
    for (const text of ['👨‍👩‍👧', '🏴󠁧󠁢󠁷󠁬󠁳󠁿', 'می\u200cخواهم', '\u0301', '‏א', '\u200bhi']) {
      expect((await alice.says(bob, text)).content).toBe(text)
      expect((await alice.does('accounts.updateMe', { nickname: text })).nickname).toBe(text)
    }
  })

  test('a remark may be empty, but leaves its line as it is', async () => {
    const remark = (text: string) =>
      alice.tries('friends.updateRemark', { friend_id: bob.userId, remark: text })
    expect((await remark(' Bob ')).data.remark).toBe('Bob')
    expect((await remark('   ')).data.remark).toBe('')
    expect(refusal(await remark('a\u202eb'))).toEqual([
      4010,
      { field: 'remark', reason: 'pattern' },
    ])
  })
})

describe('null where nothing is needed', () => {
  const said = { message_type: 1, content: 'hi' }
  const nulls = { conversation_id: null, media_url: null, client_msg_id: null, reply_to_id: null }

  test('is as if it were not there, by both doors', async () => {
    const message = { ...said, ...nulls, to_user_id: bob.userId }
    const sent = (await alice.tries('messages.send', message)).data
    expect(sent).toMatchObject({ content: 'hi', media_url: '', reply_to_id: null })
    const device = await alice.connects()
    const heard = await device.asks('send_message', { ...message, group_id: null } as never)
    expect(heard).toMatchObject({ type: 'ack', data: { seq: sent.seq + 1 } })
    // A place that was not said is the newest.
    const mark = { id: sent.conversation_id, seq: null }
    expect((await bob.tries('conversations.read', mark)).data.read_seq).toBe(sent.seq + 1)
  })

  test('takes nothing away from what is there', async () => {
    await alice.does('accounts.updateMe', { bio: 'Gone birding.' })
    const profile = { nickname: null, avatar: null, bio: null, locale: null }
    expect((await alice.tries('accounts.updateMe', profile)).data.bio).toBe('Gone birding.')
    const lists = { images: null, location: null, visible: null, allow_list: null, deny_list: null }
    const post = await alice.tries('moments.create', { content: 'x', ...lists })
    expect(post.data).toMatchObject({ images: '[]', location: '', visible: 0 })
    const asked = { to_user_id: carol.userId, message: null }
    expect((await alice.tries('friends.sendRequest', asked)).data.message).toBe('')
    const email = 'null@example.com'
    const code = await callOperation(app.url(), 'accounts.sendCode', { email, purpose: null })
    expect(code.code).toBe(0)
  })
})
