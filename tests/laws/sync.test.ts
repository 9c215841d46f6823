// The law of sync: state at an old cursor + events = fresh state. Whatever people do at once over two
// nodes, whoever asks when, in pages of whatever size, and however late something commits.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { must } from '../../src/core/assert.ts'
import { disagreements } from '../support/agreement.ts'
import { isDeep } from '../support/deep.ts'
import { install, type Installation } from '../support/installation.ts'
import { isWhole, Mirror } from '../support/mirror.ts'
import { names, step, World, type Name } from './sync.world.ts'

/** The mutants of this law have their own number. */
const scripts = Number(process.env['LAW_SCRIPTS'] ?? (isDeep ? 200 : 5))

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

const context = () => must(app.nodes[0], 'an installation has a node').ctx

test(
  'whatever happens, an old picture and what came since are a new one',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (script) => {
        const people = await app.people(...names)
        const { ann, ben, cat, dan } = people
        await Promise.all([ann.befriends(ben), cat.befriends(dan), ann.befriends(cat)])
        const member_ids = [ben.userId, cat.userId]
        const first = { name: 'First', is_public: true, join_approval: true, member_ids }
        const { group_id } = await ann.does('groups.create', first)
        const mirrors = Object.fromEntries(
          names.map((name) => [name, new Mirror(people[name])]),
        ) as Record<Name, Mirror>
        for (const name of names) await mirrors[name].catchesUp()
        const world = new World(context(), people, mirrors)
        world.knows(group_id)
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
