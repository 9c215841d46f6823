// People who do to each other whatever people do.
import * as fc from 'fast-check'
import { must } from '../../src/core/assert.ts'
import type { ChangeInput, ChangeName, Replica } from '../../src/client/replica/replica.ts'
import { answers, decidesOnInvitation, scheduledOf, schedules, talkOf } from '../support/deeds.ts'
import type { Person } from '../support/people.ts'

export const names = ['ann', 'ben', 'cat'] as const
export type Name = (typeof names)[number]

const verbs = [
  'say',
  'say',
  'say to all',
  'say to all',
  'reply',
  'reply',
  'read',
  'recall',
  'edit',
  'react',
  'unreact',
  'delete',
  'keep',
  'keep',
  'let go',
  'schedule',
  'cancel',
  'pin',
  'archive',
  'draft',
  'remark',
  'rename',
  'befriend',
  'part',
  'block',
  'unblock',
  'found',
  'come in',
  'leave',
  'rename group',
  'nick',
  'ask in',
  'answer',
  'close',
  'decide',
] as const

/** Where a line may be cut: each lies between two things a device does. */
export const points = [
  'dialled',
  'greeted',
  'asked',
  'answered',
  'writing',
  'written',
  'live',
] as const
export type Point = (typeof points)[number]

export interface Step {
  readonly verb: (typeof verbs)[number]
  readonly by: Name
  readonly to: Name
  readonly number: number
  /** The next time the device comes there. */
  readonly cut: Point | null
}

export const step: fc.Arbitrary<Step> = fc.record({
  verb: fc.constantFrom(...verbs),
  by: fc.constantFrom(...names),
  to: fc.constantFrom(...names),
  number: fc.integer({ min: 1, max: 40 }),
  cut: fc.option(fc.constantFrom(...points), { freq: 2 }),
})

/** What may not be done now comes to nothing. */
export class World {
  readonly #groups: string[] = []
  readonly #said: number[] = []

  /** `replica`: Ann’s, by which she changes what can be changed without a network. */
  constructor(
    readonly people: Record<Name, Person>,
    private readonly replica?: Replica,
  ) {}

  async takes(next: Step): Promise<void> {
    await this.#do(next).catch(() => {})
  }

  async #do({ verb, by, to, number }: Step): Promise<unknown> {
    const [me, other] = [this.people[by], this.people[to]]
    const change = <N extends ChangeName>(name: N, input: ChangeInput<N>) => {
      if (by !== 'ann' || !this.replica) return me.does(name, input)
      // Nobody waits for a line that may be gone, nor for what is refused.
      return void this.replica.change(name, input).catch(() => {})
    }
    const group_id = this.#groups[number % Math.max(1, this.#groups.length)] ?? 'G0'
    const id = this.#said[number % Math.max(1, this.#said.length)] ?? 0
    const emoji = number % 2 === 0 ? '👍' : '❤️'
    switch (verb) {
      case 'say':
        return this.#said.push((await me.says(other, `${number}`)).id)
      case 'say to all': {
        const words_ = { group_id, message_type: 1, content: `${number}` }
        return this.#said.push((await me.does('groups.send', words_)).id)
      }
      case 'reply':
        return this.#said.push((await answers(me, number)).id)
      case 'read':
        return change('conversations.read', { id: await talkOf(me, number) })
      case 'recall':
        return change('messages.recall', { id })
      case 'edit':
        return change('messages.edit', { id, content: `not ${number}` })
      case 'react':
      case 'unreact':
        return change(`messages.${verb}`, { id, emoji })
      case 'delete':
        return change('messages.delete', { id })
      case 'keep':
        return change('favorites.add', { message_id: id })
      case 'let go':
        return change('favorites.remove', { message_id: id })
      case 'schedule':
        return schedules(me, number)
      case 'cancel':
        return change('messages.unschedule', { id: await scheduledOf(me, number) })
      case 'pin':
        return change('conversations.pin', {
          id: await talkOf(me, number),
          is_pinned: number < 30,
        })
      case 'archive':
        return change('conversations.archive', { id: await talkOf(me, number) })
      case 'draft':
        return change('conversations.draft', {
          id: await talkOf(me, number),
          content: `${number}`,
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
      case 'come in':
        return other.does('groups.join', { group_id })
      case 'leave':
        return me.does('groups.leave', { group_id })
      case 'rename group':
        return me.does('groups.update', { group_id, name: `Group ${number}` })
      case 'nick':
        return me.does('groups.rename', { group_id, nickname: `${by} ${number}` })
      case 'ask in':
        return me.does('groups.invite', { group_id, invitee_user_id: other.userId })
      case 'close':
        return me.does('groups.update', { group_id, join_approval: number % 4 > 0 })
      case 'decide': {
        const list = await me.does('groups.requests', { group_id })
        const { id: asked } = must(Array.isArray(list) ? list.at(-1) : undefined, 'somebody asks')
        return me.does(`groups.${number % 2 === 0 ? 'accept' : 'reject'}Request`, { id: asked })
      }
      case 'answer':
        return decidesOnInvitation(me, number)
    }
  }
}
