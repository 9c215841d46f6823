// The law of sync: state at an old cursor + events = fresh state. Whatever people do at once over two
// nodes, whoever asks when, in pages of whatever size, and however late something commits.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { must } from '../../src/core/assert.ts'
import { burnDue } from '../../src/features/burning/due.ts'
import { disagreements } from '../support/agreement.ts'
import { isDeep } from '../support/deep.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { isWhole, Mirror } from '../support/mirror.ts'
import type { Person } from '../support/people.ts'

const names = ['ann', 'ben', 'cat', 'dan'] as const
type Name = (typeof names)[number]

const verbs = [
  'say',
  'say',
  'say',
  'say to all',
  'say to all',
  'say late',
  'reply',
  'reply',
  'note',
  'timer',
  'burn',
  'burn',
  'read',
  'recall',
  'edit',
  'react',
  'unreact',
  'delete',
  'delete',
  'pin',
  'mute',
  'remark',
  'rename',
  'befriend',
  'part',
  'block',
  'unblock',
  'found',
  'invite',
  'leave',
  'rename group',
  'promote',
  'ask in',
  'archive',
  'draft',
  'mark unread',
  'answer',
  'nick',
  'hide reading',
  'status',
  ...(['found', 'leave', 'catch up', 'catch up'] as const),
] as const

/** The mutants of this law have their own number. */
const scripts = Number(process.env['LAW_SCRIPTS'] ?? (isDeep ? 200 : 5))

interface Step {
  readonly verb: (typeof verbs)[number]
  readonly by: Name
  readonly to: Name
  readonly number: number
  /** Not waited for before the next. */
  readonly isLoose: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  verb: fc.constantFrom(...verbs),
  by: fc.constantFrom(...names),
  to: fc.constantFrom(...names),
  number: fc.integer({ min: 1, max: 40 }),
  isLoose: fc.boolean(),
})

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

const context = () => must(app.nodes[0], 'an installation has a node').ctx

/** What people do to each other; what may not be done now comes to nothing. */
class World {
  readonly #groups: string[] = []
  readonly #said: number[] = []
  readonly #loose: Promise<unknown>[] = []

  constructor(
    readonly people: Record<Name, Person>,
    readonly mirrors: Record<Name, Mirror>,
  ) {}

