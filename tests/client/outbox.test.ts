// The law of sends: whatever is lost on the way, each once and in the order of sending.
import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { CurlewError } from '../../src/client/error.ts'
import { defaults, type Limits } from '../../src/client/limits.ts'
import { Outbox, type Outgoing } from '../../src/client/outbox.ts'
import type { Storage } from '../../src/client/ports.ts'
import { Vault } from '../../src/client/vault.ts'
import type { Sent } from '../../src/protocol/messages.told.ts'
import { ManualClock, settle } from './clock.ts'

const busy = new CurlewError({ reason: 'refused', code: 5030, msg: 'busy', retryable: true })
const unanswered = new CurlewError({ reason: 'network', msg: 'broken' })
const no = new CurlewError({ reason: 'refused', code: 4403, msg: 'not allowed' })

class Shelf implements Storage {
  readonly items = new Map<string, string>()
  getItem = (key: string) => this.items.get(key) ?? null
  setItem = (key: string, value: string) => void this.items.set(key, value)
  removeItem = (key: string) => void this.items.delete(key)
}

type Fate = 'fine' | 'lost' | 'ack lost' | 'busy' | 'late'

/** A server that commits in order, an unreliable line before it. */
class World {
  readonly clock = new ManualClock()
  readonly rows: Sent[] = []
  readonly texts: string[] = []
  readonly refusals: string[] = []
  open = false
  rest = false
  /** What happens to the next frames; `fine` when used up. */
  fates: Fate[] = []
  readonly shelf = new Shelf()
  readonly limits: Limits
  outbox: Outbox
  page = { gone: false }
  onWire = 0
  flyingMost = 0

  constructor(limits: Partial<Limits> = {}) {
    this.limits = { ...defaults, ...limits }
    this.outbox = this.boot()
  }

  /** A new page; the one before it does nothing any more. */
  boot(): Outbox {
    const page = { gone: false }
    this.page.gone = true
    this.page = page
    const shelf: Storage = {
      getItem: (key) => this.shelf.getItem(key),
      setItem: (key, value) => page.gone || this.shelf.setItem(key, value),
      removeItem: (key) => page.gone || this.shelf.removeItem(key),
    }
    const outbox: Outbox = new Outbox(
      {
        clock: this.clock,
        random: () => 0.5,
        limits: this.limits,
        socket: (message) => !page.gone && this.open && this.carry(outbox, message),
        restInstead: () => !page.gone && this.rest,
        rest: async (message) => {
          const fate = this.fates.shift() ?? 'fine'
          await Promise.resolve()
          if (fate === 'busy') throw busy
          if (fate === 'lost') throw unanswered
          const sent = this.commit(message)
          if (fate === 'ack lost') throw unanswered
          return sent
        },
        doubt: () => {},
        sent: () => {},
        failed: (message) => void this.refusals.push(message.content),
      },
      new Vault<Outgoing[]>({
        storage: shelf,
        key: 'key',
        clock: this.clock,
        deadlineMs: this.limits.storageMs,
        state: () => {},
        onError: () => {},
      }),
    )
    void outbox.load()
    return outbox
  }

  carry(outbox: Outbox, message: Outgoing): boolean {
    const fate = this.fates.shift() ?? 'fine'
    if (fate === 'lost') return true
    if (fate === 'busy') {
      queueMicrotask(() => outbox.refused(message.client_msg_id, busy))
      return true
    }
    this.onWire++
    this.flyingMost = Math.max(this.flyingMost, this.onWire)
    const arrive = () => {
      this.onWire--
      const sent = this.commit(message)
      if (fate !== 'ack lost') outbox.acked(sent)
    }
    if (fate === 'late') this.clock.after(this.limits.ackMs * 1.5, arrive)
    else queueMicrotask(arrive)
    return true
  }

  commit(message: Outgoing): Sent {
    const before = this.rows.find((row) => row.client_msg_id === message.client_msg_id)
    if (before) return before
    const conversation_id = message.conversation_id ?? (/^bob$/i.test(message.to_user_id!) ? 1 : 2)
    const seq = this.rows.filter((row) => row.conversation_id === conversation_id).length + 1
    const { client_msg_id } = message
    const id = this.rows.length + 1
    const row = { id, conversation_id, seq, client_msg_id, created_at: '' }
    this.rows.push(row)
    this.texts.push(`${conversation_id}:${message.content}`)
    return row
  }

  say(content: string, to: number | string, id = crypto.randomUUID()) {
    const target = typeof to === 'number' ? { conversation_id: to } : { to_user_id: to }
    return this.outbox.add({ ...target, message_type: 1, content, client_msg_id: id })
  }

  async quiet(): Promise<void> {
    for (let step = 0; this.outbox.pending.length > 0; step++) {
      if (step > 5_000) throw new Error('the sends do not end')
      const rang = await this.clock.step()
      if (!rang && this.outbox.pending.length > 0) throw new Error('a send waits for nothing')
    }
  }
}

