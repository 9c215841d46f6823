// Passwords: set, changed, forgotten; whom that signs out, and what the owner is told.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { trustingClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { mailsTo, mailText, newCode, password, proved } from '../support/owners.ts'
import { callOperation, request, type Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2, clock: trustingClock })
})
afterAll(() => app[Symbol.asyncDispose]())

const another = 'twelve tall white swans'
const changed = /^Your password was changed/

const signIn = (person: Person, secret: string) =>
  callOperation(app.url(), 'accounts.loginWithPassword', { email: person.email, password: secret })

const reset = (email: string, code: string, secret = another) =>
  callOperation(app.url(), 'accounts.resetPassword', { email, code, password: secret })

describe('set-password', () => {
  test('asks for the old one, ends the other sessions at once and tells the owner', async () => {
    const alice = await proved(app, 'alice')
    const phone = await alice.again(app.url(1))
    const [here, there] = [await alice.connects(), await phone.connects()]
    for (const wrong of [{}, { old_password: '' }, { old_password: another }]) {
      const refused = await alice.tries('accounts.setPassword', { password: another, ...wrong })
      expect([refused.status, refused.code]).toEqual([400, 4103])
    }
    // That of the password which she has set after her address was proved.
    await eventually(() => mailsTo(app, alice.email, changed).length === 1)
    await alice.does('accounts.setPassword', { password: another, old_password: password })
    expect((await there.isClosed()).code).toBe(4002)
    expect((await phone.tries('accounts.me')).code).toBe(4104)
    const refreshed = await callOperation(app.url(), 'accounts.refresh', {
      refresh_token: phone.refreshToken,
    })
    expect(refreshed.code).toBe(4104)
    expect((await alice.tries('accounts.me')).code).toBe(0)
    expect(here.closed).toBeNull()
    expect((await signIn(alice, password)).code).toBe(4103)
    expect((await signIn(alice, another)).code).toBe(0)
    await eventually(() => mailsTo(app, alice.email, changed).length === 2)
  })

  test('of parallel changes with the same old password one succeeds', async () => {
    const [alice] = [await proved(app, 'alice')]
    const tries = await Promise.all(
      [0, 1, 2, 3, 4].map((n) =>
        alice.tries('accounts.setPassword', {
          password: `${another} ${n}`,
          old_password: password,
        }),
      ),
    )
    expect(tries.map((each) => each.code).toSorted()).toEqual([0, 4103, 4103, 4103, 4103])
    const winner = tries.findIndex((each) => each.code === 0)
    expect((await signIn(alice, `${another} ${winner}`)).code).toBe(0)
  })

  test('an unproved address is told nothing: it may be a stranger’s', async () => {
    const { mallory } = await app.signUp('mallory')
    await mallory.does('accounts.setPassword', { password: another, old_password: password })
    await newCode(app, mallory.email)
    expect(mailsTo(app, mallory.email, changed)).toEqual([])
  })
})

describe('reset-password', () => {
  test('a code of purpose reset, or of none, sets a new one and ends every session', async () => {
    const bob = await proved(app, 'bob')
    const device = await bob.connects({ base: app.url(1) })
    const code = await newCode(app, bob.email, 'reset')
    expect((await reset(bob.email.toUpperCase(), code)).data).toEqual({
      message: 'password changed',
    })
    expect((await device.isClosed()).code).toBe(4002)
    expect((await bob.tries('accounts.me')).code).toBe(4104)
    expect((await signIn(bob, another)).code).toBe(0)
    expect(await mailText(app, bob.email, changed)).toContain('bob')
    const plain = await newCode(app, bob.email)
    expect((await reset(bob.email, plain, password)).code).toBe(0)
    expect((await signIn(bob, password)).code).toBe(0)
  })

  test('a code is good once, one for signing in not at all, and a late one is expired', async () => {
    const carol = await proved(app, 'carol')
    const wrongPurpose = await newCode(app, carol.email, 'login')
    expect((await reset(carol.email, wrongPurpose)).code).toBe(4106)
    const code = await newCode(app, carol.email, 'reset')
    const tries = await Promise.all(Array.from({ length: 4 }, () => reset(carol.email, code)))
    expect(tries.filter((each) => each.code === 0)).toHaveLength(1)
    expect(tries.filter((each) => each.code === 4106)).toHaveLength(3)
    const late = await newCode(app, carol.email, 'reset')
    const { sql } = app.nodes[0]!.ctx
    await sql`update codes set expires_at = now() - interval '1 second'
      where email = ${carol.email} and used_at is null`
    expect((await reset(carol.email, late)).code).toBe(4107)
  })

  test('an address without an account gets the answer to a wrong code, code or not', async () => {
    const { dan } = await app.signUp('dan')
    const stranger = `nobody-${Date.now().toString(36)}@example.com`
    const right = await newCode(app, stranger, 'reset')
    const wrong = right === '000000' ? '000001' : '000000'
    const answers = [
      await reset(dan.email, wrong),
      await reset(stranger, wrong),
      await reset(stranger, right),
      await reset(`other-${stranger}`, right),
    ]
    const shown = answers.map(({ status, code, msg, data }) =>
      JSON.stringify([status, code, msg, data]),
    )
    expect(shown[0]).toStartWith('[400,4106,')
    expect(new Set(shown).size).toBe(1)
  })

  test('it proves the address: what a stranger had set up there is theirs no more', async () => {
    const { mallory } = await app.signUp('mallory')
    const device = await mallory.connects()
    const code = await newCode(app, mallory.email, 'reset')
    expect((await reset(mallory.email, code)).code).toBe(0)
    expect((await device.isClosed()).code).toBe(4002)
    expect((await signIn(mallory, password)).code).toBe(4103)
    const owner = await signIn(mallory, another)
    expect(owner.data.user.email_verified).toBe(true)
    expect(await mailText(app, mallory.email, /^Welcome/)).toContain('mallory')
  })

  test('who signs in with the old password at the same moment is not left inside', async () => {
    const eve = await proved(app, 'eve')
    const code = await newCode(app, eve.email, 'reset')
    const [done, ...signIns] = await Promise.all([
      reset(eve.email, code),
      ...Array.from({ length: 8 }, () => signIn(eve, password)),
    ])
    expect(done.code).toBe(0)
    for (const each of signIns) {
      if (each.code !== 0) continue
      const token = each.data.token
      const asked = await request(app.url(1), 'GET', '/api/v1/users/me', { token })
      expect(asked.code).toBe(4104)
    }
    const { sql } = app.nodes[0]!.ctx
    const live = await sql`select s.id from sessions s join users u on u.id = s.user_id
      where u.user_id = ${eve.userId} and s.ended_at is null`
    expect(live).toHaveLength(0)
  })

  test('too short, too long, no code', async () => {
    for (const [secret, bound] of [
      ['seven77', { reason: 'too_short', min: 8 }],
      ['x'.repeat(129), { reason: 'too_long', max: 128 }],
    ] as const) {
      const refused = await reset('a@example.com', '123456', secret)
      expect([refused.status, refused.code]).toEqual([422, 4010])
      expect(refused.data as unknown).toEqual({ field: 'password', ...bound })
    }
    expect((await reset('a@example.com', '12345')).code).toBe(4010)
  })
})
