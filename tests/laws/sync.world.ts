// People who do at once whatever people do, and look at what they have missed.
import * as fc from 'fast-check'
import type { Context } from '../../src/context.ts'
import { must } from '../../src/core/assert.ts'
import { burnDue } from '../../src/features/burning/due.ts'
import { sendDue } from '../../src/features/scheduling/due.ts'
import { answers, decidesOnInvitation, scheduledOf, schedules, talkOf } from '../support/deeds.ts'
import { eventually } from '../support/eventually.ts'
import type { Mirror } from '../support/mirror.ts'
import type { Person } from '../support/people.ts'

export const names = ['ann', 'ben', 'cat', 'dan'] as const
export type Name = (typeof names)[number]

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
  'keep',
  'keep',
  'let go',
  'schedule',
  'schedule',
  'cancel',
  'send what is due',
  'pin',
  'mute',
  'remark',
  'rename',
  'befriend',
  'part',
  'block',
  'block',
  'block',
  'unblock',
  'found',
  'invite',
  'leave',
  'rename group',
  'promote',
  'close',
  'ask to join',
  'ask to join',
  'decide',
  'decide',
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

interface Step {
  readonly verb: (typeof verbs)[number]
  readonly by: Name
  readonly to: Name
  readonly number: number
  /** Not waited for before the next. */
  readonly isLoose: boolean
}

export const step: fc.Arbitrary<Step> = fc.record({
  verb: fc.constantFrom(...verbs),
  by: fc.constantFrom(...names),
  to: fc.constantFrom(...names),
  number: fc.integer({ min: 1, max: 40 }),
  isLoose: fc.boolean(),
})

/** What people do to each other; what may not be done now comes to nothing. */
export class World {
  readonly #groups: string[] = []
  readonly #said: number[] = []
  readonly #loose: Promise<unknown>[] = []

  constructor(
    private readonly ctx: Context,
    readonly people: Record<Name, Person>,
    readonly mirrors: Record<Name, Mirror>,
  ) {}

  /** A group that is there from the beginning. */
  knows(group: string): void {
    this.#groups.push(group)
  }

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
    const isNone = async (rows: PromiseLike<readonly unknown[]>) => (await rows).length === 0
    const { sql } = this.ctx
    const due = () => sql`
      select 1 from scheduled_messages where state < 2 and due_at < now() + interval '1 hour' limit 1`
    await eventually(() => isNone(due()), { what: 'nothing on its way to be sent' })
    await eventually(() => isNone(sql`select 1 from outbox limit 1`), { what: 'an empty outbox' })
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
        const { sql } = this.ctx
        await sql`
          update message_ends set expires_at = now() - interval '1 minute'
          where message_id % 3 = ${number % 3}`
        return burnDue(this.ctx)
      }
      case 'note':
        return this.#keep(me.says(me, `note ${number}`))
      case 'reply':
        return this.#keep(answers(me, number))
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
      case 'keep':
        return me.does('favorites.add', { message_id: this.#said[number % this.#said.length] })
      case 'let go':
        return me.does('favorites.remove', { message_id: this.#said[number % this.#said.length] })
      case 'schedule':
        return schedules(me, number)
      case 'cancel':
        return me.does('messages.unschedule', { id: await scheduledOf(me, number) })
      case 'send what is due': {
        const { sql } = this.ctx
        await sql`
          update scheduled_messages set due_at = now() - interval '1 minute'
          where state = 0 and id % 3 = ${number % 3}`
        return sendDue(this.ctx)
      }
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
        const shape = { is_public: true, join_approval: number % 2 === 0, history: 'all' as const }
        const members = { member_ids: [other.userId], ...shape }
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
        return me.does('groups.setRole', {
          group_id,
          target_user_id: other.userId,
          role: number % 4 > 0 ? 2 : 1,
        })
      case 'close':
        return me.does('groups.update', { group_id, join_approval: number % 4 > 0 })
      case 'ask to join':
        return me.does('groups.join', { group_id, message: `${number}` })
      case 'decide': {
        const list = await me.does('groups.requests', { group_id })
        const { id } = must(Array.isArray(list) ? list.at(-1) : undefined, 'somebody asks')
        return me.does(`groups.${number % 2 === 0 ? 'accept' : 'reject'}Request`, { id })
      }
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
      case 'answer':
        return decidesOnInvitation(me, number)
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
    const { sql } = this.ctx
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
