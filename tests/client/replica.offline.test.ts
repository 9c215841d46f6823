// Without a network: what a person changes shows at once, waits, and is made once, whatever gets lost.
import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryStore, type Replica, type ReplicaOptions } from '../../src/client/replica/replica.ts'
import { openSqliteStore } from '../../src/client/replica/sqlite.store.ts'
import { eventually } from '../support/eventually.ts'
import type { Person } from '../support/people.ts'
import { Line } from './line.ts'
import { Origin } from './origin.ts'
import { agrees, deviceOf as devices, isLive, replicaLimits } from './replica.device.ts'

const line = new Line()
const dir = mkdtempSync(join(tmpdir(), 'curlew-offline-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const memory = new MemoryStore()
const stores = {
  memory: async () => memory,
  sqlite: () => openSqliteStore(join(dir, 'replica.db')),
}

const again = { replicaLimits: { ...replicaLimits, changeAgainMs: 20 } }
const deviceOf = (who: Person, more: Partial<ReplicaOptions> = {}) =>
  devices(line.proxy, who, { ...again, ...more })

/** The first answer to each change gets lost on its way; `most`: so many of one conversation at once. */
function forgetful(made: string[]): {
  fetch: NonNullable<ReplicaOptions['fetch']>
  most(): number
} {
  let [flying, most] = [0, 0]
  const forgets: ReplicaOptions['fetch'] = async (url, init) => {
    const what = `${init?.method} ${url.replace(/.*\/v1/, '')}`
    const isOf = what.startsWith('PUT /messages/conversations')
    if (isOf) most = Math.max(most, ++flying)
    const response = await fetch(url, init).finally(() => isOf && flying--)
    if (init?.method === 'GET' || /\/(refresh|send)$/.test(url)) return response
    made.push(what)
    if (made.indexOf(what) === made.length - 1) throw new TypeError('the answer got lost')
    return response
  }
  return { fetch: forgets, most: () => most }
}

const wordsIn = (replica: Replica, id: number) =>
  replica.timeline(id).current.messages.map(({ content }) => content)

const pending = (replica: Replica) => replica.changes().current.map(({ name }) => name)

test.each(Object.entries(stores))(
  'all that is changed shows at once, survives a reload, and is made once: %s',
  async (_, open) => {
    const { ann, ben } = await line.app.people('ann', 'ben')
    const id = await ann.befriends(ben)
    const [mine, gone] = [await ann.says(ben, 'helo'), await ann.says(ben, 'never mind')]
    const one = await ben.says(ann, 'one')
    const [two] = [await ben.says(ann, 'two'), await ben.says(ann, 'three')]
    const seen = deviceOf(ann, { store: await open() })
    await seen.start()
    await eventually(() => isLive(seen) && wordsIn(seen, id).length === 5, { what: 'all of it' })
    await seen.close()

    line.proxy.refuse(true)
    // What is kept alive of before is a line, too.
    line.proxy.cut()
    const offline = deviceOf(ann, { store: await open() })
    await offline.start()
    await eventually(() => offline.timeline(id).current.isLoaded, { what: 'what was seen' })
    const said = offline.send({ conversation_id: id, content: 'of line' })
    for (const is_pinned of [true, false, true]) {
      void offline.change('conversations.pin', { id, is_pinned })
    }
    const until = new Date(Date.now() + 3_600_000).toISOString()
    void offline.change('conversations.mute', { id, is_muted: true, until })
    void offline.change('conversations.archive', { id })
    for (const content of ['I w', 'I was about to say']) {
      void offline.change('conversations.draft', { id, content })
    }
    void offline.change('conversations.read', { id, seq: one.seq })
    void offline.change('conversations.markUnread', { id })
    for (const content of ['hell', 'hello']) {
      void offline.change('messages.edit', { id: mine.id, content })
    }
    void offline.change('messages.edit', {
      client_msg_id: said.client_msg_id,
      content: 'off line',
    })
    void offline.change('messages.recall', { id: gone.id })
    for (const emoji of ['❤️', '👍']) void offline.change('messages.react', { id: one.id, emoji })
    void offline.change('messages.unreact', { id: one.id, emoji: '❤️' })
    void offline.change('messages.delete', { id: two.id })
    void offline.change('favorites.add', { message_id: one.id })

    const shown = (replica: Replica) => {
      const { messages, waiting } = replica.timeline(id).current
      return {
        view: replica.conversations('archived').current[0],
        words: messages.map(({ content }) => content),
        reactions: messages[2]?.reactions,
        waiting: waiting.map(({ message }) => message.content),
        pending: pending(replica),
      }
    }
    const changed = {
      view: {
        is_pinned: true,
        is_muted: true,
        is_archived: true,
        is_marked_unread: true,
        unread: 2,
        read_seq: one.seq,
        draft: { content: 'I was about to say' },
      },
      words: ['hello', '', 'one', 'three'],
      reactions: [{ emoji: '👍', count: 1, mine: true }],
      waiting: ['off line'],
      // What was changed more than once is made once, as it was wanted last.
      pending: [
        'conversations.pin',
        'conversations.mute',
        'conversations.archive',
        'conversations.draft',
        'conversations.read',
        'conversations.markUnread',
        'messages.edit',
        'messages.edit',
        'messages.recall',
        'messages.react',
        'messages.unreact',
        'messages.delete',
        'favorites.add',
      ],
    }
    await eventually(() => pending(offline).length === 13, { what: 'all that waits' })
    expect(shown(offline)).toMatchObject(changed)
    await offline.close()
    const reloaded = deviceOf(ann, { store: await open() })
    await reloaded.start()
    await eventually(() => reloaded.timeline(id).current.isLoaded, { what: 'all after a reload' })
    expect(shown(reloaded)).toMatchObject(changed)
    await reloaded.close()

    line.proxy.refuse(false)
    const made: string[] = []
    const wire = forgetful(made)
    await using back = deviceOf(ann, { store: await open(), fetch: wire.fetch })
    await back.start()
    await eventually(() => pending(back).length === 0, { what: 'all is made' })
    await agrees(back, ann)
    expect(wordsIn(back, id)).toEqual(['hello', '', 'one', 'three', 'off line'])
    // Each was made twice, and nothing came of the second time.
    const times = Map.groupBy(made, (what) => what)
    expect([...times].flatMap(([what, all]) => (all.length === 2 ? [] : [what]))).toEqual([])
    expect([times.size, wire.most()]).toEqual([13, 1])
    const kept = await ann.does('favorites.list', {})
    expect('total' in kept && kept.total).toBe(1)
    const edits = await ann.does('messages.revisions', { id: mine.id })
    expect(edits.list.map(({ content }) => content)).toEqual(['helo'])
    expect((await ben.reads(id)).map(({ content }) => content)).toEqual([
      'hello',
      '',
      'one',
      'two',
      'three',
      'off line',
    ])
  },
)

test('what is refused is undone and told; a message that was refused is said in other words', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  const his = await ben.says(ann, 'mine')
  await using replica = deviceOf(ann)
  await replica.start()
  await eventually(() => isLive(replica) && wordsIn(replica, id).length === 1)
  line.proxy.refuse(true)
  line.proxy.cut()
  await eventually(() => !isLive(replica), { what: 'no line' })
  const edit = replica.change('messages.edit', { id: his.id, content: 'yours' })
  const archive = replica.change('conversations.archive', { id })
  const nobody = crypto.randomUUID()
  const wrong = replica.change('messages.recall', { client_msg_id: nobody })
  await expect(wrong).rejects.toMatchObject({ reason: 'refused', code: 4301 })
  await eventually(() => wordsIn(replica, id)[0] === 'yours', { what: 'it shows' })
  expect(replica.conversation(id).current).toMatchObject({
    is_archived: true,
    last_message: { content: 'yours' },
  })
  await ben.says(ann, 'news')
  await ben.does('friends.remove', { friend_id: ann.userId })
  const sending = replica.send({ conversation_id: id, content: 'still there?' })
  line.proxy.refuse(false)
  await expect(edit).rejects.toMatchObject({ reason: 'refused', code: 4301 })
  const [failed] = replica.changes().current.filter(({ state }) => state === 'failed')
  expect(failed).toMatchObject({ name: 'messages.edit', state: 'failed', error: { code: 4301 } })
  expect(wordsIn(replica, id)[0]).toBe('mine')
  await replica.discard(failed!.id)
  // What was said since would be put away unseen: it is not put away.
  await archive
  await expect(sending).rejects.toMatchObject({ code: 4403 })
  const { client_msg_id } = sending
  await replica.change('messages.edit', { client_msg_id, content: 'are you there?' })
  await ann.befriends(ben)
  await replica.retry(client_msg_id)
  await eventually(() => wordsIn(replica, id).at(-1) === 'are you there?', { what: 'it is said' })
  await agrees(replica, ann)
  expect(pending(replica)).toEqual([])
  const [last] = (await ben.reads(id)).slice(-1)
  expect(last).toMatchObject({ content: 'are you there?', edited_at: null })
  expect(replica.conversation(id).current?.is_archived).toBe(false)
})

test('what is done to a message that waits is done to it, though both come in different runs', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  await ben.says(ann, 'hi')
  const store = new MemoryStore()
  const cannot: NonNullable<ReplicaOptions['fetch']> = (url, init) =>
    init?.method === 'PUT' ? Promise.reject(new TypeError('no network')) : fetch(url, init)
  await using first = deviceOf(ann, { store, fetch: cannot })
  await first.start()
  const { client_msg_id } = first.send({ conversation_id: id, content: 'helo' })
  void first.change('messages.edit', { client_msg_id, content: 'hello' })
  await eventually(() => isLive(first) && wordsIn(first, id).join() === 'hi,hello')
  expect((await ben.reads(id)).at(-1)?.content).toBe('helo')
  await first.close()
  await using second = deviceOf(ann, { store })
  await second.start()
  await eventually(() => isLive(second) && pending(second).length === 0, { what: 'it is made' })
  expect((await ben.reads(id)).at(-1)?.content).toBe('hello')
})

