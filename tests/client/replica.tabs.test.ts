// Tabs of one browser: one store, one lock and one channel between them, here without a browser.
import { expect, test } from 'bun:test'
import { frames } from '../../src/client/replica/live.ts'
import { told } from '../../src/client/replica/kept.ts'
import { MemoryStore, type Replica } from '../../src/client/replica/replica.ts'
import { eventually } from '../support/eventually.ts'
import { Line } from './line.ts'
import { Origin } from './origin.ts'
import { deviceOf, isLive, shownBy } from './replica.device.ts'

const line = new Line()

const shown = (tab: Replica, id: number) =>
  tab.timeline(id).current.messages.map(({ content }) => content)

test('one of two tabs connects, both show the same; when it dies the other goes on', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  const origin = new Origin(line)
  const [first, second] = [origin.tab(ann), origin.tab(ann)]
  await first.start()
  await second.start()
  await eventually(() => isLive(first) && isLive(second), { what: 'both are live' })
  const standings = () => [first, second].map((tab) => tab.state().current.isLeading)
  expect([standings(), second.client.state.state]).toEqual([[true, false], 'idle'])

  // What comes to the one shows in the other; what is written in the other goes by the one.
  await ben.says(ann, 'hi')
  await eventually(() => shown(second, id).join() === 'hi', { what: 'what he said' })
  const sent = await second.send({ conversation_id: id, content: 'from the second' })
  expect(sent.conversation_id).toBe(id)
  const both = 'hi,from the second'
  await eventually(() => shown(first, id).join() === both && shown(second, id).join() === both)
  expect(await shownBy(second, ann)).toEqual(await shownBy(first, ann))

  // Who types and who is there is heard by the one that is connected, and shown in both.
  const [typing, there] = [second.typing(id), second.presence([ben.userId])]
  const stopLooking = there.subscribe(() => {})
  const his = await ben.connects()
  his.frame('typing', { conversation_id: id })
  await eventually(() => typing.current[0]?.user_id === ben.userId, { what: 'that he types' })
  await eventually(() => there.current.get(ben.userId)?.online, { what: 'that he is there' })
  stopLooking()

  // A line that is gone: what is written in either waits, in one order.
  line.proxy.refuse(true)
  line.proxy.cut()
  await eventually(() => !isLive(second), { what: 'that it is known there' })
  const late = second.send({ conversation_id: id, content: 'late' })
  await eventually(() => first.timeline(id).current.waiting.length === 1, { what: 'it waits' })
  await first.close()
  await eventually(() => second.state().current.isLeading, { what: 'another leader' })
  line.proxy.refuse(false)
  expect((await late).conversation_id).toBe(id)
  await eventually(() => shown(second, id).join() === `${both},late`, { what: 'all of it' })
  expect((await ben.reads(id)).map(({ content }) => content)).toEqual(`${both},late`.split(','))

  // Logged out in one, logged out in all.
  const third = origin.tab(ann)
  await third.start()
  expect(third.conversations().current.length).toBe(1)
  await third.client.call('accounts.logout')
  await eventually(() => second.state().current.state === 'stopped', { what: 'the other stops' })
  expect(second.conversations().current).toEqual([])
  await Promise.all([second.close(), third.close()])
})

test('whoever was overtaken writes no more: two that know of no lock between them', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  const store = new MemoryStore()
  const [first, second] = ['one', 'two'].map((deviceId) =>
    deviceOf(line.proxy, ann, { store, deviceId }),
  ) as [Replica, Replica]
  await first.start()
  await eventually(() => isLive(first), { what: 'the first' })
  await second.start()
  await eventually(() => isLive(second), { what: 'the second' })
  await ben.says(ann, 'hi')
  await eventually(() => shown(second, id).join() === 'hi', { what: 'what he said' })
  await eventually(() => first.state().current.state === 'stopped', { what: 'the first gives way' })
  await Promise.all([first.close(), second.close()])
})

test('each event that is kept is told by frames that a replica does not pass over', () => {
  const passedOver = Object.entries(told).flatMap(([name, types]) =>
    types.filter((type) => frames[type] === 'passing').map((type) => `${name}: ${type}`),
  )
  expect(passedOver).toEqual([])
  const silent = Object.entries(told).filter(([, types]) => types.length === 0)
  expect(silent.map(([name]) => name)).toEqual(['account.erased'])
})
