// The law of search: it finds what history shows that says it, newest first, and nothing else; whatever
// is said, edited, taken back or deleted, whoever comes and goes, and however far the index is.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { must } from '../../src/core/assert.ts'
import { endOfTime } from '../../src/core/page.ts'
import { indexNew } from '../../src/features/search/indexing.ts'
import type { Reach } from '../../src/features/search/limits.ts'
import type { FoundMessage } from '../../src/protocol/search.ts'
import { isDeep } from '../support/deep.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { searchWithin } from '../support/search.ts'

const names = ['ann', 'ben', 'cat'] as const
type Name = (typeof names)[number]

const verbs = [
  'say',
  'say',
  'say to all',
  'say to all',
  'edit',
  'edit',
  'recall',
  'delete',
  'kick',
  'leave',
  'join',
  'change history',
  'index',
  'search',
  'search',
  'search',
] as const

const step = fc.record({
  verb: fc.constantFrom(...verbs),
  by: fc.constantFrom(...names),
  to: fc.constantFrom(...names),
  number: fc.integer({ min: 0, max: 60 }),
  /** Somebody searches at the same time. */
  isWatched: fc.boolean(),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const terms = ['heron', '苍鹭', 'storks'] as const
const textOf = (number: number) =>
  ['a grey heron', '一只苍鹭飞过', 'HERONS and storks', '苍蝇和白鹭', 'nothing'][
    number % 5
  ] as string

let app: Installation
beforeAll(async () => {
  app = await install({ workers: false })
})
afterAll(() => app[Symbol.asyncDispose]())

const context = () => must(app.nodes[0], 'an installation has a node').ctx

async function search(who: Person, keyword: string): Promise<readonly FoundMessage[]> {
  return (await who.does('messages.search', { keyword, page_size: 100 })).list
}

/** Each a few messages and slices at a time: all that there are, or as many as are looked at. */
const small = { readMessages: 2, readMessagesMax: 4 }
const reaches: readonly Reach[] = [
  { ...small, slices: [1_000], looked: Infinity },
  { ...small, slices: [1, 2, 1_000], looked: Infinity },
  { ...small, slices: [1, 1_000], looked: 1 / 16 },
]

/** Page by page, whatever it looks through. */
async function turn(who: Person, keyword: string, reach: Reach): Promise<FoundMessage[]> {
  const list: FoundMessage[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const input = { keyword, limit: 3, ...(cursor === '' ? {} : { cursor }) }
    const page = await searchWithin(context(), who, input, reach)
    list.push(...page.list)
    cursor = 'next_cursor' in page ? page.next_cursor : null
  }
  return list
}

const says = (content: string, keyword: string) =>
  content.toLowerCase().includes(keyword.toLowerCase())

/** What history shows somebody that says it, newest first. */
async function shown(who: Person, talks: readonly number[], keyword: string) {
  const readable = await Promise.all(
    talks.map((id) => who.reads(id).catch((): Awaited<ReturnType<Person['reads']>> => [])),
  )
  return readable
    .flat()
    .filter((each) => each.message_type === 1 && says(each.content, keyword))
    .toSorted((a, b) => b.id - a.id)
    .map(({ id, content }) => ({ id, content }))
}

test('it finds what history shows, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 25, maxLength: 45 }), async (script) => {
      const people = await app.people(...names)
      const { ann, ben, cat } = people
      const talks = [await ann.befriends(ben), await ann.befriends(cat), await ben.befriends(cat)]
      const member_ids = [ben.userId, cat.userId]
      const made = { name: 'Herons', is_public: true, member_ids, history: 'all' }
      const { group_id, conversation_id } = await ann.does('groups.create', made)
      talks.push(conversation_id)
      const ids: number[] = []
      const keep = async (saying: Promise<{ id: number }>) => ids.push((await saying).id)

      const act = ({ verb, by, to, number }: Step): Promise<unknown> => {
        const [me, id] = [people[by], ids[number % Math.max(1, ids.length)] ?? 0]
        // Notes are no conversation of these.
        if (verb === 'say' && by === to) return Promise.resolve()
        if (verb === 'say') return keep(me.says(people[to], textOf(number)))
        if (verb === 'say to all') {
          const said = { group_id, message_type: 1, content: textOf(number) }
          return keep(me.does('groups.send', said))
        }
        if (verb === 'edit') return me.does('messages.edit', { id, content: textOf(number + 1) })
        if (verb === 'recall') return me.does('messages.recall', { id })
        if (verb === 'delete') return me.does('messages.delete', { id })
        const target_user_id = people[to].userId
        if (verb === 'kick') return ann.does('groups.kick', { group_id, target_user_id })
        if (verb === 'leave') return me.does('groups.leave', { group_id })
        if (verb === 'join') return me.does('groups.join', { group_id })
        if (verb === 'index') return indexNew(context(), endOfTime)
        const history = number % 2 === 0 ? 'all' : 'joining'
        return ann.does('groups.update', { group_id, history })
      }
      const looks = async (by: Name, keyword: string) => {
        const [found, expected] = [
          await search(people[by], keyword),
          await shown(people[by], talks, keyword),
        ]
        expect(found.map(({ id, content }) => ({ id, content }))).toEqual(expected)
        for (const reach of reaches) {
          const pages = await turn(people[by], keyword, reach)
          expect(pages.map(({ id, content }) => ({ id, content }))).toEqual(expected)
        }
        for (const { highlights } of found) expect(highlights.length).toBeGreaterThan(0)
      }
      for (const each of script) {
        const keyword = terms[each.number % terms.length] as string
        if (each.verb === 'search') {
          await looks(each.by, keyword)
          continue
        }
        const watching = each.isWatched ? search(people[each.to], keyword) : []
        await act(each).catch(() => {})
        for (const hit of await watching) {
          expect([hit.is_recalled, says(hit.content, keyword)]).toEqual([false, true])
        }
      }
      while (await indexNew(context(), endOfTime));
      for (const by of names) for (const keyword of terms) await looks(by, keyword)
    }),
    { numRuns: isDeep ? 150 : 3, endOnFailure: true },
  )
}, 120_000)
