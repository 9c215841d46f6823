// A disabled account: whatever is under way or open, nothing of it gets through any more.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { systemClock, type Clock, type Timer } from '../../src/core/clock.ts'
import { rootDir } from '../../src/local/paths.ts'
import { trustingClock } from '../support/clock.ts'
import { startPushService, type PushService } from '../support/push-service.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { callOperation, type Person } from '../support/people.ts'

/** Repeating timers fire twenty times as often, and as much time seems to have passed. */
const hurried: Clock = {
  now: () => systemClock.now(),
  elapsed: () => systemClock.elapsed() * 20,
  after: (milliseconds: number, run: () => void): Timer => systemClock.after(milliseconds, run),
  every: (milliseconds: number, run: () => void) => systemClock.every(milliseconds / 20, run),
}

let app: Installation
/** Its nodes hear of ended sessions by being told and in no other way. */
let told: Installation
let service: PushService
beforeAll(async () => {
  service = startPushService()
  app = await install({ nodes: 2, clock: hurried, env: { PUSH_PRIVATE_HOSTS: 'on' } })
  told = await install({ nodes: 2, clock: trustingClock })
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await told[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

/** As an operator may who has nothing but the database. */
const disable = (who: Person) =>
  app.nodes[0]!.ctx.sql`update users set disabled_at = now() where user_id = ${who.userId}`

/** As docs/operations.md says it is done. */
async function disableByCommand(who: Person): Promise<void> {
  const command = ['src/cli.ts', 'user', 'disable', '--user-id', who.userId]
  const child = Bun.spawn([process.execPath, ...command], {
    cwd: rootDir,
    env: { PATH: process.env['PATH'], ...told.env },
    stdout: 'pipe',
  })
  expect(await new Response(child.stdout).text()).toBe(`${who.userId} is disabled.\n`)
  expect(await child.exited).toBe(0)
}

test('11 Zulip CVE-2022-24751: fifty requests and open sockets while the account is disabled', () =>
  nothingGoesOn(app, disable))

test('11 Zulip CVE-2022-24751: fifty requests and open sockets while an operator disables the account', () =>
  nothingGoesOn(told, disableByCommand))

/** Whatever is under way or tried anew ends within a second of `shutOut`, on both nodes. */
async function nothingGoesOn(on: Installation, shutOut: (who: Person) => Promise<unknown>) {
  const { eve, bob } = await on.people('eve', 'bob')
  const conversation = await eve.befriends(bob)
  await bob.befriends((await on.people('carl')).carl)
  const devices = [
    await eve.connects({ deviceId: 'a' }),
    await eve.connects({ deviceId: 'b', base: on.url(1) }),
  ]
  const { ticket } = await eve.does('messages.ticket')
  const said: { begun: number; code: number }[] = []
  const enough = new AbortController()
  const talkers = Array.from({ length: 50 }, async (_, n) => {
    while (!enough.signal.aborted) {
      const input = { to_user_id: bob.userId, message_type: 1, content: `${n}` }
      const begun = performance.now()
      const { code } = await callOperation(on.url(n & 1), 'messages.send', input, eve.token)
      said.push({ begun, code })
    }
  })
  for (const device of devices) for (let n = 0; n < 50; n++) device.frame('typing', {})
  await eventually(() => said.filter((each) => each.code === 0).length > 100)
  await shutOut(eve)
  const done = performance.now()
  // Whatever was asked after the operator was told that it is done.
  const late = () => said.filter((each) => each.begun > done)
  await eventually(() => late().length > 200)
  enough.abort()
  await Promise.all(talkers)
  expect(late().filter((each) => each.code !== 4108)).toEqual([])
  for (const device of devices) expect((await device.isClosed()).code).toBe(4002)
  const { sql } = on.nodes[0]!.ctx
  const count = async () =>
    (await sql`select last_seq from conversations where id = ${conversation}`)[0]?.['last_seq']
  const before = await count()
  const again: [Promise<{ code: number }>, number][] = [
    [eve.tries('accounts.me'), 4108],
    [eve.tries('messages.ticket'), 4108],
    [callOperation(on.url(1), 'accounts.refresh', { refresh_token: eve.refreshToken }), 4108],
    [
      callOperation(on.url(1), 'accounts.loginWithPassword', {
        email: eve.userId,
        password: 'correct horse battery',
      }),
      4108,
    ],
    // To others the account is not there.
    [bob.tries('friends.sendRequest', { to_user_id: eve.userId }), 4101],
  ]
  for (const [answer, code] of again) expect((await answer).code).toBe(code)
  for (const query of [`ticket=${ticket}`, `token=${eve.token}`]) {
    const socket = new WebSocket(`${on.url(1).replace('http', 'ws')}/api/v1/messages/ws?${query}`)
    const code = await new Promise((resolve) => {
      socket.addEventListener('close', (event) => resolve(event.code))
      socket.addEventListener('message', () => resolve('let in'))
    })
    expect([query.slice(0, 6), code]).toEqual([query.slice(0, 6), 4001])
  }
  expect(await count()).toBe(before)
}

test('11 Zulip CVE-2022-24751: a disabled account gets no notification', async () => {
  const { dora, bob } = await app.people('dora', 'bob')
  await dora.befriends(bob)
  await dora.does('push.subscribe', service.subscription('dora'))
  const to = (name: string) => service.received.filter((each) => each.path === `/push/${name}`)
  await bob.says(dora, 'one')
  await eventually(() => to('dora').length === 1)
  await disable(dora)
  await bob.tries('messages.send', { to_user_id: dora.userId, message_type: 1, content: 'two' })
  // Somebody else's notification shows that what was said before has been worked off.
  const { fred } = await app.people('fred')
  await fred.befriends(bob)
  await fred.does('push.subscribe', service.subscription('fred'))
  await bob.says(fred, 'three')
  await eventually(() => to('fred').length === 1)
  expect(to('dora')).toHaveLength(1)
})
