// Two people with three devices each, on two nodes, and what has to hold of their read marks.
import { expect } from 'bun:test'
import * as fc from 'fast-check'
import { must } from '../../src/core/assert.ts'
import type { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import type { Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

export type Who = 0 | 1

export interface Step {
  readonly who: Who
  /** One of three devices; the person's own session has the first two. */
  readonly device: number
  readonly door: 'rest' | 'socket'
  readonly act: 'say' | 'read' | 'recall'
  /** How much of what is there is read, or which message is taken back: 0 to 100. */
  readonly part: number
}

export const step: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom<Who>(0, 1),
  device: fc.nat(2),
  door: fc.constantFrom('rest' as const, 'socket' as const),
  act: fc.constantFrom('say' as const, 'say', 'say', 'read', 'read', 'recall'),
  part: fc.nat(100),
})

export const other = (who: Who): Who => (who === 0 ? 1 : 0)

/** What has to hold, in the fewest words. */
export class Model {
  /** By whom each message is, the first of them seq 1. */
  readonly by: Who[] = []
  readonly marks: [number, number] = [0, 0]
  /** Marks that were moved by reading: each of them has to be told. */
  readonly read: [number[], number[]] = [[], []]
  /** Marks that were moved by sending: of those that follow each other fast the last is told. */
  readonly sent: [number[], number[]] = [[], []]

  says(who: Who): void {
    const nothing = this.unread(who) === 0
    this.by.push(who)
    if (!nothing) return
    this.marks[who] = this.by.length
    this.sent[who].push(this.by.length)
  }

  reads(who: Who, upTo: number): void {
    const seq = Math.min(upTo, this.by.length)
    if (seq <= this.marks[who]) return
    this.marks[who] = seq
    this.read[who].push(seq)
  }

  unread(who: Who, after = this.marks[who], upTo = this.by.length): number {
    return this.by.slice(after, upTo).filter((by) => by !== who).length
  }
}

export interface Cast {
  readonly people: readonly [Person, Person]
  readonly sessions: readonly (readonly Person[])[]
  readonly devices: readonly (readonly Device[])[]
  readonly id: number
}

export async function gather(app: Installation): Promise<Cast> {
  const { ann, ben } = await app.people('ann', 'ben')
  const id = await ann.befriends(ben)
  // Listed from now on, though nothing is said.
  await ben.does('conversations.create', { friend_user_id: ann.userId })
  const sessions = await Promise.all(
    [ann, ben].map(async (person) => [person, person, await person.again(app.url(1))]),
  )
  const devices = await Promise.all(
    sessions.map((all) =>
      Promise.all(
        all.map((one, n) => one.connects({ base: app.url(n % 2), deviceId: `device-${n}` })),
      ),
    ),
  )
  return { people: [ann, ben], sessions, devices, id }
}

/** The seq that so many percent of the words end with; the first at least. */
export const upTo = (part: number, last: number) => Math.max(1, Math.round((part / 100) * last))

const deviceOf = (cast: Cast, { who, device }: Step) =>
  must(cast.devices[who]?.[device], 'three devices')
export const sessionOf = (cast: Cast, { who, device }: Step) =>
  must(cast.sessions[who]?.[device], 'three sessions')

export interface Counts {
  readonly read_seq: number
  readonly unread: number
}

export async function read(cast: Cast, each: Step, seq: number): Promise<Counts> {
  if (each.door === 'rest') {
    return sessionOf(cast, each).does('conversations.read', { id: cast.id, seq })
  }
  const { data } = await deviceOf(cast, each).asks('mark_read', { conversation_id: cast.id, seq })
  return data as Counts
}

export async function say(cast: Cast, each: Step): Promise<{ id: number; seq: number }> {
  const to = cast.people[other(each.who)]
  if (each.door === 'rest') return sessionOf(cast, each).says(to, 'a word')
  return deviceOf(cast, each).says(to, 'a word')
}

