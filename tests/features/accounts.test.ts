// Accounts: codes, passwords, tokens, sessions.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { callOperation, request } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

let count = 0
const fresh = (name: string) => `${name}-${++count}-${Date.now().toString(36)}`
const call = ((...args: never[]) =>
  callOperation(app.url(), ...(args as unknown as ['accounts.ping']))) as (
  ...args: Parameters<typeof callOperation> extends [string, ...infer R] ? R : never
) => ReturnType<typeof callOperation>

async function mailedCode(email: string, purpose?: string): Promise<string> {
  const asked = await call('accounts.sendCode', { email, ...(purpose ? { purpose } : {}) })
  expect([asked.code, asked.data]).toEqual([0, { message: 'code sent', expires_in: 300 }])
  return app.codeFor(email)
}

/** How many mails with a code an address got so far. */
const mailsTo = (email: string) =>
  app.mails.filter(
    (mail) => mail.to === email.toLowerCase() && /^Subject: \d{6} is your code/m.test(mail.raw),
  ).length

const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

describe('codes', () => {
  test('a mailed code registers, another signs in', async () => {
    const user_id = fresh('alice')
    const email = `${user_id}@Example.com`
    const code = await mailedCode(email)
    const made = await call('accounts.register', { email, code, user_id, nickname: 'Alice' })
    expect(made.code).toBe(0)
    expect(made.data).toMatchObject({ expires_in: 28_800, user: { user_id, nickname: 'Alice' } })
    expect(made.data).toMatchObject({ user: { email: email.toLowerCase(), email_verified: true } })
    const { token } = made.data as { token: string }
    expect(claimsOf(token)).toMatchObject({ sub: user_id, typ: 'access', iss: 'curlew' })
    await call('accounts.sendCode', { email, purpose: 'login' })
    await eventually(() => mailsTo(email) === 2)
    const second = await app.codeFor(email)
    expect((await call('accounts.login', { email, code: second })).code).toBe(0)
  })

  test('a code is used once, however many try at once', async () => {
    const email = `${fresh('once')}@example.com`
    const code = await mailedCode(email)
    const tries = await Promise.all(
      Array.from({ length: 4 }, (_, n) =>
        call('accounts.register', { email, code, user_id: fresh(`u${n}`), nickname: 'n' }),
      ),
    )
    expect(tries.filter((each) => each.code === 0)).toHaveLength(1)
    const again = await call('accounts.login', { email, code })
    expect(again.code).toBe(4106)
  })

  test('five tries, parallel or not, then it is dead', async () => {
    const email = `${fresh('guess')}@example.com`
    const code = await mailedCode(email)
    const guesses = await Promise.all(
      Array.from({ length: 5 }, () => call('accounts.verifyCode', { email, code: wrong(code) })),
    )
    expect(guesses.map((each) => each.code)).toEqual([4106, 4106, 4106, 4106, 4106])
    const right = await call('accounts.verifyCode', { email, code })
    expect([right.status, right.code]).toEqual([400, 4106])
  })

  test('verify-code checks without using it up; a late code is expired', async () => {
    const email = `${fresh('late')}@example.com`
    const code = await mailedCode(email)
    expect((await call('accounts.verifyCode', { email, code })).code).toBe(0)
    const { sql } = app.nodes[0]!.ctx
    await sql`update codes set expires_at = now() - interval '1 second' where email = ${email}`
    const late = await call('accounts.verifyCode', { email, code })
    expect([late.status, late.code]).toEqual([400, 4107])
  })

  test('neither the code nor its address stand in clear in the database or the jobs', async () => {
    const email = `${fresh('clear')}@example.com`
    const code = await mailedCode(email)
    const { sql } = app.nodes[0]!.ctx
    const [row] = await sql`select encode(code_mac, 'hex') as mac from codes where email = ${email}`
    expect(String(row?.['mac'])).toHaveLength(64)
    const rows = await sql`select events::text as text from outbox`
    expect(rows.some((each) => String(each['text']).includes(code))).toBe(false)
  })

  test('known and unknown addresses get the same answer', async () => {
    const { bob } = await app.signUp('bob')
    const known = await call('accounts.sendCode', { email: bob.email, purpose: 'login' })
    const unknown = await call('accounts.sendCode', {
      email: `${fresh('nobody')}@example.com`,
      purpose: 'login',
    })
    expect([known.status, known.msg, known.data]).toEqual([
      unknown.status,
      unknown.msg,
      unknown.data,
    ])
  })

  test('a proved address owns the account: the unproved password and its sessions end', async () => {
    const { mallory } = await app.signUp('mallory')
    const device = await mallory.connects({ base: app.url(1) })
    // One code came with the registration; the one asked for now is the one that counts.
    await call('accounts.sendCode', { email: mallory.email, purpose: 'login' })
    await eventually(() => mailsTo(mallory.email) === 2)
    const code = await app.codeFor(mallory.email)
    const owner = await call('accounts.login', { email: mallory.email, code })
    expect(owner.code).toBe(0)
    expect((await device.isClosed()).code).toBe(4002)
    expect((await mallory.tries('accounts.me')).code).toBe(4104)
    const input = { email: mallory.email, password: 'correct horse battery' }
    expect((await call('accounts.loginWithPassword', input)).code).toBe(4103)
  })
})

