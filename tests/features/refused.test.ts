// What no schema can see and a use case refuses: the reason and the bound are the true ones, and
// the sentence says what to do. What schemas see is played by tests/laws/refused.test.ts.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { OperationName } from '../../src/protocol/operations.ts'
import { install, type Installation } from '../support/installation.ts'
import { callOperation, request, type Person } from '../support/people.ts'

let app: Installation
let alice: Person
let bob: Person
let stranger: string
let moment: number
beforeAll(async () => {
  app = await install()
  ;({ alice, bob } = await app.people('alice', 'bob'))
  await alice.befriends(bob)
  const { carol } = await app.people('carol')
  stranger = carol.userId
  moment = (await alice.does('moments.create', { content: 'hi' })).id
})
afterAll(() => app[Symbol.asyncDispose]())

type Case = readonly [name: OperationName, input: () => object, data: object, msg: string]

const text = { message_type: 1, content: 'x' }
const pushed = { p256dh: 'x'.repeat(87), auth: 'x'.repeat(22) }
const endpoint = 'https://push.example.net/send/1'
const urls = 'has to be an https address, or a path of this server.'
const sendable = [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, '64-255']

const cases: readonly Case[] = [
  [
    'friends.sendRequest',
    () => ({ to_user_id: alice.userId }),
    { field: 'to_user_id', reason: 'conflict', with: 'self' },
    'to_user_id: that is you yourself.',
  ],
  [
    'friends.block',
    () => ({ blocked_user_id: alice.userId }),
    { field: 'blocked_user_id', reason: 'conflict', with: 'self' },
    'blocked_user_id: that is you yourself.',
  ],
  [
    'messages.send',
    () => text,
    {
      field: 'to_user_id',
      reason: 'missing',
      one_of: ['to_user_id', 'conversation_id', 'group_id'],
    },
    'to_user_id: give one of to_user_id, conversation_id, group_id.',
  ],
  [
    'messages.send',
    () => ({ ...text, to_user_id: bob.userId, conversation_id: 1 }),
    { field: 'to_user_id', reason: 'conflict', with: 'conversation_id' },
    'to_user_id: does not go together with conversation_id.',
  ],
  [
    'messages.send',
    () => ({ ...text, to_user_id: bob.userId, content: 'x'.repeat(5_001) }),
    { field: 'content', reason: 'too_long', max: 5_000 },
    'content: at most 5000 characters.',
  ],
  [
    'messages.send',
    () => ({ ...text, to_user_id: bob.userId, content: '😀'.repeat(4_999) }),
    { field: 'content', reason: 'too_long', max: 16_384, unit: 'bytes' },
    'content: at most 16384 bytes.',
  ],
  [
    'messages.send',
    () => ({ to_user_id: bob.userId, message_type: 2, content: '' }),
    { field: 'media_url', reason: 'missing' },
    'media_url: is missing.',
  ],
  [
    'messages.send',
    () => ({ ...text, to_user_id: bob.userId, message_type: 6 }),
    { field: 'message_type', reason: 'unknown_value', allowed: sendable },
    `message_type: has to be one of ${sendable.join(', ')}.`,
  ],
  [
    'accounts.updateMe',
    () => ({ nickname: 'two\nlines' }),
    { field: 'nickname', reason: 'pattern' },
    'nickname: has to show something, in one line and without control characters.',
  ],
  [
    'accounts.updateMe',
    () => ({ avatar: 'javascript:alert(1)' }),
    { field: 'avatar', reason: 'pattern' },
    `avatar: ${urls}`,
  ],
  [
    'accounts.updateMe',
    () => ({ bio: 'a\u0007' }),
    { field: 'bio', reason: 'pattern' },
    'bio: control characters cannot stand in it.',
  ],
  [
    'accounts.deleteMe',
    () => ({}),
    { field: 'password', reason: 'missing', one_of: ['password', 'code'] },
    'password: give one of password, code.',
  ],
  [
    'accounts.deleteMe',
    () => ({ password: 'x', code: '123456' }),
    { field: 'password', reason: 'conflict', with: 'code' },
    'password: does not go together with code.',
  ],
  [
    'moments.create',
    () => ({ content: '' }),
    { field: 'content', reason: 'missing', one_of: ['content', 'images'] },
    'content: give one of content, images.',
  ],
  [
    'moments.create',
    () => ({ content: 'x', images: JSON.stringify(Array(10).fill('/a.png')) }),
    { field: 'images', reason: 'too_many', max: 9 },
    'images: at most 9 entries.',
  ],
  [
    'moments.create',
    () => ({ content: 'x', images: 'no list' }),
    { field: 'images', reason: 'type', types: ['array'] },
    'images: has to be a list.',
  ],
  [
    'moments.create',
    () => ({ content: 'x', images: ['javascript:alert(1)'] }),
    { field: 'images', reason: 'pattern' },
    `images: ${urls}`,
  ],
  [
    'moments.create',
    () => ({ content: 'x', allow_list: [stranger] }),
    { field: 'allow_list', reason: 'unknown_value' },
    'allow_list: only friends can stand in it.',
  ],
  [
    'moments.create',
    () => ({ content: 'x', allow_list: [bob.userId], deny_list: [bob.userId] }),
    { field: 'deny_list', reason: 'conflict', with: 'allow_list' },
    'deny_list: does not go together with allow_list.',
  ],
  [
    'moments.create',
    () => ({ content: 'x', allow_list: [bob.userId], visible: 2 }),
    { field: 'visible', reason: 'conflict', with: 'allow_list' },
    'visible: does not go together with allow_list.',
  ],
  [
    'moments.comment',
    () => ({ id: moment, content: 'x', reply_to_id: 999_999 }),
    { field: 'reply_to_id', reason: 'unknown_value' },
    'reply_to_id: there is no such comment here.',
  ],
  [
    'moments.comment',
    () => ({ id: moment, content: 'x'.repeat(501) }),
    { field: 'content', reason: 'too_long', max: 500 },
    'content: at most 500 characters.',
  ],
  [
    'moments.timeline',
    () => ({ cursor: 'x' }),
    { field: 'cursor', reason: 'pattern' },
    'cursor: has to be the `next_cursor` of the page before, or empty.',
  ],
  [
    'conversations.list',
    () => ({ cursor: 'x' }),
    { field: 'cursor', reason: 'pattern' },
    'cursor: has to be the `next_cursor` of the page before, or empty.',
  ],
  [
    'push.subscribe',
    () => ({ endpoint: 'https://[', keys: pushed }),
    { field: 'endpoint', reason: 'too_short', min: 10 },
    'endpoint: at least 10 characters.',
  ],
  [
    'push.subscribe',
    () => ({ endpoint, keys: { ...pushed, p256dh: '!'.repeat(87) } }),
    { field: 'keys.p256dh', reason: 'pattern' },
    'keys.p256dh: has to be the key that the browser gave.',
  ],
]

