// Groups by the SDK, against the real server: the same timeline, the same healing, the same outbox.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { must } from '../../src/core/assert.ts'
import type { Client } from '../../src/client/client.ts'
import type { GroupMessage } from '../../src/protocol/messages.ts'
import { until } from './clock.ts'
import { befriend, signUp, startInstallation, type Installation } from './installation.ts'
import { startProxy, type Proxy } from './proxy.ts'
import { limits, random, texts } from './talk.ts'

let installation: Installation
let proxy: Proxy

beforeAll(async () => {
  installation = await startInstallation()
  proxy = await startProxy(installation.port)
}, 120_000)

afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]()
  await installation?.[Symbol.asyncDispose]()
}, 240_000)

/** Ann, ben and cat in a group of ann's, all connected; ann by way of `url`. */
async function group(url = installation.url) {
  const ann = await signUp(installation, 'ann', { url, limits, random })
  const [ben, cat] = [await signUp(installation, 'ben'), await signUp(installation, 'cat')]
  await befriend(ann, ben)
  await befriend(ann, cat)
  const everybody = [ann, ben, cat] as const
  const heard = everybody.map(listen)
  const direct = everybody.map((each) => {
    const wrong: unknown[] = []
    each.on('message', (message) => void wrong.push(message))
    return wrong
  })
  await Promise.all(everybody.map((each) => each.connect()))
  const member_ids = [ben.userId, cat.userId]
  const made = await ann.call('groups.create', { name: 'Rooks', member_ids })
  await until('all have heard of it', () => heard.every(([first]) => first?.message_type === 6))
  return {
    ann,
    ben,
    cat,
    heard,
    group_id: made.group_id,
    conversation_id: made.conversation_id,
    /** All have heard so much, the same, in order and once, and nothing of it as a direct message. */
    async allHear(said: number, within?: number) {
      // What made the group is the first of its messages.
      const count = said + 1
      await until('all have heard all', () => heard.every((all) => all.length >= count), within)
      const [first] = heard
      for (const all of heard) expect(all).toEqual(must(first, 'ann listens'))
      const seqs = must(first, 'ann listens').map(({ seq }) => seq)
      expect(seqs).toEqual(Array.from({ length: count }, (_, at) => at + 1))
      expect(direct.flat()).toEqual([])
    },
    [Symbol.asyncDispose]: async () =>
      void (await Promise.all(everybody.map((each) => each.close()))),
  }
}

function listen(client: Client): GroupMessage[] {
  const heard: GroupMessage[] = []
  client.on('group_message', (message) => void heard.push(message))
  return heard
}

test('everybody hears everything once, in one order, their own included', async () => {
  await using talk = await group()
  const { ann, ben, cat, group_id, conversation_id } = talk
  const sends = []
  for (let count = 0; count < 30; count++) {
    sends.push(ann.send({ group_id, content: `a${count}` }))
    sends.push(ben.send({ conversation_id, content: `b${count}` }))
    sends.push(cat.send({ group_id, content: `c${count}` }))
  }
  await Promise.all(sends)
  await talk.allHear(90)
  const own = texts(talk.heard[0]!).filter((text) => text.startsWith('a'))
  expect(own).toEqual(Array.from({ length: 30 }, (_, at) => `a${at}`))
})

test('my own message looks as the server shows it, however the group is named', async () => {
  await using talk = await group()
  const { ann, ben, group_id, conversation_id } = talk
  await ann.send({ group_id, content: 'by its name' })
  await ann.send({ conversation_id, content: 'by its conversation' })
  await ann.send({ group_id, content: 'with a mention', at_users: [ben.userId.toUpperCase()] })
  await talk.allHear(3)
  const page = await ann.call('groups.history', { group_id, after_seq: 0, limit: 10 })
  const list = Array.isArray(page) ? page : page.list
  expect(talk.heard[0]).toEqual(list)
})

test('what came while away is caught up, in order', async () => {
  await using talk = await group(`http://127.0.0.1:${proxy.port}`)
  const { ann, ben, cat, group_id } = talk
  await ben.send({ group_id, content: 'first' })
  await talk.allHear(1)
  proxy.refuse(true)
  proxy.cut()
  await until('ann is away', () => ann.state.state !== 'open')
  const away = Array.from({ length: 60 }, (_, at) =>
    [ben, cat][at % 2]!.send({ group_id, content: String(at) }),
  )
  const later = ann.send({ group_id, content: 'from the tunnel' })
  await Promise.all(away)
  proxy.refuse(false)
  await later
  await talk.allHear(62, 40_000)
}, 240_000)

test('the server killed and started again during sending: nothing lost, nothing twice', async () => {
  await using talk = await group()
  const { ann, group_id } = talk
  const sends = Array.from({ length: 40 }, (_, at) => ann.send({ group_id, content: String(at) }))
  await until('some came through', () => talk.heard[1]!.length > 1)
  await installation.killApi()
  await installation.startApi()
  await Promise.all(sends)
  await talk.allHear(40, 40_000)
  const said = texts(talk.heard[1]!.slice(1))
  expect(said).toEqual(Array.from({ length: 40 }, (_, at) => String(at)))
}, 240_000)
