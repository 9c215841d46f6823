// Under `npm start`, a Postgres or Redis that is killed comes back by itself, and people talk on.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import postgres from 'postgres'
import { pathsIn } from '../../src/local/paths.ts'
import { isAlive, readRecord } from '../../src/local/records.ts'
import { settingsHere } from '../../src/local/running.ts'
import { eventually } from '../support/eventually.ts'
import { Person } from '../support/people.ts'
import { type Fresh, freshInstallation } from './fresh.ts'
import { scratchDir } from './support.ts'

const within = 50_000
const dir = scratchDir('revival')
let fresh: Fresh
beforeAll(async () => {
  fresh = await freshInstallation(dir.path)
}, 240_000)
afterAll(async () => {
  await fresh?.[Symbol.asyncDispose]()
  dir[Symbol.dispose]()
}, 120_000)

const recordOf = (name: 'redis' | 'postgres' | 'api' | 'workers') => {
  const { run, ...paths } = pathsIn(dir.path)
  const isServer = name === 'redis' || name === 'postgres'
  return readRecord(isServer ? join(paths[name], 'process.json') : join(run, `${name}.json`))!
}

/** Until it is taken; saying it again under its id does not say it twice. */
async function getsThrough(from: Person, to: Person, content: string) {
  const client_msg_id = crypto.randomUUID()
  const input = { to_user_id: to.userId, message_type: 1, content, client_msg_id }
  await eventually(async () => (await from.tries('messages.send', input)).code === 0, {
    what: `"${content}" taken`,
    within,
  })
}

test('both are killed: they are back on their ports with their data, and nobody is thrown out', async () => {
  const [alice, bob] = await Promise.all(['alice', 'bob'].map((n) => Person.signUp(fresh.base, n)))
  const conversation = await alice!.befriends(bob!)
  const phone = await bob!.connects()
  await alice!.says(bob!, 'hi')
  const programs = [recordOf('api'), recordOf('workers')]
  const { DATABASE_URL: url = '' } = settingsHere({}, dir.path)!
  for (const [name, called] of [
    ['redis', 'Redis'],
    ['postgres', 'Postgres'],
  ] as const) {
    const before = recordOf(name)
    process.kill(before.pid, 'SIGKILL')
    const again = `${called} runs again.`
    await eventually(() => fresh.said.includes(again), { what: again, within })
    expect(recordOf(name).pid).not.toBe(before.pid)
    await getsThrough(alice!, bob!, `after ${called}`)
    await phone.hears('message', ({ content }) => content === `after ${called}`, { within })
  }
  expect([phone.closed, fresh.child.exit]).toEqual([null, undefined])
  expect(programs.map(isAlive)).toEqual([true, true])
  const words = (await bob!.reads(conversation)).map((each) => each.content)
  expect(words).toEqual(['hi', 'after Redis', 'after Postgres'])
  const sql = postgres(url, { max: 1 })
  expect(await sql`select content from messages order by seq`).toHaveLength(3)
  await sql.end()
}, 120_000)
