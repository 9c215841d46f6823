// Addresses that people hand in for others to open: one rule and one form, wherever they stand.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createECDH } from 'node:crypto'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
let alice: Person
let bob: Person
beforeAll(async () => {
  app = await install({
    env: { PUBLIC_URL: 'http://chat.example.org:8080/', PUSH_PRIVATE_HOSTS: 'off' },
  })
  ;({ alice, bob } = await app.people('alice', 'bob'))
  await alice.befriends(bob)
})
afterAll(() => app[Symbol.asyncDispose]())

interface Told {
  readonly code: number
  readonly data: { readonly field?: string; readonly reason?: string } | null
  /** What is stored. */
  readonly url: string | undefined
}

/** Every place of an address, and what becomes of one there. */
const places: Record<string, (url: string) => Promise<Told>> = {
  async avatar(avatar) {
    const { code, data } = await alice.tries('accounts.updateMe', { avatar })
    return { code, data: data as Told['data'], url: data?.avatar }
  },
  async images(url) {
    const { code, data } = await alice.tries('moments.create', { images: [url] })
    return { code, data: data as Told['data'], url: data?.image_list?.[0] }
  },
  async 'images as text'(url) {
    const images = JSON.stringify([url])
    const { code, data } = await alice.tries('moments.create', { images })
    return { code, data: data as Told['data'], url: data?.image_list?.[0] }
  },
  async media_url(media_url) {
    const { code, data } = await alice.tries('messages.send', { ...picture(), media_url })
    return { code, data: data as Told['data'], url: data?.media_url }
  },
  async 'media_url by the socket'(media_url) {
    const device = await alice.connects()
    const answer = await device.asks('send_message', { ...picture(), media_url })
    if (answer.type === 'error') {
      const { code, field, reason } = answer.data as never
      return { code, data: { field, reason }, url: undefined }
    }
    const history = await bob.reads((answer.data as { conversation_id: number }).conversation_id)
    return { code: 0, data: null, url: history.at(-1)?.media_url }
  },
}

const point = createECDH('prime256v1').generateKeys()

const picture = () => ({ to_user_id: bob.userId, message_type: 2, content: '' })

const hostile = [
  'javascript:alert(1)',
  'JavaScript:alert(1)//https://example.com',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'blob:https://example.com/1',
  'view-source:https://example.com',
  'ftp://example.com/a',
  'intent://example.com#Intent;scheme=https;end',
  // Other servers behind what looks like a path of ours.
  '//evil.example/x',
  '///evil.example/x',
  '/\\evil.example',
  '\\\\evil.example\\x',
  '/.//evil.example',
  '/..//evil.example',
  '/%2e//evil.example',
  'https:\\\\evil.example',
  'https:evil.example',
  'https:/evil.example',
  'https:///evil.example',
  // Names and passwords, and what passes for them.
  'https://chat.example.org@evil.example/',
  'https://user:secret@example.com/',
  // http anywhere but here.
  'http://example.com/a.png',
  'http://chat.example.org.evil.example/',
  'http://localhost/a.png',
  'http://127.0.0.1:8080/',
  // Not one address on one line.
  ' https://example.com/',
  'https://example.com/ ',
  ' \n',
  'https://exam\nple.com/',
  'https://example.com/\t',
  'https://example.com/a b',
  'https://example.com/\u2028',
  'https://example.com/\u0001',
  'https://',
  'https://[::1',
  'https://%',
  'example.com',
  'a.png',
  '?x',
  '#x',
]

/** Where a path of this server leads nowhere. */
async function endpoint(url: string): Promise<Told> {
  const keys = { p256dh: point.toString('base64url'), auth: Buffer.alloc(16).toString('base64url') }
  const { code, data } = await alice.tries('push.subscribe', { endpoint: url, keys })
  return { code, data: data as Told['data'], url: data?.endpoint }
}

test('hostile addresses are refused wherever people hand one in, and the field is named', async () => {
  for (const [place, hand] of Object.entries({ ...places, endpoint })) {
    const field = place.split(' ', 1)[0]
    for (const url of hostile) {
      const { code, data } = await hand(url)
      expect([place, url, code, data?.field]).toEqual([place, url, 4010, field])
    }
  }
})

test('an address has one form, however it was written', async () => {
  for (const [place, hand] of Object.entries(places)) {
    for (const [written, stored] of [
      ['https://example.com/a.png', 'https://example.com/a.png'],
      ['HTTPS://Example.COM:443', 'https://example.com/'],
      ['https://example.com/a/../b/./c', 'https://example.com/b/c'],
      [
        `https://example.com/"'<>\`?q="'<>\`#"'<>\``,
        'https://example.com/%22%27%3C%3E%60?q=%22%27%3C%3E%60#%22%27%3C%3E%60',
      ],
      ['https://bücher.example/für', 'https://xn--bcher-kva.example/f%C3%BCr'],
      ['http://chat.example.org/a', 'http://chat.example.org/a'],
      ['http://CHAT.example.org:8080/a', 'http://chat.example.org:8080/a'],
      ['/media/1', '/media/1'],
      [`/media/"'\`?x=//\`y`, '/media/%22%27%60?x=//%60y'],
    ] as const) {
      const first = await hand(written)
      expect([place, written, first.code, first.url]).toEqual([place, written, 0, stored])
      expect((await hand(stored)).url).toBe(stored)
    }
  }
})

test('the bound is one of the form that is stored', async () => {
  const long = (character: string) => `https://example.com/${character.repeat(300)}`
  expect((await places['avatar']!(long('ü'))).code).toBe(0)
  const { code, data } = await places['avatar']!(long('水'))
  const refused: unknown = data
  expect([code, refused]).toEqual([4010, { field: 'avatar', reason: 'too_long', max: 2_048 }])
})

test('the same address written otherwise is the same message', async () => {
  const client_msg_id = crypto.randomUUID()
  const send = (media_url: string) =>
    alice.tries('messages.send', { ...picture(), client_msg_id, media_url })
  const first = await send(`https://example.com/it's.png`)
  const again = await send('HTTPS://example.com:443/it%27s.png')
  expect([again.code, again.data.id]).toEqual([0, first.data.id])
  expect((await send('https://example.com/other.png')).code).toBe(4303)
})

test('a push endpoint is absolute, and stored in the same form', async () => {
  const { code, url } = await endpoint(`https://Push.Example.COM:443/"it's"`)
  expect([code, url]).toEqual([0, 'https://push.example.com/%22it%27s%22'])
  expect((await endpoint('/media/of/this/server')).code).toBe(4010)
})
