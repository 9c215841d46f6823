// A storage that is silent, late, broken or full costs what it would have kept, and no send.
import { describe, expect, test } from 'bun:test'
import { createClient, CurlewError, type StorageState } from '../../src/client/client.ts'
import { defaults } from '../../src/client/limits.ts'
import { Outbox, type Outgoing } from '../../src/client/outbox.ts'
import type { Storage } from '../../src/client/ports.ts'
import { Vault } from '../../src/client/vault.ts'
import { ManualClock, settle } from './clock.ts'

/** A storage whose answers a test gives by hand. */
class Shelf {
  stored: string | null = null
  readonly waiting: { what: string; answer: () => void; fail: (error: unknown) => void }[] = []

  #later<T>(what: string, work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ what, answer: () => resolve(work()), fail: reject })
    })
  }
  getItem = () => this.#later('read', () => this.stored)
  setItem = (_: string, text: string) => this.#later('write', () => (this.stored = text))
  removeItem = () => this.#later('drop', () => (this.stored = null))

  texts(): string[] {
    return (JSON.parse(this.stored ?? '[]') as Outgoing[]).map(({ content }) => content)
  }
}

const outgoing = (content: string): Outgoing => ({
  conversation_id: 1,
  message_type: 1,
  content,
  client_msg_id: crypto.randomUUID(),
})

function start(storage: Storage, open = true) {
  const clock = new ManualClock()
  const line = { open, sent: [] as string[] }
  const heard: StorageState[] = []
  const errors: unknown[] = []
  const vault = new Vault<Outgoing[]>({
    storage,
    key: 'key',
    clock,
    deadlineMs: defaults.storageMs,
    state: (event) => void heard.push(event),
    onError: (error) => void errors.push(error),
  })
  const outbox: Outbox = new Outbox(
    {
      clock,
      random: () => 0.5,
      limits: defaults,
      socket: (message) => {
        if (!line.open) return false
        line.sent.push(message.content)
        const { client_msg_id } = message
        const seq = line.sent.length
        queueMicrotask(() =>
          outbox.acked({ id: seq, conversation_id: 1, seq, client_msg_id, created_at: '' }),
        )
        return true
      },
      restInstead: () => false,
      rest: () => Promise.reject(new Error('no line')),
      doubt: () => {},
      sent: () => {},
      failed: () => {},
    },
    vault,
  )
  void outbox.load()
  const states = () => heard.map(({ state }) => state)
  return { clock, line, heard, errors, outbox, states }
}

const closed = new CurlewError({ reason: 'closed', msg: 'closed' })

describe('reading', () => {
  test('without an answer: a send waits until the deadline, and goes', async () => {
    const { clock, line, heard, outbox, errors } = start(new Shelf())
    const sending = outbox.add(outgoing('hi'))
    await clock.pass(defaults.storageMs - 1)
    expect([line.sent, heard]).toEqual([[], []])
    await clock.pass(1)
    expect(await sending).toMatchObject({ seq: 1 })
    expect(heard).toMatchObject([{ state: 'memory', error: { reason: 'storage' } }])
    expect(errors).toHaveLength(1)
    await outbox.close(closed)
    expect(clock.pending).toBe(0)
  })

  test('an answer after the deadline: what was kept is sent too, and keeping goes on', async () => {
    const shelf = new Shelf()
    shelf.stored = JSON.stringify([outgoing('old')])
    const { clock, line, states, outbox } = start(shelf, false)
    void outbox.add(outgoing('new'))
    await clock.pass(defaults.storageMs)
    // Not written over before it was read.
    expect(shelf.waiting.map(({ what }) => what)).toEqual(['read'])
    shelf.waiting.shift()!.answer()
    await settle()
    expect(outbox.pending.map(({ content }) => content)).toEqual(['old', 'new'])
    shelf.waiting.shift()!.answer()
    await settle()
    expect([shelf.texts(), states()]).toEqual([
      ['old', 'new'],
      ['memory', 'kept'],
    ])
    line.open = true
    outbox.pump()
    await settle()
    expect(line.sent).toEqual(['old', 'new'])
  })

  test('an answer after the end loses nothing either', async () => {
    const shelf = new Shelf()
    shelf.stored = JSON.stringify([outgoing('old')])
    const { clock, outbox } = start(shelf, false)
    void outbox.add(outgoing('new'))
    await clock.pass(defaults.storageMs)
    await outbox.close(closed)
    expect(clock.pending).toBe(0)
    shelf.waiting.shift()!.answer()
    await settle()
    shelf.waiting.shift()!.answer()
    await settle()
    expect(shelf.texts()).toEqual(['old', 'new'])
  })

  test('that throws, at once or late: the send goes', async () => {
    const broken: Storage[] = [
      {
        getItem: () => {
          throw new Error('SecurityError')
        },
        setItem: () => {},
        removeItem: () => {},
      },
      { getItem: () => Promise.reject(new Error('late')), setItem: () => {}, removeItem: () => {} },
    ]
    for (const storage of broken) {
      const { line, heard, outbox } = start(storage)
      await outbox.add(outgoing('hi'))
      expect(line.sent).toEqual(['hi'])
      expect(heard[0]).toMatchObject({ state: 'memory', error: { cause: expect.any(Error) } })
    }
  })

  test('that throws after its deadline is heard once, and rejects nowhere', async () => {
    const shelf = new Shelf()
    const { clock, states, errors, outbox } = start(shelf)
    await clock.pass(defaults.storageMs)
    shelf.waiting.shift()!.fail(new Error('gone'))
    await settle()
    expect([states(), errors.length]).toEqual([['memory'], 2])
    // Nothing was read: from now on it is written as ever.
    void outbox.add(outgoing('hi'))
    await settle()
    expect(shelf.waiting.length).toBe(1)
  })
})

