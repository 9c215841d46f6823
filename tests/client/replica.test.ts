// The law of a replica: wherever its line was cut, what it shows in the end is what a new device sees.
import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import {
  createReplica,
  MemoryStore,
  type ReplicaOptions,
} from '../../src/client/replica/replica.ts'
import { isDeep } from '../support/deep.ts'
import { eventually } from '../support/eventually.ts'
import type { Person } from '../support/people.ts'
import { Line } from './line.ts'
import {
  agrees,
  Cutter,
  deviceOf as devices,
  isLive,
  replicaLimits,
  watched,
} from './replica.device.ts'
import { names, points, step, World, type Point } from './replica.people.ts'

const line = new Line()

const deviceOf = (who: Person, more: Partial<ReplicaOptions> = {}) => devices(line.proxy, who, more)

const cutsSeen = new Set<Point>()

test('wherever the line is cut, the replica becomes what a new device sees', async () => {
  const script = fc.array(step, { minLength: 20, maxLength: 40 })
  const doors = fc.constantFrom('socket' as const, 'http' as const, 'either' as const)
  await fc.assert(
    fc.asyncProperty(script, doors, async (steps, door) => {
      const people = await line.app.people(...names)
      const { ann, ben, cat } = people
      await Promise.all([ann.befriends(ben), ben.befriends(cat)])
      const cutter = new Cutter(line.proxy)
      const store = watched(new MemoryStore(), cutter.at)
      await using replica = deviceOf(ann, { ...cutter.line, store, door })
      let opened = 0
      replica.client.on('state', ({ state }) => {
        if (state !== 'open') return
        opened++
        cutter.at('greeted')
      })
      replica.state().subscribe(({ state }) => void (state === 'live' && cutter.at('live')))
      await replica.start()
      const world = new World(people, replica)
      for (const each of steps) {
        cutter.want(each.cut)
        if (each.cut === 'dialled' || each.cut === 'greeted') line.proxy.cut()
        await world.takes(each)
      }
      const waits = () => replica.changes().current.some(({ state }) => state === 'waiting')
      await eventually(() => isLive(replica) && !waits(), { what: 'nothing that waits' })
      // Who looks otherwise is noted by workers, and nobody tells it across a block.
      await line.settles()
      // Once more, so that nothing is left which only a new line would bring.
      const before = opened
      line.proxy.cut()
      await eventually(() => opened > before && isLive(replica), { what: 'a new line' })
      await agrees(replica, ann)
      for (const point of cutter.done) cutsSeen.add(point)
    }),
    { numRuns: isDeep ? 100 : 5, endOnFailure: true },
  )
  if (isDeep) expect([...cutsSeen].toSorted()).toEqual([...points].toSorted())
}, 240_000)

describe('by itself', () => {
  test('what comes live shows, whatever it is, and the application asks for nothing', async () => {
    const { ann, ben, cat } = await line.app.people(...names)
    const id = await ann.befriends(ben)
    await using replica = deviceOf(ann)
    await replica.start()
    await eventually(() => isLive(replica), { what: 'a live replica' })
    const said = await ben.says(ann, 'hi')
    const gone = await ben.says(ann, 'delete me')
    await ben.does('messages.edit', { id: said.id, content: 'hello' })
    await ann.does('messages.react', { id: said.id, emoji: '👍' })
    await ben.does('messages.react', { id: said.id, emoji: '👍' })
    await ann.does('messages.delete', { id: gone.id })
    await ann.does('conversations.pin', { id, is_pinned: true })
    await ann.does('friends.updateRemark', { friend_id: ben.userId, remark: 'B.' })
    await ben.does('accounts.updateMe', { nickname: 'Benjamin' })
    const asked = await cat.does('friends.sendRequest', { to_user_id: ann.userId })
    await ann.does('friends.acceptRequest', { request_id: asked.id })
    const { group_id } = await ben.does('groups.create', { name: 'Three', is_public: true })
    await ann.does('groups.join', { group_id })
    await ben.does('groups.send', { group_id, message_type: 1, content: 'to all' })
    await ann.does('friends.block', { blocked_user_id: cat.userId })
    await ann.says(ben, 'bye')
    const first = () => replica.timeline(id).current.messages[0]
    await eventually(() => first()?.reactions?.[0]?.count === 2, { what: 'both reactions' })
    expect(first()).toMatchObject({
      content: 'hello',
      reactions: [{ emoji: '👍', count: 2, mine: true }],
    })
    await agrees(replica, ann)
  })

  test('the conversation on the screen is read first, though the cursor is far behind', async () => {
    const { ann, ben, cat } = await line.app.people(...names)
    const [id] = [await ann.befriends(ben), await ann.befriends(cat)]
    const store = new MemoryStore()
    await using before = deviceOf(ann, { store })
    await before.start()
    await eventually(() => isLive(before), { what: 'a live replica' })
    await before.close()
    for (let count = 0; count < 6; count++) await ben.says(ann, `b${count}`)
    for (let count = 0; count < 20; count++) await cat.says(ann, `c${count}`)
    const read: string[] = []
    await using replica = createReplica({
      url: line.url,
      tokens: { token: ann.token },
      store,
      door: 'http',
      replicaLimits,
      onError: () => {},
      fetch: async (url, init) => {
        const door = /messages\/conversations\/(\d+)|sync/.exec(url)
        if (door) read.push(door[1] ?? door[0])
        return await fetch(url, init)
      },
    })
    replica.timeline(id).subscribe(() => {})
    await replica.start()
    await eventually(() => isLive(replica), { what: 'a live replica' })
    expect(read.slice(0, 3)).toEqual(['sync', String(id), 'sync'])
    const shown = () => replica.timeline(id).current.messages.map(({ content }) => content)
    await eventually(() => shown().join() === 'b0,b1,b2,b3,b4,b5', { what: 'all of it' })
  })
})

