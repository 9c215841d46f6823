// The law of order in groups, few and many: whatever is said by whatever door at whatever node, each device
// hears each message once and in one order, while the lanes of a message switch at random.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { must } from '../../src/core/assert.ts'
import { limits } from '../../src/limits.ts'
import { fillUp } from '../support/crowd.ts'
import type { Device } from '../support/device.ts'
import { install, type Installation } from '../support/installation.ts'
import { switchLanes } from '../support/lanes.ts'
import { heardInOrder } from './heard.ts'

const nodes = 3
const names = ['ann', 'ben', 'cat'] as const

let app: Installation
beforeAll(async () => {
  app = await install({ nodes })
  switchLanes(app)
})
afterAll(() => app[Symbol.asyncDispose]())

const step = fc.record({
  from: fc.nat(names.length - 1),
  node: fc.nat(nodes - 1),
  door: fc.constantFrom('rest' as const, 'socket' as const),
})

/** A group of these with a device of each at each node; answers where its seq stands. */
async function gather(members: number) {
  const made = await app.people(...names)
  const people = names.map((name) => made[name])
  const [owner, ...others] = people as [(typeof people)[number], ...typeof people]
  const settings = { name: 'Rooks', is_public: true, max_members: 1_000 }
  const { group_id, conversation_id: id } = await owner.does('groups.create', settings)
  const last = must(others.pop(), 'a last one')
  for (const each of others) await each.does('groups.join', { group_id })
  const { sql } = app.nodes[0]!.ctx
  if (members > names.length) await fillUp(sql, id, members - 1)
  await last.does('groups.join', { group_id })
  const connect = (person: (typeof people)[number], node: number) =>
    person.connects({ base: app.url(node), deviceId: `node-${node}` })
  const devices: Device[][] = await Promise.all(
    people.map((person) =>
      Promise.all(Array.from({ length: nodes }, (_, node) => connect(person, node))),
    ),
  )
  const [row] = await sql<{ last_seq: number }[]>`
    select last_seq from conversations where id = ${id}`
  return { people, devices, id, group_id, first: row!.last_seq }
}

test.each([
  ['of few', names.length],
  ['of many', limits.audience.membersMax + 1],
])(
  'in a group %s',
  async (_, members) => {
    const steps = fc.array(step, { minLength: 20, maxLength: 80 })
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const { people, devices, id, group_id, first } = await gather(members)
        await Promise.all(
          script.map(async ({ from, node, door }, n) => {
            const said = { message_type: 1, content: `step ${n}` }
            if (door === 'rest') return people[from]!.does('groups.send', { group_id, ...said })
            const device = must(devices[from]?.[node], 'a device')
            const answer = await device.asks('send_message', { conversation_id: id, ...said })
            expect(answer.type).toBe('ack')
            return answer
          }),
        )
        await heardInOrder(devices.flat(), id, { first, last: first + script.length })
        for (const device of devices.flat()) await device.close()
      }),
      { numRuns: 2, endOnFailure: true },
    )
  },
  240_000,
)