describe('writing', () => {
  test('without an answer: sends go on, nothing is written past it, close does not hang', async () => {
    const shelf = new Shelf()
    const { clock, line, states, outbox } = start(shelf)
    await settle()
    shelf.waiting.shift()!.answer()
    await settle()
    for (const content of ['one', 'two', 'three']) await outbox.add(outgoing(content))
    expect(line.sent).toEqual(['one', 'two', 'three'])
    expect(shelf.waiting).toHaveLength(1)
    await clock.pass(defaults.storageMs)
    expect(states()).toEqual(['memory'])
    let over = false
    void outbox.close(closed).then(() => (over = true))
    await clock.pass(defaults.storageMs)
    expect([over, clock.pending]).toEqual([true, 0])
  })

  test('that is answered late: the newest is written next, and it is kept again', async () => {
    const shelf = new Shelf()
    const { clock, states, outbox } = start(shelf, false)
    await settle()
    shelf.waiting.shift()!.answer()
    await settle()
    for (const content of ['one', 'two', 'three']) void outbox.add(outgoing(content))
    await clock.pass(defaults.storageMs)
    while (shelf.waiting.length > 0) {
      shelf.waiting.shift()!.answer()
      await settle()
    }
    expect([shelf.texts(), states()]).toEqual([
      ['one', 'two', 'three'],
      ['memory', 'kept'],
    ])
  })

  test('into a full storage: told once, and once more when there is room again', async () => {
    const room = { characters: 10 }
    const storage: Storage = {
      getItem: () => null,
      setItem: (_, text) => {
        if (text.length > room.characters) throw new Error('QuotaExceededError')
      },
      removeItem: () => {},
    }
    const { states, outbox, line } = start(storage, false)
    await settle()
    for (const content of ['one', 'two']) void outbox.add(outgoing(content))
    await settle()
    expect(states()).toEqual(['memory'])
    room.characters = 10_000
    void outbox.add(outgoing('three'))
    await settle()
    expect(states()).toEqual(['memory', 'kept'])
    line.open = true
    outbox.pump()
    await settle()
    expect(line.sent).toEqual(['one', 'two', 'three'])
  })
})

test('tokens that cannot be read are none, and the client says so', async () => {
  const errors: unknown[] = []
  const client = createClient({
    url: 'http://door',
    tokens: () => JSON.parse('{'),
    clock: new ManualClock(),
    onError: (error) => void errors.push(error),
  })
  expect(client.tokens).toBeUndefined()
  expect(errors).toHaveLength(1)
  await client.close()
})

test('the application hears of it, even of a storage that is broken from the start', async () => {
  const states: string[] = []
  const client = createClient({
    url: 'http://door',
    tokens: { token: 'a' },
    storage: {
      getItem: () => {
        throw new Error('SecurityError')
      },
      setItem: () => {},
      removeItem: () => {},
    },
    clock: new ManualClock(),
    onError: () => {},
  })
  client.on('storage', ({ state, error }) => void states.push(`${state} ${error?.reason}`))
  await settle()
  expect(states[0]).toBe('memory storage')
  await client.close()
})