test.each(cases)('%s %#: says what is wrong', async (name, input, data, msg) => {
  const answer = await alice.tries(name, input() as never)
  expect({ status: answer.status, code: answer.code, data: answer.data as unknown }).toEqual({
    status: 422,
    code: 4010,
    data,
  })
  expect(answer.msg).toBe(msg)
})

test('the same in Chinese, over REST and the socket', async () => {
  const headers = { 'accept-language': 'zh' }
  const { token } = alice
  const body = { nickname: 'x'.repeat(65) }
  const long = await request(app.url(), 'PUT', '/api/v1/users/me', { token, headers, body })
  expect(long.msg).toBe('nickname 最多 64 个字符。')
  const self = { to_user_id: alice.userId }
  const asked = { token, headers, body: self }
  const refused = await request(app.url(), 'POST', '/api/v1/friends/send-request', asked)
  expect(refused.msg).toBe('to_user_id 不能是自己。')
})

test('a name that stands twice, and two values for one id: 4001 says so too', async () => {
  const { token } = alice
  const path = '/api/v1/messages/conversations'
  const twice = await request(app.url(), 'GET', `${path}?page=1&page=2`, { token })
  expect([twice.status, twice.code, twice.msg]).toEqual([400, 4001, 'page: stands there twice.'])
  expect(twice.data as unknown).toEqual({ field: 'page', reason: 'duplicate' })
  const body = { id: 2 }
  const other = await request(app.url(), 'PUT', `${path}/1/read`, { token, body })
  expect([other.status, other.msg]).toEqual([400, 'id: two different values are given.'])
})

test('a page in the depth says how deep it may be', async () => {
  const answer = await callOperation(
    app.url(),
    'moments.timeline',
    { page: 1_000_001 },
    alice.token,
  )
  expect(answer.data as unknown).toEqual({ field: 'page', reason: 'too_large', max: 1_000_000 })
})
