// What is said is said in the language that was asked for, through both doors.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { localeOf } from '../../src/http/caller.ts'
import { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { request } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install()
})
afterAll(() => app[Symbol.asyncDispose]())

test.each([
  [null, 'en'],
  ['', 'en'],
  ['zh', 'zh'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en-US,en;q=0.9,zh;q=0.8', 'en'],
  ['fr, en;q=0.5, zh;q=0.9', 'zh'],
  ['en;q=0.5, zh;q=0.9, fr', 'zh'],
  ['ZH-hant-TW ; Q=0.3 , EN ; Q=0.2', 'zh'],
  ['zh, en', 'zh'],
  ['en, zh', 'en'],
  ['fr, de', 'en'],
  ['*', 'en'],
  ['zh;q=0.4, *;q=0.5', 'en'],
  ['en;q=0, *', 'zh'],
  ['zh;q=0', 'en'],
  ['en;q=0.1, zh;q=abc', 'en'],
  ['zha, enm;q=0.1', 'en'],
  [`${'fr,'.repeat(10_000)}zh`, 'en'],
] as const)('Accept-Language: %s → %s', (header, locale) => {
  expect(localeOf(header)).toBe(locale)
})

const asking = (language: string, token: string) => ({
  token,
  headers: { 'accept-language': language },
})

test('a phrase of ours is translated at the door, an error too', async () => {
  const { alice } = await app.people('alice')
  const chinese = { headers: { 'accept-language': 'fr, en;q=0.5, zh;q=0.9' } }
  const path = '/api/v1/users/send-code'
  const body = { email: 'languages@example.com' }
  const sent = await request(app.url(), 'POST', path, { ...chinese, body })
  expect(sent.data).toEqual({ message: '验证码已发送', expires_in: 300 })
  const plain = await request(app.url(), 'POST', path, { body })
  expect(plain.data).toEqual({ message: 'code sent', expires_in: 300 })
  const refused = await request(app.url(), 'GET', '/api/v1/users/me', chinese)
  expect(refused).toMatchObject({ code: 4002, msg: '请先登录。' })
  const out = asking('zh', (await alice.again()).token)
  expect(
    (await request(app.url(), 'POST', '/api/v1/users/logout', { ...out, body: {} })).data,
  ).toEqual({ message: '已退出登录' })
})

test('what a person wrote stays as it is, were it a phrase of ours', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  const { data } = await request(app.url(), 'POST', '/api/v1/friends/send-request', {
    ...asking('zh', alice.token),
    body: { to_user_id: bob.userId, message: 'removed' },
  })
  expect(data).toMatchObject({ message: 'removed' })
})

test('a socket is told in the language of its upgrade why it is closed', async () => {
  const { alice } = await app.people('alice')
  const elsewhere = await alice.again()
  const device = await Device.open(app.url(), elsewhere.token, undefined, {
    'accept-language': 'en;q=0.5, zh',
  })
  const refused = await device.asks('mark_read', { conversation_id: 4_711, seq: 1 })
  expect(refused.data).toMatchObject({ code: 4541, msg: '会话不存在。' })
  await alice.does('accounts.endSession', { id: elsewhere.sessionId })
  const kicked = await device.hears('kicked')
  expect(kicked.data).toEqual({ reason: '已退出登录' })
  await eventually(() => device.closed)
  expect([device.closed?.code, device.closed?.reason]).toEqual([4002, '登录会话已结束。'])
})
