// Text that is no UTF-8 is refused at the door; nothing of it is stored as U+FFFD.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
let alice: Person
let bob: Person
let conversation: number
beforeAll(async () => {
  app = await install({ workers: false })
  ;({ alice, bob } = await app.people('alice', 'bob'))
  conversation = await alice.befriends(bob)
})
afterAll(() => app[Symbol.asyncDispose]())

const ask = async (method: string, path: string, body?: Uint8Array, type = 'application/json') => {
  const response = await fetch(`${app.url()}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${alice.token}`, 'content-type': type },
    ...(body ? { body: body as Uint8Array<ArrayBuffer> } : {}),
  })
  const { code, data } = (await response.json()) as { code: number; data: unknown }
  return { status: response.status, code, data }
}

const around = (before: string, odd: readonly number[], after: string) =>
  Buffer.concat([Buffer.from(before), Buffer.from(odd), Buffer.from(after)])

const odd: Readonly<Record<string, readonly number[]>> = {
  GBK: [0xc4, 0xe3, 0xba, 0xc3],
  'a sequence cut short': [0xe4, 0xbd],
  'a sequence without its start': [0xbd, 0xa0],
  'a surrogate': [0xed, 0xa0, 0x80],
  'a pair of surrogates': [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  'an overlong slash': [0xc0, 0xaf],
  'an overlong zero': [0xc0, 0x80],
  'beyond Unicode': [0xf4, 0x90, 0x80, 0x80],
  latin1: [0xe9],
  'UTF-16': [0xff, 0xfe, 0x60, 0x4f],
}
const types = [
  'application/json',
  'application/json; charset=gbk',
  'application/json; charset=iso-8859-1',
  'application/json; charset=utf-16le',
  'application/problem+json; charset="UTF-8"',
]
const refused = { status: 400, code: 4001, data: { field: 'body', reason: 'encoding' } }

test.each(Object.entries(odd))('%s is refused, whatever charset claims', async (_, bytes) => {
  const send = [`{"to_user_id":"${bob.userId}","message_type":1,"content":"`, '"}'] as const
  for (const type of types) {
    const sent = around(send[0], bytes, send[1])
    expect(await ask('POST', '/messages/send', sent, type)).toEqual(refused)
    // Also where no schema would look: in a name, in a field that is dropped, behind the end.
    for (const body of [
      around('{"', bytes, '":1}'),
      around('{"unknown":"', bytes, '"}'),
      around('{}', bytes, ''),
    ]) {
      expect(await ask('PUT', '/users/me', body, type)).toEqual(refused)
    }
  }
  expect(await bob.reads(conversation)).toEqual([])
})

test('UTF-8 is taken, with the mark some programs begin with, and whatever charset claims', async () => {
  const said = '你好 👩‍👩‍👧 é \u{10ffff}'
  for (const type of types) {
    const json = JSON.stringify({ to_user_id: bob.userId, message_type: 1, content: said })
    for (const body of [Buffer.from(json), around('', [0xef, 0xbb, 0xbf], json)]) {
      const sent = await ask('POST', '/messages/send', body, type)
      expect([type, sent.code, (sent.data as { content: string }).content]).toEqual([type, 0, said])
    }
  }
})

test('escapes in an address that stand for no UTF-8 are refused like bytes in a body', async () => {
  const wrong = { status: 400, code: 4001, data: { field: 'url', reason: 'encoding' } }
  for (const escape of ['%C4%E3', '%E4%BD', '%ED%A0%80', '%C0%AF', '%E9', '%', '%4', '%zz']) {
    expect([escape, await ask('GET', `/users/${escape}`)]).toEqual([escape, wrong])
    expect([escape, await ask('GET', `/friends/search?keyword=${escape}`)]).toEqual([escape, wrong])
  }
  for (const path of ['/docs', '/healthz', '/nothing', '/admin/queues/api/queues']) {
    expect([path, (await fetch(`${app.url()}${path}?activeQueue=%FF`)).status]).toEqual([path, 400])
  }
  expect((await ask('GET', '/friends/search?keyword=%E4%BD%A0')).code).toBe(0)
  expect((await ask('GET', '/friends/search?keyword=100%25')).code).toBe(0)
})
