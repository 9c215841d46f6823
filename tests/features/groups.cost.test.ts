// What coming into a big group and going costs: as many statements as with a small one.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { systemClock } from '../../src/core/clock.ts'
import { fillUp } from '../support/crowd.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

const many = 10_000

let app: Installation
let statements = 0
beforeAll(async () => {
  app = await install({
    workers: false,
    // Nothing of the node's own accord.
    clock: { ...systemClock, every: () => ({ stop() {} }) },
    onStatement(statement) {
      // What the driver itself asks on a new connection.
      if (!statement.includes('pg_catalog.pg_type')) statements++
    },
  })
})
afterAll(() => app[Symbol.asyncDispose]())

async function costOf(work: () => Promise<unknown>): Promise<number> {
  statements = 0
  await work()
  return statements
}

/** Joining, leaving and being removed with so many in it; the cheapest of three, for caches fill. */
async function costsWith(owner: Person, guest: Person, members: number) {
  const settings = { name: 'Rooks', is_public: true, max_members: many }
  const { group_id, conversation_id } = await owner.does('groups.create', settings)
  await fillUp(app.nodes[0]!.ctx.sql, conversation_id, members)
  const join = () => guest.does('groups.join', { group_id })
  const leave = () => guest.does('groups.leave', { group_id })
  const kick = () => owner.does('groups.kick', { group_id, target_user_id: guest.userId })
  const costs = { joining: Infinity, leaving: Infinity, kicking: Infinity }
  for (let round = 0; round < 3; round++) {
    costs.joining = Math.min(costs.joining, await costOf(join))
    costs.leaving = Math.min(costs.leaving, await costOf(leave))
    await join()
    costs.kicking = Math.min(costs.kicking, await costOf(kick))
  }
  return costs
}

test('ten thousand cost what ten cost', async () => {
  const { owner, guest } = await app.people('owner', 'guest')
  const few = await costsWith(owner, guest, 10)
  expect(Math.min(...Object.values(few))).toBeGreaterThan(3)
  expect(await costsWith(owner, guest, many - 1)).toEqual(few)
}, 120_000)