describe('whose it is', () => {
  test('it stops when somebody else signs in, and a logout forgets what was kept', async () => {
    const { ann, ben } = await line.app.people(...names)
    await ann.befriends(ben)
    await ben.says(ann, 'to ann')
    const store = new MemoryStore()
    await using replica = deviceOf(ann, { store })
    const shown = () => replica.conversations().current.map((each) => each.last_message?.content)
    await replica.start()
    await eventually(() => isLive(replica) && shown().length === 1, { what: 'her conversation' })
    const again = await ben.again()
    replica.client.signIn({ token: again.token, refresh_token: again.refreshToken })
    // Nothing of hers is shown to anybody else, from that moment on.
    expect([replica.me().current, shown()]).toEqual([undefined, []])
    await eventually(() => isLive(replica), { what: 'his replica' })
    expect(replica.me().current?.user_id).toBe(ben.userId)
    await ann.says(ben, 'to ben')
    await eventually(() => shown()[0] === 'to ben', { what: 'what is said to him' })
    await agrees(replica, ben)
    // What is kept of her is as she left it.
    replica.client.signIn({ token: ann.token, refresh_token: ann.refreshToken })
    expect(replica.state().current.state).toBe('opening')
    await eventually(() => isLive(replica) && shown()[0] === 'to ben', { what: 'hers, caught up' })
    await replica.client.call('accounts.logout')
    expect([replica.state().current.state, shown()]).toEqual(['stopped', []])
    const left = async (who: Person) => {
      await using device = deviceOf(who, {
        store,
        fetch: () => Promise.reject(new Error('no network')),
      })
      await device.start()
      return device.conversations().current.length
    }
    expect([await left(ann), await left(ben)]).toEqual([0, 1])
  })
})

describe('without a network', () => {
  test('all that was seen is there; what is written goes later, in order and once', async () => {
    const { ann, ben } = await line.app.people(...names)
    const id = await ann.befriends(ben)
    await ben.says(ann, 'hi')
    const store = new MemoryStore()
    await using seen = deviceOf(ann, { store })
    await seen.start()
    await eventually(() => isLive(seen) && seen.timeline(id).current.messages.length === 1)
    await seen.close()

    line.proxy.refuse(true)
    await using offline = deviceOf(ann, { store })
    await offline.start()
    const timeline = offline.timeline(id)
    timeline.subscribe(() => {})
    await eventually(() => timeline.current.isLoaded, { what: 'what was seen' })
    expect(timeline.current.messages.map(({ content }) => content)).toEqual(['hi'])
    expect(offline.friends().current.map(({ friend_id }) => friend_id)).toEqual([ben.userId])
    for (const content of ['one', 'two', 'three'])
      void offline.send({ conversation_id: id, content })
    const waiting = () => timeline.current.waiting.map(({ message }) => message.content)
    await eventually(() => waiting().length === 3, { what: 'what waits' })
    await offline.close()
    line.proxy.refuse(false)

    await using back = deviceOf(ann, { store })
    await back.start()
    const now = back.timeline(id)
    await eventually(() => now.current.messages.length === 4, { what: 'all of it' })
    expect(now.current.messages.map(({ content }) => content)).toEqual([
      'hi',
      'one',
      'two',
      'three',
    ])
    await eventually(() => now.current.waiting.length === 0, { what: 'nothing that waits' })
    expect((await ben.reads(id)).map(({ content }) => content)).toEqual([
      'hi',
      'one',
      'two',
      'three',
    ])
  })

  test('what the server refuses is shown until it is sent again or wanted no more', async () => {
    const { ann, ben } = await line.app.people(...names)
    const id = await ann.befriends(ben)
    await using replica = deviceOf(ann)
    await replica.start()
    const timeline = replica.timeline(id)
    await eventually(() => isLive(replica) && timeline.current.isLoaded)
    await ben.does('friends.remove', { friend_id: ann.userId })
    const sending = replica.send({ conversation_id: id, content: 'still there?' })
    await expect(sending).rejects.toMatchObject({ reason: 'refused', code: 4403 })
    const failed = () => timeline.current.waiting[0]
    expect(failed()).toMatchObject({ state: 'failed', error: { code: 4403 } })
    await ann.befriends(ben)
    await replica.retry(sending.client_msg_id)
    await eventually(() => timeline.current.messages.at(-1)?.content === 'still there?')
    await eventually(() => failed() === undefined, { what: 'nothing that waits' })
  })
})
