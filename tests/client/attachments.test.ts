// What is said with a file: seen at once, kept until the file is on the server, sent once.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'bun:test'
import { MemoryStore, type Replica, type ReplicaOptions } from '../../src/client/replica/replica.ts'
import { openSqliteStore } from '../../src/client/replica/sqlite.store.ts'
import { eventually } from '../support/eventually.ts'
import { fetches, mayFetch } from '../support/files.ts'
import type { Person } from '../support/people.ts'
import { Line } from './line.ts'
import { Origin } from './origin.ts'
import { deviceOf as devices, isLive, replicaLimits } from './replica.device.ts'

const line = new Line({ env: { MEDIA_FILE_MB: '1' } })
const dir = mkdtempSync(join(tmpdir(), 'curlew-files-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const limits = {
  formBytesMax: 1_000,
  chunkBytes: 20_000,
  chunkBytesMax: 20_000,
  chunkBytesMin: 20_000,
  requestMs: 3_000,
  uploadTries: 2,
}
const pieces = { ...replicaLimits, filePieceBytes: 30_000, uploadAgainMs: 200 }

const deviceOf = (who: Person, more: Partial<ReplicaOptions> = {}) =>
  devices(line.proxy, who, { limits, replicaLimits: pieces, ...more })

/** An image by its name alone, so that whoever looks into it leaves it as it is. */
const bytes = (size: number) => new Uint8Array(size).map((_, at) => 1 + (at % 251))
const lake = (size: number) => new File([bytes(size)], 'lake.png', { type: 'image/png' })

const waiting = (replica: Replica, id: number) => replica.timeline(id).current.waiting
const said = (replica: Replica, id: number) =>
  replica.timeline(id).current.messages.map(({ content }) => content)
const live = (replica: Replica) => eventually(() => isLive(replica), { what: 'a live replica' })
const drawn = async (address: string | undefined) => (await fetch(address ?? 'blob:none')).bytes()

/** Once whoever looks into it has. */
async function got(who: Person, media: number): Promise<Uint8Array> {
  await eventually(() => mayFetch(who, media), { what: 'the file' })
  return (await fetches(who, media)).bytes()
}

/** A door for files that is shut until it is opened. */
function door() {
  const { promise, resolve } = Promise.withResolvers<void>()
  const through: Pick<ReplicaOptions, 'fetch'> = {
    fetch: async (url, init) => {
      if (init.method !== 'PATCH') return await fetch(url, init)
      const given = new Promise((_, reject) => {
        init.signal?.addEventListener('abort', () => reject(new Error('given up')))
      })
      await Promise.race([promise, given])
      return await fetch(url, init)
    },
  }
  return { through, open: resolve }
}

/** Once the server has begun to take it. */
async function takesBack(who: Person, replica: Replica, id: number): Promise<void> {
  const giving = new AbortController()
  const { signal } = giving
  const taken = replica.sendFile(lake(100_000), { conversation_id: id, signal })
  await eventually(async () => (await who.does('media.usage')).files === 1, { what: 'its begin' })
  giving.abort()
  await expect(taken).rejects.toMatchObject({ reason: 'aborted' })
}

test('an image is seen at once, and sent when it is up; nobody is held up by it', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  const store = new MemoryStore()
  const { through, open } = door()
  await using replica = deviceOf(ann, { store, ...through })
  await replica.start()
  await live(replica)
  const told: number[] = []
  const sending = replica.sendFile(lake(100_000), {
    conversation_id: id,
    content: 'a lake',
    onProgress: ({ sent }) => void told.push(sent),
  })
  const shown = await eventually(() => waiting(replica, id)[0], { what: 'that it waits' })
  expect(shown).toMatchObject({
    state: 'waiting',
    message: { message_type: 2, content: 'a lake' },
    file: { name: 'lake.png', type: 'image/png', size: 100_000 },
  })
  expect(await drawn(shown.preview)).toEqual(bytes(100_000))
  await replica.send({ conversation_id: id, content: 'look' })
  open()
  await sending
  await eventually(() => said(replica, id).join() === 'look,a lake', { what: 'both' })
  const [, image] = await ben.reads(id)
  expect(image).toMatchObject({ message_type: 2, client_msg_id: sending.client_msg_id })
  expect(await got(ben, image!.media_id!)).toEqual(bytes(100_000))
  expect(told.length).toBeGreaterThan(3)
  expect(waiting(replica, id)).toEqual([])
  // Nothing of it is kept; what shows it need not fetch it.
  expect(await drawn(replica.preview(sending.client_msg_id))).toEqual(bytes(100_000))
  const left = async () => (await store.list(`${line.url} ${subjectOf(ann)} files`, '')).length
  await eventually(async () => (await left()) === 0, { what: 'no bytes' })
})

