// What a replica changes by itself: what replies show, and what is over.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { MemoryStore, type ReplicaOptions } from '../../src/client/replica/replica.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { startProxy, type Proxy } from './proxy.ts'
import { agrees, deviceOf as devices, isLive } from './replica.device.ts'

let app: Installation
let proxy: Proxy
beforeAll(async () => {
  app = await install()
  proxy = await startProxy(Number(new URL(app.url()).port))
}, 120_000)
afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]()
  await app?.[Symbol.asyncDispose]()
})

const deviceOf = (who: Person, more: Partial<ReplicaOptions> = {}) => devices(proxy, who, more)

test('a reply shows what it answers as it is now, live and by the cursor', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const conversation_id = await ann.befriends(ben)
  await using replica = deviceOf(ann)
  await replica.start()
  await eventually(() => isLive(replica), { what: 'a live replica' })
  const answer = async (reply_to_id: number) => {
    const words = { conversation_id, reply_to_id, message_type: 1, content: 're' }
    return (await ben.does('messages.send', words)).id
  }
  const asked: number[] = []
  for (const word of ['one', 'two', 'three']) {
    const { id } = await ben.says(ann, word)
    asked.push(id)
    await answer(id)
  }
  const shown = () =>
    replica
      .timeline(conversation_id)
      .current.messages.flatMap(({ reply_to_id: to, reply_to: is }) =>
        to === null ? [] : [is ? is.content : is],
      )
  await eventually(() => shown().join() === 'one,two,three', { what: 'what was answered' })
  await ben.does('messages.edit', { id: asked[0], content: 'first' })
  await eventually(() => shown()[0] === 'first', { what: 'an edit' })
  proxy.refuse(true)
  proxy.cut()
  await eventually(() => !isLive(replica), { what: 'no line' })
  await ben.does('messages.recall', { id: asked[1] })
  await ann.does('messages.delete', { id: asked[2] })
  await ben.does('messages.edit', { id: asked[0], content: 'the first' })
  proxy.refuse(false)
  await eventually(() => shown().join('|') === 'the first||', { what: 'all by the cursor' })
  expect(shown()).toEqual(['the first', '', null])
  await agrees(replica, ann)
})

test('what burns is gone when its time has come, from what is kept as well', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  class Watched extends MemoryStore {
    space = ''
    override list(space: string, prefix: string) {
      this.space = space
      return super.list(space, prefix)
    }
  }
  const store = new Watched()
  await using before = deviceOf(ann, { store })
  await before.start()
  const { id: asked } = await ben.says(ann, 'stays')
  await ben.does('conversations.timer', { id, seconds: 300 })
  const burns = await ben.says(ann, 'burns')
  const heard = () => before.timeline(id).current.messages.map(({ content }) => content)
  // The newest comes first, where it is said while a device begins.
  const isAll = () => heard().includes('stays') && heard().at(-1) === 'burns'
  await eventually(isAll, { what: 'all of it' })
  await before.close()
  // Five minutes are long: what is kept says that it ends in a second.
  const text = (await store.list(store.space, '')).map(([key, value]) => {
    const soon = new Date(Date.now() + 1_000).toISOString()
    const changed = JSON.stringify(value).replaceAll(burns.expires_at as string, soon)
    return [key, JSON.parse(changed)] as const
  })
  await store.write(store.space, { isAll: true, put: text })
  proxy.refuse(true)
  await using offline = deviceOf(ann, { store })
  await offline.start()
  const words = () => offline.timeline(id).current.messages.map(({ content }) => content)
  const head = () => offline.conversation(id).current?.last_message
  await eventually(() => words().includes('stays'), { what: 'what is kept' })
  await eventually(() => !words().includes('burns') && head() === undefined, { what: 'the end' })
  expect(JSON.stringify(await store.list(store.space, ''))).not.toContain('burns')
  expect(offline.timeline(id).current.messages[0]?.id).toBe(asked)
  // The server knows better, and says so when it tells of the conversation again.
  await ann.does('conversations.pin', { id, is_pinned: true })
  proxy.refuse(false)
  await eventually(() => head()?.content === 'burns', { what: 'what the server says of it' })
})