test('two tabs: what is wanted in either shows in both, and whoever leads makes it', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  await ben.says(ann, 'hi')
  const origin = new Origin(line)
  const [first, second] = [origin.tab(ann, again), origin.tab(ann, again)]
  await first.start()
  await second.start()
  await eventually(() => isLive(first) && isLive(second), { what: 'both are live' })
  const shows = () => [first, second].map((tab) => tab.conversation(id).current)
  const seen: boolean[] = []
  second.conversation(id).subscribe((view) => void seen.push(view?.is_pinned ?? false))
  await second.change('conversations.pin', { id, is_pinned: true })
  await eventually(() => shows().every((each) => each?.is_pinned), { what: 'it is pinned in both' })
  await agrees(second, ann)
  // It does not look otherwise between the answer and what the cursor brings.
  expect(seen).not.toContain(false)
  line.proxy.refuse(true)
  line.proxy.cut()
  await eventually(() => !isLive(second), { what: 'no line' })
  const draft = second.change('conversations.draft', { id, content: 'from the second' })
  void first.change('conversations.pin', { id, is_pinned: false })
  const read = first.change('conversations.read', { id })
  read.catch(() => {})
  await eventually(() => pending(first).length === 3 && pending(second).length === 3)
  for (const view of shows()) {
    expect(view).toMatchObject({
      is_pinned: false,
      unread: 0,
      draft: { content: 'from the second' },
    })
  }
  await first.close()
  await eventually(() => second.state().current.isLeading, { what: 'another leader' })
  line.proxy.refuse(false)
  await draft
  await eventually(() => pending(second).length === 0, { what: 'all is made' })
  await agrees(second, ann)
  expect(second.conversation(id).current).toMatchObject({ is_pinned: false, unread: 0 })
  await second.close()
})