const fate = fc.constantFrom<Fate>('fine', 'lost', 'ack lost', 'busy', 'late')
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('say'), to: fc.integer({ min: 1, max: 2 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('open'), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rest'), on: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass'), ms: fc.nat({ max: 40_000 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reload') }) },
)

test('lost frames and answers, refusals, breaks, reloads in any pattern: each once, in order', async () => {
  const run = fc.asyncProperty(
    fc.array(step, { maxLength: 40 }),
    fc.array(fate, { maxLength: 60 }),
    async (steps, fates) => {
      const world = new World()
      world.fates = [...fates]
      const said: string[] = []
      for (const one of steps as Record<string, unknown>[]) {
        if (one['do'] === 'say') {
          said.push(`${String(one['to'])}:${said.length}`)
          void world.say(String(said.length - 1), Number(one['to']))
        } else if (one['do'] === 'open') {
          world.open = one['on'] === true
          if (world.open) world.outbox.pump()
          else world.outbox.disconnected()
        } else if (one['do'] === 'rest') {
          world.rest = one['on'] === true
          world.outbox.pump()
        } else if (one['do'] === 'pass') await world.clock.pass(Number(one['ms']))
        else {
          // The page goes without a word: only what is stored is left.
          await settle()
          world.outbox = world.boot()
          await settle()
        }
      }
      world.open = true
      world.outbox.pump()
      await world.quiet()
      for (const id of [1, 2]) {
        const of = (texts: string[]) => texts.filter((text) => text.startsWith(`${id}:`))
        expect(of(world.texts)).toEqual(of(said))
      }
    },
  )
  await fc.assert(run, { numRuns: 400 })
}, 240_000)

describe('order', () => {
  test('a message refused for now is not overtaken, one of another conversation goes on', async () => {
    const world = new World()
    world.open = true
    await settle()
    world.fates = ['busy']
    void world.say('one', 1)
    void world.say('two', 1)
    void world.say('other', 2)
    await settle()
    expect(world.texts).toEqual(['2:other'])
    await world.quiet()
    expect(world.texts).toEqual(['2:other', '1:one', '1:two'])
  })

  test('the same conversation by person and by id is one, once an answer has shown it', async () => {
    const world = new World()
    world.open = true
    await world.say('first', 'bob')
    world.fates = ['busy']
    void world.say('by name', 'Bob')
    void world.say('by id', 1)
    await world.quiet()
    expect(world.texts).toEqual(['1:first', '1:by name', '1:by id'])
  })

  test('a frame refused unread goes again after the pause', async () => {
    const world = new World()
    world.open = true
    await settle()
    world.fates = ['lost']
    const send = world.say('x', 1)
    world.outbox.slowed(1_000)
    await world.clock.pass(999)
    expect(world.texts).toEqual([])
    await world.clock.pass(1)
    expect(await send).toMatchObject({ seq: 1 })
  })

  test('a final refusal fails that message alone', async () => {
    const world = new World()
    world.open = false
    const id = crypto.randomUUID()
    const refused = world.say('bad', 1, id)
    const fine = world.say('good', 1)
    await settle()
    world.outbox.refused(id, no)
    world.open = true
    world.outbox.pump()
    await expect(refused).rejects.toMatchObject({ code: 4403 })
    expect(await fine).toMatchObject({ seq: 1 })
    expect(world.refusals).toEqual(['bad'])
  })
})

describe('bounds', () => {
  test('no more than so many wait, and no more than so many fly', async () => {
    const world = new World({ pendingMax: 10, flyingMax: 3 })
    const sends = Array.from({ length: 10 }, (_, at) => world.say('x', at + 1))
    await expect(world.say('eleventh', 11)).rejects.toMatchObject({ reason: 'full' })
    world.open = true
    world.outbox.pump()
    await Promise.all(sends)
    expect(world.flyingMost).toBe(3)
  })

  test('what does not fit into a frame is never sent: it would close the socket', async () => {
    const world = new World()
    const big = world.say('\u0001'.repeat(11_000), 1)
    await expect(big).rejects.toMatchObject({ reason: 'too_large', code: 4013 })
  })

  test('a message refused for ever so often fails in the end', async () => {
    const world = new World({ refusalsMax: 5 })
    world.open = true
    world.fates = Array.from({ length: 10 }, () => 'busy' as const)
    const send = world.say('x', 1)
    await world.quiet()
    await expect(send).rejects.toMatchObject({ code: 5030 })
  })
})

test('close fails what is pending, leaves it stored and no timer behind', async () => {
  const world = new World()
  world.open = true
  world.fates = ['lost', 'busy']
  const lost = world.say('one', 1)
  const waiting = world.say('two', 2)
  await settle()
  await world.outbox.close(new CurlewError({ reason: 'closed', msg: 'closed' }))
  await expect(lost).rejects.toMatchObject({ reason: 'closed' })
  await expect(waiting).rejects.toMatchObject({ reason: 'closed' })
  expect(world.clock.pending).toBe(0)
  const stored = JSON.parse(world.shelf.getItem('key')!) as Outgoing[]
  expect(stored.map(({ content }) => content)).toEqual(['one', 'two'])
})
