// Refreshing: a token is swapped once, twice by the same device in one moment is no theft, and
// everything else that shows a spent token ends the session.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import { ShiftedClock } from '../support/clock.ts'
import { install, type Installation } from '../support/installation.ts'
import { request, type Person } from '../support/people.ts'

interface Pair {
  readonly token: string
  readonly refresh_token: string
}

const grace = limits.token.refreshGraceMs
const clock = new ShiftedClock({ shorten: 0, to: 0 })
const home = { 'user-agent': 'Curlew/1.0', 'x-forwarded-for': '192.0.2.10' }

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2, clock, env: { TRUSTED_PROXIES: '1' } })
})
afterAll(() => app[Symbol.asyncDispose]())

const swap = (refresh_token: string, headers: Record<string, string> = home, node = 0) =>
  request<Pair>(app.url(node), 'POST', '/api/v1/users/refresh', {
    body: { refresh_token },
    headers,
  })

const lives = async ({ token }: Pair) =>
  (await request(app.url(1), 'GET', '/api/v1/users/me', { token })).code === 0

/** Unspent refresh tokens of somebody's sessions. */
async function chains({ userId }: Person): Promise<number> {
  const rows = await app.nodes[0]!.ctx.sql`
    select from refresh_tokens r
      join sessions s on s.id = r.session_id join users u on u.id = s.user_id
    where u.user_id = ${userId} and r.spent_at is null and s.ended_at is null`
  return rows.length
}

test('forty at once, on two nodes: one new token, and nobody is signed out', async () => {
  const { alice } = await app.people('alice')
  const device = await alice.connects()
  const all = await Promise.all(
    Array.from({ length: 40 }, (_, n) => swap(alice.refreshToken, home, n & 1)),
  )
  expect(all.map(({ code }) => code)).toEqual(all.map(() => 0))
  expect(new Set(all.map(({ data }) => data.refresh_token)).size).toBe(1)
  expect(await chains(alice)).toBe(1)
  expect(await lives(all[39]!.data)).toBe(true)
  const { data, code } = await swap(all[17]!.data.refresh_token)
  expect([code, await chains(alice)]).toEqual([0, 1])
  expect(await lives(data)).toBe(true)
  expect(device.closed).toBeNull()
})

test('again by the same device while its grace lasts: the same token, however often', async () => {
  const { bob } = await app.people('bob')
  const first = await swap(bob.refreshToken)
  clock.ahead += grace - 1_000
  const second = await swap(bob.refreshToken, { ...home, 'user-agent': 'Curlew/1.1' })
  const third = await swap(bob.refreshToken, { ...home, 'x-forwarded-for': '192.0.2.99' })
  expect([second.code, third.code]).toEqual([0, 0])
  expect(second.data.refresh_token).toBe(first.data.refresh_token)
  expect(third.data.refresh_token).toBe(first.data.refresh_token)
  expect(await chains(bob)).toBe(1)
})

describe('a spent token ends the session everywhere', () => {
  /** Swaps, lets something happen, shows the spent one again, and sees that all is over. */
  async function ends(
    who: Person,
    meanwhile: (first: Pair) => unknown,
    headers: Record<string, string> = home,
  ) {
    const device = await who.connects({ base: app.url(1) })
    const first = (await swap(who.refreshToken)).data
    await meanwhile(first)
    expect((await swap(who.refreshToken, headers)).code).toBe(4104)
    expect((await device.isClosed()).code).toBe(4002)
    expect(await lives(first)).toBe(false)
    expect((await swap(first.refresh_token)).code).toBe(4104)
    expect(await chains(who)).toBe(0)
  }

  test('when its grace is over', async () => {
    const { carol } = await app.people('carol')
    await ends(carol, () => (clock.ahead += grace))
  })

  test('when the token that followed was used', async () => {
    const { dan } = await app.people('dan')
    await ends(dan, (first) => swap(first.refresh_token))
  })

  test('when another program shows it', async () => {
    const { erin } = await app.people('erin')
    await ends(erin, () => {}, { ...home, 'user-agent': 'Thief/1.0' })
  })

  test('when it is shown from elsewhere', async () => {
    const { frank } = await app.people('frank')
    await ends(frank, () => {}, { ...home, 'x-forwarded-for': '198.51.100.7' })
  })

  test('when it was spent by a version that kept nothing of who did it', async () => {
    const { gina } = await app.people('gina')
    const { sql } = app.nodes[0]!.ctx
    await ends(
      gina,
      () => sql`
        update refresh_tokens r set spent_by = null, salt = null
        from sessions s join users u on u.id = s.user_id
        where s.id = r.session_id and u.user_id = ${gina.userId}`,
    )
  })

  test('when a thief was quicker: of the two, one is told at the latest at the next swap', async () => {
    const { heidi } = await app.people('heidi')
    const stolen = (await swap(heidi.refreshToken)).data
    const hers = (await swap(heidi.refreshToken)).data
    clock.ahead += grace
    expect((await swap(stolen.refresh_token)).code).toBe(0)
    clock.ahead += grace
    expect((await swap(hers.refresh_token)).code).toBe(4104)
    expect(await chains(heidi)).toBe(0)
  })
})

test('the database holds neither token of a swap', async () => {
  const { ivan } = await app.people('ivan')
  const { data } = await swap(ivan.refreshToken)
  const rows = await app.nodes[0]!.ctx.sql`
    select r.* from refresh_tokens r
      join sessions s on s.id = r.session_id join users u on u.id = s.user_id
    where u.user_id = ${ivan.userId}`
  const held = JSON.stringify(rows.map((row) => Object.values(row).map(readable)))
  expect(rows).toHaveLength(2)
  for (const token of [ivan.refreshToken, data.refresh_token]) expect(held).not.toContain(token)
})

const readable = (value: unknown) =>
  Buffer.isBuffer(value) ? value.toString('base64url') : String(value)