const subjectOf = ({ token }: Person): string =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).sub

test('it waits without a line and over a reload; what was too large for that says so', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  const path = join(dir, 'ann.db')
  const before = deviceOf(ann, {
    store: await openSqliteStore(path),
    replicaLimits: { ...pieces, keptFileBytesMax: 100_000 },
  })
  await before.start()
  await live(before)
  line.proxy.refuse(true)
  line.proxy.cut()
  const given = before.sendFile(lake(90_000), { to_user_id: ben.userId, content: 'kept' })
  void before.sendFile(lake(100_001), { conversation_id: id, content: 'too large' })
  await eventually(() => waiting(before, id).length === 2, { what: 'both wait' })
  const look = await openSqliteStore(path)
  const space = `${line.url} ${subjectOf(ann)} files`
  await eventually(async () => (await look.list(space, 'bytes/')).length === 3, { what: 'bytes' })
  await look.close()
  await before.close()
  await expect(given).rejects.toMatchObject({ reason: 'closed' })

  await using after = deviceOf(ann, { store: await openSqliteStore(path) })
  await after.start()
  after.timeline(id).subscribe(() => {})
  const [kept, large] = await eventually(
    () => (waiting(after, id)[0]?.preview ? waiting(after, id) : null),
    { what: 'what it looked like' },
  )
  expect(await drawn(kept!.preview)).toEqual(bytes(90_000))
  await eventually(() => waiting(after, id)[1]?.state === 'failed', { what: 'that it is gone' })
  expect(waiting(after, id)[1]!.error).toMatchObject({ reason: 'file' })
  line.proxy.refuse(false)
  await eventually(() => said(after, id).join() === 'kept', { what: 'that it is said' })
  const [first, ...others] = await ben.reads(id)
  expect([first!.content, others]).toEqual(['kept', []])
  expect(await got(ben, first!.media_id!)).toEqual(bytes(90_000))
  await after.discard(large!.message.client_msg_id)
  await eventually(() => waiting(after, id).length === 0, { what: 'nothing that waits' })
})

test('what is refused can be tried again, what is going up can be taken back', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  const { through, open } = door()
  await using replica = deviceOf(ann, through)
  await replica.start()
  await live(replica)
  const large = replica.sendFile(lake(1_100_000), { conversation_id: id })
  await expect(large).rejects.toMatchObject({ reason: 'refused', code: 4013 })
  expect(waiting(replica, id)[0]).toMatchObject({ state: 'failed', error: { code: 4013 } })
  await replica.retry(large.client_msg_id)
  await eventually(() => waiting(replica, id)[0]?.state === 'failed', { what: 'the same again' })
  await replica.discard(large.client_msg_id)

  await takesBack(ann, replica, id)
  open()
  expect(waiting(replica, id)).toEqual([])
  await eventually(async () => (await ann.does('media.usage')).files === 0, { what: 'its end' })
  expect(await ben.reads(id)).toEqual([])
})

test('what is taken back before the server has said that it is begun is ended all the same', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  const answer = Promise.withResolvers<void>()
  await using replica = deviceOf(ann, {
    fetch: async (url, init) => {
      const answered = await fetch(url, init)
      if (init.method === 'POST' && url.endsWith('/media/tus')) await answer.promise
      return answered
    },
  })
  await replica.start()
  await live(replica)
  await takesBack(ann, replica, id)
  answer.resolve()
  await eventually(async () => (await ann.does('media.usage')).files === 0, { what: 'its end' })
})

test('a tab that is closed in the middle leaves its file to the one that leads', async () => {
  const { ann, ben } = await line.app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  const origin = new Origin(line)
  const { through } = door()
  const options = { limits, replicaLimits: pieces }
  const [first, second] = [origin.tab(ann, options), origin.tab(ann, { ...options, ...through })]
  await first.start()
  await second.start()
  await eventually(() => isLive(first) && isLive(second), { what: 'both are live' })
  void second.sendFile(lake(70_000), { conversation_id: id, content: 'a lake' })
  const seen = () => waiting(first, id)[0]
  first.timeline(id).subscribe(() => {})
  await eventually(() => seen()?.preview, { what: 'that the other shows it' })
  expect([seen()?.state, said(first, id)]).toEqual(['waiting', []])
  await second.close()
  await eventually(() => said(first, id).join() === 'a lake', { what: 'that it is said' })
  expect((await ben.reads(id)).length).toBe(1)
  await first.close()
})