  async takes(next: Step): Promise<void> {
    const work = this.#do(next).catch((error: unknown) => {
      if (next.verb === 'catch up') throw error
    })
    if (next.isLoose && next.verb !== 'catch up') this.#loose.push(work)
    else await work
  }

  /** Nothing is under way any more, nor waits to be told. */
  async settles(): Promise<void> {
    await Promise.all(this.#loose)
    await eventually(async () => (await context().sql`select 1 from outbox limit 1`).length === 0, {
      what: 'an empty outbox',
    })
  }

  async #do({ verb, by, to, number }: Step): Promise<unknown> {
    const [me, other] = [this.people[by], this.people[to]]
    const group_id = this.#groups[number % Math.max(1, this.#groups.length)] ?? 'G0'
    switch (verb) {
      case 'say':
        return this.#keep(me.says(other, `${number}`))
      case 'say to all':
        return this.#keep(
          me.does('groups.send', { group_id, message_type: 1, content: `${number}` }),
        )
      case 'say late':
        return this.#late(me, other, number)
      case 'timer': {
        const seconds = number % 4 > 0 ? 300 : null
        return me.does('conversations.timer', { id: await talkOf(me, number), seconds })
      }
      case 'burn': {
        const { sql } = context()
        await sql`
          update message_ends set expires_at = now() - interval '1 minute'
          where message_id % 3 = ${number % 3}`
        return burnDue(context())
      }
      case 'note':
        return this.#keep(me.says(me, `note ${number}`))
      case 'reply':
        return this.#keep(answers(me, await talkOf(me, number), number))
      case 'read':
        return me.does('conversations.read', { id: await talkOf(me, number) })
      case 'recall':
        return me.does('messages.recall', { id: this.#said[number % this.#said.length] })
      case 'edit': {
        const id = this.#said[number % this.#said.length]
        return me.does('messages.edit', { id, content: `not ${number}` })
      }
      case 'react':
      case 'unreact': {
        const id = this.#said[number % this.#said.length]
        return me.does(`messages.${verb}`, { id, emoji: number % 2 === 0 ? '👍' : '❤️' })
      }
      case 'delete':
        return me.does('messages.delete', { id: this.#said[number % this.#said.length] })
      case 'pin':
        return me.does('conversations.pin', {
          id: await talkOf(me, number),
          is_pinned: number % 2 === 0,
        })
      case 'mute':
        return me.does('conversations.mute', {
          id: await talkOf(me, number),
          is_muted: number % 2 === 0,
        })
      case 'remark':
        return me.does('friends.updateRemark', { friend_id: other.userId, remark: `${number}` })
      case 'rename':
        return me.does('accounts.updateMe', { nickname: `${by} ${number}` })
      case 'befriend':
        return me.befriends(other)
      case 'part':
        return me.does('friends.remove', { friend_id: other.userId })
      case 'block':
        return me.does('friends.block', { blocked_user_id: other.userId })
      case 'unblock':
        return me.does('friends.unblock', { user_id: other.userId })
      case 'found': {
        const members = { member_ids: [other.userId], is_public: true, history: 'all' }
        const made = await me.does('groups.create', { name: `Group ${number}`, ...members })
        return this.#groups.push(made.group_id)
      }
      case 'invite':
        return other.does('groups.join', { group_id })
      case 'leave':
        return me.does('groups.leave', { group_id })
      case 'rename group':
        return me.does('groups.update', { group_id, name: `Group ${number}` })
      case 'promote':
        return me.does('groups.setRole', { group_id, target_user_id: other.userId, role: 2 })
      case 'archive':
        return me.does('conversations.archive', {
          id: await talkOf(me, number),
          is_archived: number % 3 > 0,
        })
      case 'draft':
        return me.does('conversations.draft', {
          id: await talkOf(me, number),
          content: number % 3 > 0 ? `about ${number}` : '',
        })
      case 'mark unread':
        return me.does('conversations.markUnread', {
          id: await talkOf(me, number),
          is_marked_unread: number % 3 > 0,
        })
      case 'ask in':
        return me.does('groups.invite', { group_id, invitee_user_id: other.userId })
      case 'answer': {
        const list = await me.does('groups.receivedInvitations', {})
        const { id } = must(Array.isArray(list) ? list[0] : undefined, 'somebody was asked')
        return number % 2 === 0
          ? me.does('groups.acceptInvitation', { id })
          : me.does('groups.rejectInvitation', { id })
      }
      case 'nick':
        return me.does('groups.rename', { group_id, nickname: `${by} ${number}` })
      case 'status':
        return me.does('accounts.updateMe', {
          status: number % 3 > 0 ? { emoji: '🌴', text: `${number}` } : {},
        })
      case 'hide reading':
        return me.does('settings.update', { privacy: { receipts: number % 3 > 0 } })
      case 'catch up':
        return this.mirrors[by].catchesUp(number)
    }
  }

  async #keep(saying: Promise<{ id: number }>): Promise<void> {
    this.#said.push((await saying).id)
  }

  /** It has its transaction, and waits; meanwhile others are done and everybody looks. */
  async #late(me: Person, other: Person, number: number): Promise<void> {
    const { sql } = context()
    await sql.begin(async (holder) => {
      await holder`
        select from conversations where kind = 1 and exists (
          select from users a join users b on a.user_id = ${me.userId} and b.user_id = ${other.userId}
          where (user1_id, user2_id) in ((a.id, b.id), (b.id, a.id))) for update`
      let isOver = false
      const saying = this.#keep(me.says(other, `late ${number}`)).catch(() => {})
      this.#loose.push(saying.finally(() => (isOver = true)))
      const waiting = () => sql`
        select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' limit 1`
      const begun = async () => isOver || (await waiting()).length > 0
      await eventually(begun, { what: 'a message that waits' })
      // One that has begun later is done by now.
      await sql`select pg_current_xact_id()`
      for (const name of names) await this.mirrors[name].catchesUp(number)
    })
  }
}

async function talkOf(me: Person, number: number): Promise<number> {
  const list = await me.does('conversations.list', { kind: 'all', archived: 'all' })
  if (!Array.isArray(list)) throw new Error('a page was asked for')
  return must(list[number % Math.max(1, list.length)], 'somebody talks to somebody').id
}

async function answers(me: Person, conversation_id: number, number: number) {
  const said = await me.reads(conversation_id)
  const { id: reply_to_id } = must(said[number % Math.max(1, said.length)], 'something was said')
  const words = { message_type: 1, content: `re ${number}` }
  return me.does('messages.send', { conversation_id, reply_to_id, ...words })
}

test(
  'whatever happens, an old picture and what came since are a new one',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (script) => {
        const people = await app.people(...names)
        const { ann, ben, cat, dan } = people
        await Promise.all([ann.befriends(ben), cat.befriends(dan), ann.befriends(cat)])
        const mirrors = Object.fromEntries(
          names.map((name) => [name, new Mirror(people[name])]),
        ) as Record<Name, Mirror>
        for (const name of names) await mirrors[name].catchesUp()
        const world = new World(people, mirrors)
        for (const each of script) await world.takes(each)
        await world.settles()
        for (const name of names) {
          await mirrors[name].catchesUp(1 + (script.length % 9))
          const { kept, fresh } = await isWhole(mirrors[name], people[name])
          expect(kept).toEqual(fresh)
          expect(mirrors[name].resets).toBe(0)
        }
      }),
      { numRuns: scripts, endOnFailure: true },
    )
  },
  60_000 * (1 + scripts),
)

test('and what all of that has left behind agrees with itself', async () => {
  expect(await disagreements(context().sql)).toEqual([])
}, 60_000)