describe('passwords', () => {
  test('whoever registers with a password is signed in, until the address is proved', async () => {
    const name = fresh('new')
    const email = `${name}@example.com`
    const input = { email, user_id: name, nickname: 'New', password: 'long enough' }
    const { data } = await call('accounts.registerWithPassword', input)
    expect(data).toMatchObject({
      message: 'registered; a code to prove the address is on its way',
      expires_in: 8 * 3600,
      user: { user_id: name, email, email_verified: false },
    })
    const { token, refresh_token } = data as { token: string; refresh_token: string }
    const me = () => request<{ user_id: string }>(app.url(1), 'GET', '/api/v1/users/me', { token })
    expect((await me()).data.user_id).toBe(name)
    expect((await call('accounts.refresh', { refresh_token })).code).toBe(0)
    await eventually(() => mailsTo(email) === 1)
    const owner = { email, code: await app.codeFor(email) }
    expect((await call('accounts.login', owner)).code).toBe(0)
    expect((await me()).code).toBe(4104)
  })

  test('sign in by address or by user_id, in any case', async () => {
    const { carol } = await app.signUp('carol')
    for (const name of [carol.email, carol.email.toUpperCase(), carol.userId.toUpperCase()]) {
      const input = { email: name, password: 'correct horse battery' }
      expect((await call('accounts.loginWithPassword', input)).code).toBe(0)
    }
    for (const email of [carol.email, 'nobody@example.com', 'nobody']) {
      const answer = await call('accounts.loginWithPassword', { email, password: 'wrong one' })
      expect([answer.status, answer.code]).toEqual([400, 4103])
    }
  })

  test('a name or address that is taken is said, by its field', async () => {
    const { dan } = await app.signUp('dan')
    const base = { nickname: 'x', password: 'long enough' }
    const name = { ...base, email: `${fresh('x')}@example.com`, user_id: dan.userId.toUpperCase() }
    const address = { ...base, email: dan.email.toUpperCase(), user_id: fresh('x') }
    for (const [input, field] of [
      [name, 'user_id'],
      [address, 'email'],
    ] as const) {
      const answer = await call('accounts.registerWithPassword', input)
      expect([answer.status, answer.code, answer.data]).toEqual([409, 4102, { field } as never])
    }
  })

  test('a bcrypt hash from elsewhere signs in and is upgraded', async () => {
    const { eve } = await app.signUp('eve')
    const { sql } = app.nodes[0]!.ctx
    const hash = await Bun.password.hash('old secret', { algorithm: 'bcrypt', cost: 5 })
    await sql`update users set password_hash = ${hash} where user_id = ${eve.userId}`
    const input = { email: eve.userId, password: 'old secret' }
    expect((await call('accounts.loginWithPassword', input)).code).toBe(0)
    const [row] = await sql`select password_hash from users where user_id = ${eve.userId}`
    expect(String(row?.['password_hash'])).toStartWith('$argon2id$')
    expect((await call('accounts.loginWithPassword', input)).code).toBe(0)
  })
})

describe('tokens', () => {
  test('logout acts at once on every node, REST and sockets', async () => {
    const { hana } = await app.signUp('hana')
    const other = await hana.again(app.url(1))
    const device = await hana.connects({ base: app.url(1) })
    const kept = await other.connects({ deviceId: 'kept' })
    await hana.does('accounts.logout')
    expect((await request(app.url(1), 'GET', '/api/v1/users/me', { token: hana.token })).code).toBe(
      4104,
    )
    const closed = await device.isClosed()
    expect(closed.code).toBe(4002)
    expect(device.all('kicked')).toHaveLength(1)
    expect(kept.closed).toBeNull()
    expect((await other.does('accounts.sessions')).map((each) => each.current)).toEqual([true])
  })

  test('a session can be ended from another, and only one’s own', async () => {
    const { ivy, jack } = await app.signUp('ivy', 'jack')
    const second = await ivy.again()
    expect((await jack.tries('accounts.endSession', { id: second.sessionId })).code).toBe(4004)
    await ivy.does('accounts.endSession', { id: second.sessionId })
    expect((await second.tries('accounts.me')).code).toBe(4104)
    expect((await ivy.tries('accounts.me')).code).toBe(0)
  })
})

describe('profile', () => {
  test('the address is shown to nobody else, the password hash to nobody', async () => {
    const { lea, max } = await app.signUp('lea', 'max')
    await lea.befriends(max)
    const mine = await lea.does('accounts.updateMe', { nickname: 'Lea L.', bio: 'hello' })
    // Others see when a profile changed: not that a setting did, nor that all stayed as it was.
    const same = await lea.does('accounts.updateMe', { nickname: 'Lea L.', locale: 'zh' })
    expect([same.updated_at, same.locale]).toEqual([mine.updated_at, 'zh'])
    expect(mine).toMatchObject({ nickname: 'Lea L.', bio: 'hello', email: lea.email })
    const friends = JSON.stringify(await max.does('friends.list'))
    expect(friends).toContain('Lea L.')
    expect(friends).not.toContain('@example.com')
    expect(JSON.stringify(mine)).not.toContain('argon2')
  })

  test('fields nobody offered are ignored', async () => {
    const { nia } = await app.signUp('nia')
    const extra = { role: 'operator', email_verified: true, id: 1, disabled_at: null }
    await nia.does('accounts.updateMe', { nickname: 'Nia', ...extra })
    const { sql } = app.nodes[0]!.ctx
    const [row] = await sql`select role, email_verified_at from users where user_id = ${nia.userId}`
    expect(row).toEqual({ role: 'user', email_verified_at: null } as never)
  })
})
