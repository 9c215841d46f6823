// A node that drains lets nobody in whom it would throw out again.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { install, type Installation } from '../support/installation.ts'
import { eventually } from '../support/eventually.ts'
import type { Person } from '../support/people.ts'

let app: Installation
let alice: Person
beforeAll(async () => {
  app = await install({ nodes: 3 })
})
afterAll(() => app[Symbol.asyncDispose]())
beforeEach(async () => {
  alice = (await app.people('alice')).alice
})

async function knock(node: number) {
  const response = await fetch(`${app.url(node)}/api/v1/messages/ws?token=${alice.token}`, {
    headers: {
      upgrade: 'websocket',
      connection: 'upgrade',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    },
  })
  const { status, headers } = response
  const { code } = (await response.json()) as { code: number }
  return { status, code, wait: headers.get('retry-after') }
}

const refused = { status: 503, code: 5030, wait: '1' }

test('whoever knocks after the drain began is sent to another node, before the upgrade', async () => {
  const { door } = app.nodes[1]!
  const device = await alice.connects({ base: app.url(1) })
  await door.stop()
  expect((await device.isClosed()).code).toBe(1012)
  expect(await knock(1)).toEqual(refused)
  expect([...door.roster.all()]).toEqual([])
  await alice.connects({ base: app.url(0) })
})

test('whoever was at the door when it began is sent on too', async () => {
  const { door, ctx } = app.nodes[2]!
  const answer = await ctx.sql.begin(async (tx) => {
    // Nobody can be looked up, so the one who knocks waits.
    await tx`lock table sessions in access exclusive mode`
    const answered = knock(2)
    await eventually(
      async () => {
        const [held] = await ctx.sql`
          select from pg_locks where relation = 'sessions'::regclass and not granted`
        return held !== undefined
      },
      { what: 'somebody at the door' },
    )
    await door.stop()
    return () => answered
  })
  expect(await answer()).toEqual(refused)
  expect([...door.roster.all()]).toEqual([])
})