export type Listed = Counts & {
  readonly last_seq: number
  readonly user1_id: string
  readonly user1_unread: number
  readonly user2_unread: number
}

export async function look(cast: Cast, who: Who): Promise<Listed & { count: number }> {
  const [list, { count }] = await Promise.all([
    cast.people[who].does('conversations.list'),
    cast.people[who].does('messages.unreadCount'),
  ])
  return { ...(list as unknown as Listed[])[0]!, count }
}

/** Every list and count says what the model says. */
export async function agree(cast: Cast, model: Model): Promise<void> {
  const seen = await Promise.all(([0, 1] as const).map((who) => look(cast, who)))
  for (const who of [0, 1] as const) {
    const { last_seq, read_seq, unread, count, user1_id, user1_unread, user2_unread } = seen[who]!
    const mine = user1_id === cast.people[who].userId
    expect({ last_seq, read_seq, unread, count }).toEqual({
      last_seq: model.by.length,
      read_seq: model.marks[who],
      unread: model.unread(who),
      count: model.unread(who),
    })
    expect(mine ? [user1_unread, user2_unread] : [user2_unread, user1_unread]).toEqual([
      model.unread(who),
      model.unread(other(who)),
    ])
  }
}

/** The marks a device was told of: of its own person, or of the other one. */
export const toldTo = (device: Device, whose: 'mine' | 'theirs') =>
  whose === 'mine'
    ? device.all('conversation_updated').map(({ data }) => data.read_seq ?? 0)
    : device.all('read_receipt').map(({ data }) => data.read_seq)

/**
 * All devices of both were told where the marks stand, whatever moved them, and of each move by
 * reading; and of no mark that never was.
 */
export async function heard(cast: Cast, model: Model): Promise<void> {
  for (const who of [0, 1] as const) {
    for (const [whose, reader] of [
      ['mine', who],
      ['theirs', other(who)],
    ] as const) {
      const [byReading, bySending] = [model.read[reader], model.sent[reader]]
      for (const device of cast.devices[who] ?? []) {
        const told = () => new Set(toldTo(device, whose))
        await eventually(() => byReading.every((seq) => told().has(seq)), { what: 'all reading' })
        await toldLast(device, whose, model.marks[reader])
        // That there is a conversation may be told late, with its mark at nothing.
        const moved = new Set([0, ...byReading, ...bySending])
        expect([...told()].filter((seq) => !moved.has(seq))).toEqual([])
      }
    }
  }
}

/** A mark that has ever moved was told where it stands now, and nothing beyond. */
export async function toldLast(device: Device, whose: 'mine' | 'theirs', mark: number) {
  const last = () => Math.max(0, ...toldTo(device, whose))
  await eventually(() => last() >= mark, { what: `the mark at ${mark}` })
  expect(last()).toBe(mark)
}

/** Who counts the words of others after the last mark it was told of, counts right. */
export async function deviceKnows(cast: Cast, model: Model): Promise<void> {
  for (const who of [0, 1] as const) {
    const history = await cast.people[who].reads(cast.id)
    const receipts = model.marks[other(who)]
    for (const message of history) {
      const mine = message.from_user_id === cast.people[who].userId
      if (mine) expect(message.is_read).toBe(message.seq <= receipts)
    }
    for (const device of cast.devices[who] ?? []) {
      const mark = Math.max(0, ...toldTo(device, 'mine'))
      const words = () =>
        new Set(
          device.messages
            .filter(({ from_user_id }) => from_user_id !== cast.people[who].userId)
            .map(({ seq }) => seq),
        )
      const all = model.by.filter((by) => by !== who).length
      await eventually(() => words().size === all, { what: 'all words' })
      expect([...words()].filter((seq) => seq > mark)).toHaveLength(model.unread(who))
    }
  }
}

export async function leave(cast: Cast): Promise<void> {
  for (const person of cast.devices) for (const device of person) await device.close()
}
