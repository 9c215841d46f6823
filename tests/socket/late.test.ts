// Nobody tells a node what another node has stored: no worker is there, or none yet.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startWorkers } from '../../workers/worker-process.ts'
import { limits } from '../../src/limits.ts'
import { FiringClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2, workers: false })
})
afterAll(() => app[Symbol.asyncDispose]())

test('what one says on another node is heard in its place, once, and without a worker', async () => {
  const { alice, bob } = await app.people('alice', 'bob')
  await alice.befriends(bob)
  const phone = await bob.connects({ base: app.url(1), deviceId: 'phone' })
  const desk = await bob.connects({ base: app.url(1), deviceId: 'desk' })
  const there = await alice.connects({ base: app.url(0) })
  const heard = () => desk.messages.map(({ seq, content }) => [seq, content])
  const said: [number, string][] = []
  for (const content of ['one', 'three', 'five']) {
    await there.says(bob, content)
    await phone.says(alice, `${content} and one`)
    said.push([said.length + 1, content], [said.length + 2, `${content} and one`])
  }
  await eventually(() => desk.messages.length === said.length, { what: 'all of it' })
  expect(heard()).toEqual(said)

  // Nothing is told twice because a machine is slow: nobody sweeps.
  await using _worker = await startWorkers(app.config, {
    clock: new FiringClock([limits.outbox.sweepMs]),
  })
  const { sql } = app.nodes[0]!.ctx
  await eventually(async () => (await sql`select from outbox`).length === 0, {
    what: 'a worker that has told everything',
  })
  // After whatever the worker may have told: it tells this, too.
  await there.says(bob, 'six')
  await eventually(() => desk.messages.some(({ content }) => content === 'six'), { what: 'six' })
  expect(heard()).toEqual([...said, [said.length + 1, 'six']])
})
