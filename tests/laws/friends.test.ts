// A law of friends: whatever three people do to each other, in any order, what everybody sees and
// may do is what a page of rules says.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import type { Relationship } from '../../src/protocol/friends.ts'
import { isDeep } from '../support/deep.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

const names = ['ann', 'ben', 'cat'] as const
type Name = (typeof names)[number]
const verbs = [
  'request',
  'request',
  'accept',
  'accept',
  'reject',
  'withdraw',
  'remove',
  'block',
  'unblock',
  'expire',
] as const
interface Step {
  readonly verb: (typeof verbs)[number]
  readonly by: Name
  readonly to: Name
}

/** The rules. `a>b`: something a did to b; a pair: its names in order. */
class Oracle {
  readonly friends = new Set<string>()
  readonly waiting = new Set<string>()
  readonly blocks = new Set<string>()

  /** The code the step answers. */
  do({ verb, by, to }: Step): number {
    const [mine, theirs, pair] = [`${by}>${to}`, `${to}>${by}`, pairOf(by, to)]
    const ends = (set: Set<string>, key: string, code: number) => (set.delete(key) ? 0 : code)
    switch (verb) {
      case 'request':
        if (this.blocks.has(mine)) return 4503
        if (this.blocks.has(theirs)) return 4101
        if (this.friends.has(pair)) return 4202
        if (this.waiting.has(mine)) return 4203
        if (this.waiting.delete(theirs)) this.friends.add(pair)
        else this.waiting.add(mine)
        return 0
      case 'accept':
        if (!this.waiting.delete(theirs)) return 4204
        this.friends.add(pair)
        return 0
      case 'reject':
        return ends(this.waiting, theirs, 4204)
      case 'withdraw':
        return ends(this.waiting, mine, 4204)
      case 'remove':
        return ends(this.friends, pair, 4201)
      case 'block':
        if (this.blocks.has(mine)) return 4501
        this.blocks.add(mine)
        this.friends.delete(pair)
        this.waiting.delete(mine)
        this.waiting.delete(theirs)
        return 0
      case 'unblock':
        return ends(this.blocks, mine, 4502)
      case 'expire':
        this.waiting.delete(mine)
        return 0
    }
  }

  /** What one sees of another and may do; the code where they may not. */
  view(by: Name, to: Name): View {
    const [mine, theirs] = [this.blocks.has(`${by}>${to}`), this.blocks.has(`${to}>${by}`)]
    const friends = this.friends.has(pairOf(by, to))
    const relationship = friends
      ? 'friend'
      : this.waiting.has(`${by}>${to}`)
        ? 'pending_sent'
        : this.waiting.has(`${to}>${by}`)
          ? 'pending_received'
          : 'none'
    return {
      card: theirs ? 4101 : relationship,
      found: !mine && !theirs,
      listed: friends,
      sent: this.waiting.has(`${by}>${to}`),
      received: this.waiting.has(`${to}>${by}`),
      blocked: mine,
      send: friends ? 0 : mine ? 4503 : 4403,
    }
  }
}

const pairOf = (a: Name, b: Name) => [a, b].toSorted().join('-')

interface View {
  readonly card: Relationship | 4101
  readonly found: boolean
  readonly listed: boolean
  readonly sent: boolean
  readonly received: boolean
  readonly blocked: boolean
  readonly send: number
}

const step: fc.Arbitrary<Step> = fc
  .record({ verb: fc.constantFrom(...verbs), by: fc.nat(2), shift: fc.integer({ min: 1, max: 2 }) })
  .map(({ verb, by, shift }) => ({ verb, by: names[by]!, to: names[(by + shift) % 3]! }))

let app: Installation
let people: Record<Name, Person>
beforeAll(async () => {
  app = await install()
  people = await app.people(...names)
})
afterAll(() => app[Symbol.asyncDispose]())

/** Nobody knows anybody; conversations of earlier scripts stay, closed. */
async function beginAnew(): Promise<void> {
  const { sql } = app.nodes[0]!.ctx
  await sql`truncate friends, friend_requests, blocks`
  await sql`update conversations set is_open = false`
}

/** The step for real. `last`: the newest request by its direction, for answers to old ones too. */
async function act({ verb, by, to }: Step, last: Map<string, number>): Promise<number> {
  const [me, them] = [people[by], people[to]]
  const id = { user_id: them.userId, friend_id: them.userId, to_user_id: them.userId }
  const request = (key: string) => ({ request_id: last.get(key) ?? 9_999_999 })
  switch (verb) {
    case 'request': {
      const { code, data } = await me.tries('friends.sendRequest', { to_user_id: id.to_user_id })
      if (code === 0 && data.status === 0) last.set(`${by}>${to}`, data.id)
      return code
    }
    case 'accept':
      return (await me.tries('friends.acceptRequest', request(`${to}>${by}`))).code
    case 'reject':
      return (await me.tries('friends.rejectRequest', request(`${to}>${by}`))).code
    case 'withdraw':
      return (await me.tries('friends.withdrawRequest', request(`${by}>${to}`))).code
    case 'remove':
      return (await me.tries('friends.remove', { friend_id: id.friend_id })).code
    case 'block':
      return (await me.tries('friends.block', { blocked_user_id: id.user_id })).code
    case 'unblock':
      return (await me.tries('friends.unblock', { user_id: id.user_id })).code
    case 'expire':
      await app.nodes[0]!.ctx.sql`
        update friend_requests set created_at = created_at - interval '30 days'
        where id = ${last.get(`${by}>${to}`) ?? 0}`
      return 0
  }
}

/** What one person sees of both others. */
async function look(by: Name): Promise<Record<string, View>> {
  const me = people[by]
  const [friends, sent, received, blocks] = await Promise.all([
    me.does('friends.list'),
    me.does('friends.sentRequests', { status: 0 }),
    me.does('friends.receivedRequests', { status: 0 }),
    me.does('friends.blockedList'),
  ])
  const others = names.filter((name) => name !== by)
  const views = others.map(async (to): Promise<[string, View]> => {
    const { userId } = people[to]
    const [card, found, send] = await Promise.all([
      me.tries('friends.card', { user_id: userId }),
      me.tries('friends.search', { user_id: userId }),
      me.tries('messages.send', { to_user_id: userId, message_type: 1, content: 'hi' }),
    ])
    const view = {
      card: card.code === 4101 ? 4101 : card.data.relationship_status,
      found: found.code === 0,
      listed: friends.some((each) => each.friend_id === userId),
      sent: sent.some((each) => each.to_user_id === userId),
      received: received.some((each) => each.from_user_id === userId),
      blocked: blocks.some((each) => each.blocked_user_id === userId),
      send: send.code,
    } as const
    return [to, view]
  })
  return Object.fromEntries(await Promise.all(views))
}

test('everybody sees and may do what the rules say, after every step', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (script) => {
      await beginAnew()
      const oracle = new Oracle()
      const last = new Map<string, number>()
      for (const each of script) {
        const expected = oracle.do(each)
        expect({ ...each, code: await act(each, last) }).toEqual({ ...each, code: expected })
        const seen = await Promise.all(names.map(look))
        const ruled = names.map((by) => {
          const others = names.filter((name) => name !== by)
          return Object.fromEntries(others.map((to) => [to, oracle.view(by, to)]))
        })
        expect(seen).toEqual(ruled)
      }
    }),
    { numRuns: isDeep ? 60 : 6, endOnFailure: true },
  )
}, 240_000)
