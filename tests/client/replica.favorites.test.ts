// What somebody keeps, on a device: with or without a network, and however old its message is.
import { afterAll, expect, test } from 'bun:test'
import { MemoryStore, type Replica } from '../../src/client/replica/replica.ts'
import { eventually } from '../support/eventually.ts'
import { Line } from './line.ts'
import { agrees, deviceOf, isLive, replicaLimits } from './replica.device.ts'

const line = new Line()
afterAll(() => line.proxy.refuse(false))

const kept = (replica: Replica) => replica.favorites().current.map(({ message }) => message.content)

test('what is kept is there without a network, and is let go of there too', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  await ann.befriends(ben)
  const store = new MemoryStore()
  const device = () => deviceOf(line.proxy, ann, { store })
  const first = device()
  await first.start()
  await eventually(() => isLive(first), { what: 'a live replica' })
  const stork = await ben.says(ann, 'a stork')
  await ann.does('favorites.add', { message_id: stork.id })
  const old = await ben.says(ann, 'a heron')
  const gone = await ben.says(ann, 'to be deleted')
  for (const { id } of [old, gone]) await ann.does('favorites.add', { message_id: id })
  await eventually(() => kept(first).length === 3, { what: 'what another device keeps' })
  expect(kept(first)).toEqual(['to be deleted', 'a heron', 'a stork'])
  // Far more than are kept of a conversation.
  for (let at = 0; at <= replicaLimits.windowMax; at++) await ben.says(ann, `${at}`)
  await ben.does('messages.edit', { id: old.id, content: 'two herons' })
  await ann.does('messages.delete', { id: gone.id })
  await eventually(() => kept(first).join() === 'two herons,a stork', {
    what: 'what became of them',
  })
  await agrees(first, ann)
  await first.close()

  line.proxy.refuse(true)
  line.proxy.cut()
  const offline = device()
  await offline.start()
  expect(kept(offline)).toEqual(['two herons', 'a stork'])
  void offline.change('favorites.remove', { message_id: old.id })
  await eventually(() => kept(offline).length === 1, { what: 'one that is kept' })
  await offline.close()
  const reloaded = device()
  await reloaded.start()
  expect(kept(reloaded)).toEqual(['a stork'])
  await reloaded.close()
  expect(await ann.does('favorites.list', {})).toMatchObject({ total: 2 })

  await ben.does('messages.edit', { id: stork.id, content: 'two storks' })
  // By the cursor alone: no frame is late enough to be heard.
  await line.settles()
  line.proxy.refuse(false)
  await using back = device()
  await back.start()
  await eventually(() => isLive(back) && back.changes().current.length === 0, {
    what: 'it is made',
  })
  await agrees(back, ann)
  expect(await ann.does('favorites.list', {})).toMatchObject({ total: 1 })
  expect(kept(back)).toEqual(['two storks'])
})

test('what is refused is kept still', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  await ann.befriends(ben)
  await using replica = deviceOf(line.proxy, ann)
  await replica.start()
  await eventually(() => isLive(replica), { what: 'a live replica' })
  await replica.change('favorites.add', { message_id: (await ben.says(ann, 'a heron')).id })
  await eventually(() => kept(replica).join() === 'a heron', { what: 'what is kept' })
  const nothing = replica.change('favorites.add', { message_id: 999_999_999 })
  expect(nothing).rejects.toMatchObject({ code: 4301 })
  await nothing.catch(() => {})
  expect(kept(replica)).toEqual(['a heron'])
  await agrees(replica, ann)
})
