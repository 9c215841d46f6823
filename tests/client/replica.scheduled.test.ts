// What somebody has scheduled, on a device: there without a network, and right again once there is one.
import { afterAll, expect, test } from 'bun:test'
import { MemoryStore, type Replica } from '../../src/client/replica/replica.ts'
import { eventually } from '../support/eventually.ts'
import { Line } from './line.ts'
import { agrees, deviceOf, isLive } from './replica.device.ts'

const line = new Line()
afterAll(() => line.proxy.refuse(false))

const words = (replica: Replica) => replica.scheduled().current.map(({ content }) => content)

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()

test('what is scheduled is there without a network, and goes when it is cancelled', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  await ann.befriends(ben)
  const schedules = (content: string, hours: number) => {
    const said = { to_user_id: ben.userId, message_type: 1, content, send_at: inHours(hours) }
    return ann.does('messages.schedule', said)
  }
  const store = new MemoryStore()
  const device = () => deviceOf(line.proxy, ann, { store })
  const before = await schedules('in three hours', 3)
  const first = device()
  await first.start()
  await eventually(() => isLive(first), { what: 'a live replica' })
  const soon = await schedules('in an hour', 1)
  const between = await schedules('in two hours', 2)
  await eventually(() => words(first).length === 3, { what: 'what another device schedules' })
  expect(words(first)).toEqual(['in an hour', 'in two hours', 'in three hours'])
  await ann.does('messages.unschedule', { id: soon.id })
  await eventually(() => words(first).length === 2, { what: 'what another device cancels' })
  await agrees(first, ann)
  await first.close()

  line.proxy.refuse(true)
  line.proxy.cut()
  const offline = device()
  await offline.start()
  expect(words(offline)).toEqual(['in two hours', 'in three hours'])
  void offline.change('messages.unschedule', { id: between.id })
  await eventually(() => words(offline).length === 1, { what: 'what is not cancelled' })
  await offline.close()
  const reloaded = device()
  await reloaded.start()
  expect(words(reloaded)).toEqual(['in three hours'])
  await reloaded.close()

  await ann.does('messages.unschedule', { id: before.id })
  await schedules('tomorrow', 24)
  // By the cursor alone: no frame is late enough to be heard.
  await line.settles()
  line.proxy.refuse(false)
  await using back = device()
  await back.start()
  await eventually(() => words(back).join() === 'tomorrow', {
    what: 'what came since',
  })
  await agrees(back, ann)
})

test('what was sent meanwhile is refused, and is among the messages', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  const conversation = await ann.befriends(ben)
  const store = new MemoryStore()
  const device = () => deviceOf(line.proxy, ann, { store })
  const said = { to_user_id: ben.userId, message_type: 1, content: 'soon', send_at: inHours(1) }
  const { id } = await ann.does('messages.schedule', said)
  const first = device()
  await first.start()
  await eventually(() => words(first).join() === 'soon', { what: 'what is scheduled' })
  await first.close()
  line.proxy.refuse(true)
  line.proxy.cut()
  const { sql } = line.app.nodes[0]!.ctx
  await sql`update scheduled_messages set due_at = now() where id = ${id}`
  await eventually(async () => (await ann.reads(conversation)).length === 1, { what: 'it is sent' })
  const offline = device()
  await offline.start()
  void offline.change('messages.unschedule', { id }).catch(() => {})
  await eventually(() => words(offline).length === 0, { what: 'nothing that is scheduled' })
  await offline.close()
  line.proxy.refuse(false)
  await using back = device()
  await back.start()
  const refused = () =>
    back.changes().current.map(({ name, state, error }) => [name, state, error?.code])
  await eventually(() => refused().flat().includes('failed'), { what: 'what was refused' })
  expect(refused()).toEqual([['messages.unschedule', 'failed', 4009]])
  await agrees(back, ann)
})
