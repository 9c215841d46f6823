// A dump runs for an hour and holds on to what there was before it; somebody writes at length. Neither makes
// a device hear of anything twice, or late.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { must } from '../../src/core/assert.ts'
import { install, type Installation } from '../support/installation.ts'
import { isWhole, Mirror } from '../support/mirror.ts'

let app: Installation
beforeAll(async () => {
  app = await install()
})
afterAll(() => app[Symbol.asyncDispose]())

test('while both go on, what is new comes at once, and once', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const { sql } = must(app.nodes[0], 'an installation has a node').ctx
  await using held = new AsyncDisposableStack()
  const begin = async (...statements: string[]) => {
    const connection = await sql.reserve()
    held.defer(async () => {
      await connection`rollback`
      connection.release()
    })
    for (const each of statements) await connection.unsafe(each)
  }
  await begin('begin isolation level repeatable read read only', 'select count(*) from messages')
  await begin('begin', 'select pg_current_xact_id()')

  const device = new Mirror(alice)
  await device.catchesUp()
  for (let n = 0; n < 3; n++) {
    await bob.says(alice, `while it runs ${n}`)
    const { events, next_cursor } = await alice.does('sync.get', { cursor: device.cursor })
    const said = events.filter(({ type }) => type === 'message')
    expect(said.map(({ data }) => data)).toMatchObject([{ content: `while it runs ${n}` }])
    expect((await alice.does('sync.get', { cursor: next_cursor })).events).toEqual([])
    await device.catchesUp()
  }
  const { kept, fresh } = await isWhole(device, alice)
  expect(kept).toEqual(fresh)
  expect(device.resets).toBe(0)
})
