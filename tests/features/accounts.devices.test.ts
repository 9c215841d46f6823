// Where somebody is signed in, sign-ins from elsewhere, profiles, and being shut out.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { neighbourhoodOf } from '../../src/core/network-place.ts'
import { programOf } from '../../src/features/signin/devices.ts'
import { makeAdmin } from '../support/admin.ts'
import { trustingClock } from '../support/clock.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import { mailsTo, mailText, newCode, password, proved } from '../support/owners.ts'
import { callOperation, request, type Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2, clock: trustingClock, env: { TRUSTED_PROXIES: '1' } })
})
afterAll(() => app[Symbol.asyncDispose]())

const elsewhere = /^A new sign-in/

function signInFrom(person: Person, userAgent: string, address: string) {
  return request<{ token: string; refresh_token: string }>(
    app.url(),
    'POST',
    '/api/v1/users/login-pwd',
    {
      body: { email: person.userId, password },
      headers: { 'user-agent': userAgent, 'x-forwarded-for': address },
    },
  )
}

describe('a sign-in from elsewhere', () => {
  test('is mailed to the owner, once per kind of program and neighbourhood', async () => {
    const alice = await proved(app, 'alice')
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
    const first = await signInFrom(alice, firefox, '203.0.113.7')
    expect(first.code).toBe(0)
    const text = await mailText(app, alice.email, elsewhere)
    expect(text).toContain('203.0.113.7')
    const newer = firefox.replaceAll('140', '141')
    const known = await Promise.all([
      signInFrom(alice, firefox, '203.0.113.7'),
      signInFrom(alice, newer, '203.0.113.99'),
      alice.again(),
    ])
    expect(known).toHaveLength(3)
    await Promise.all([1, 2, 3].map(() => signInFrom(alice, firefox, '198.51.100.1')))
    await eventually(() => mailsTo(app, alice.email, elsewhere).length === 2)
    await signInFrom(alice, 'curl/8.5', '198.51.100.1')
    await eventually(() => mailsTo(app, alice.email, elsewhere).length === 3)
  })

  test('not the first one, and not to an address nobody has proved', async () => {
    const { mallory } = await app.signUp('mallory')
    await signInFrom(mallory, 'curl/8.5', '198.51.100.1')
    const code = await newCode(app, mallory.email, 'login')
    // Whoever proves the address starts anew: what a stranger has used is not known.
    const owner = await callOperation(app.url(), 'accounts.login', { email: mallory.email, code })
    expect(owner.code).toBe(0)
    await callOperation(app.url(), 'accounts.setPassword', { password }, owner.data.token)
    await signInFrom(mallory, 'curl/8.5', '198.51.100.1')
    await eventually(() => mailsTo(app, mallory.email, elsewhere).length === 1)
  })

  test('what is kept cannot be read', async () => {
    const { carol } = await app.signUp('carol')
    await signInFrom(carol, 'curl/8.5', '198.51.100.1')
    const { sql } = app.nodes[0]!.ctx
    const rows = await sql<{ mark: Buffer }[]>`
      select mark from known_devices d join users u on u.id = d.user_id
      where u.user_id = ${carol.userId}`
    expect(rows.map((row) => row.mark.length)).toEqual([32, 32])
  })

  test('programs without their version, addresses with their neighbours', () => {
    expect(programOf('Foo/1.2.3 (iPhone 15)')).toBe(programOf('Foo/2.0 (iPhone 16)'))
    expect(programOf('Foo/1.2')).not.toBe(programOf('Bar/1.2'))
    expect(neighbourhoodOf('192.0.2.1')).toBe(neighbourhoodOf('::ffff:192.0.2.200'))
    expect(neighbourhoodOf('192.0.2.1')).not.toBe(neighbourhoodOf('192.0.3.1'))
    expect(neighbourhoodOf('2001:DB8:1:2::3')).toBe(neighbourhoodOf('2001:db8:1:9:8:7:6:5'))
    // However its zeros are written.
    expect(neighbourhoodOf('2001:db8::1')).toBe(neighbourhoodOf('2001:db8:0:5::1'))
    expect(neighbourhoodOf('2001:db8:1::1')).not.toBe(neighbourhoodOf('2001:db8:2::1'))
  })
})

describe('sessions', () => {
  test('are listed with device and the address of the last refresh', async () => {
    const { alice } = await app.signUp('alice')
    const phone = await signInFrom(alice, 'Phone/1.0', '203.0.113.7')
    const find = async () =>
      (await alice.does('accounts.sessions')).find((each) => each.device_name === 'Phone/1.0')
    expect(await find()).toMatchObject({ address: '203.0.113.7', current: false })
    const refreshed = await request(app.url(), 'POST', '/api/v1/users/refresh', {
      body: { refresh_token: phone.data.refresh_token },
      headers: { 'x-forwarded-for': '203.0.113.50' },
    })
    expect(refreshed.code).toBe(0)
    const session = await find()
    expect(session).toMatchObject({ address: '203.0.113.50' })
    await alice.does('accounts.endSession', { id: session!.id })
    const token = phone.data.token
    expect((await request(app.url(1), 'GET', '/api/v1/users/me', { token })).code).toBe(4104)
  })
})

describe('a profile', () => {
  test('takes names that can be seen and addresses that lead to the web or here', async () => {
    const { alice } = await app.signUp('alice')
    for (const nickname of ['Ada', '  王小明 ', '👩‍👩‍👧', 'a b']) {
      const me = await alice.does('accounts.updateMe', { nickname })
      expect(me.nickname).toBe(nickname.trim())
    }
    for (const avatar of [
      '',
      'https://example.com/a.png',
      '/media/7?size=2',
      'http://localhost:8080/a',
    ]) {
      expect((await alice.does('accounts.updateMe', { avatar })).avatar).toBe(avatar)
    }
    const bio = 'two\nlines'
    expect((await alice.does('accounts.updateMe', { bio, locale: 'zh' })).bio).toBe(bio)
    const wrong: Record<string, string[]> = {
      nickname: ['', '   ', '\u3000', '\u200b\u200d', 'a\nb', 'a\u0007', '\u202eadmin', '\u3164'],
      avatar: [
        'javascript:alert(1)',
        'data:text/html,x',
        'ftp://example.com/a',
        '//evil.example/a',
        '/\\evil.example/a',
        'example.com/a',
        'https://',
        'https://user:secret@example.com/a',
        'https://example.com/a b',
      ],
      bio: ['bell\u0007', '\u202ebackwards', 'x'.repeat(501)],
      locale: ['fr'],
    }
    const before = await alice.does('accounts.me')
    for (const [field, values] of Object.entries(wrong)) {
      for (const value of values) {
        const refused = await alice.tries('accounts.updateMe', { [field]: value })
        expect([refused.code, refused.data as unknown], value).toMatchObject([4010, { field }])
      }
    }
    expect(await alice.does('accounts.me')).toEqual(before)
  })

  test('a name that cannot be seen is refused at the door too', async () => {
    const input = { email: 'blank@example.com', user_id: 'blank-name', nickname: ' \t ', password }
    const refused = await callOperation(app.url(), 'accounts.registerWithPassword', input)
    expect([refused.code, refused.data as unknown]).toMatchObject([4010, { field: 'nickname' }])
  })
})

describe('the operator', () => {
  const cli = (...args: string[]) => told('', ...args)

  async function told(input: string, ...args: string[]): Promise<{ code: number; said: string }> {
    const child = Bun.spawn([process.execPath, 'src/cli.ts', ...args], {
      env: { ...process.env, ...app.env },
      stdin: new TextEncoder().encode(input),
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const said = await new Response(child.stdout).text()
    return { code: await child.exited, said: said || (await new Response(child.stderr).text()) }
  }

  test('shuts somebody out on every node at once, and lets them in again', async () => {
    const bob = await proved(app, 'bob')
    const { carol } = await app.signUp('carol')
    const phone = await bob.again(app.url(1))
    const sockets = [await bob.connects({ base: app.url(0) }), await phone.connects()]
    expect(await cli('user', 'disable', '--user-id', bob.userId)).toEqual({
      code: 0,
      said: `${bob.userId} is disabled.\n`,
    })
    for (const socket of sockets) expect((await socket.isClosed()).code).toBe(4002)
    const asked = await bob.tries('accounts.me')
    expect([asked.status, asked.code]).toEqual([401, 4108])
    const refresh = { refresh_token: bob.refreshToken }
    expect((await callOperation(app.url(), 'accounts.refresh', refresh)).code).toBe(4108)
    const login = { email: bob.email, password }
    expect((await callOperation(app.url(), 'accounts.loginWithPassword', login)).code).toBe(4108)
    const wrong = { email: bob.email, password: 'not the password' }
    expect((await callOperation(app.url(), 'accounts.loginWithPassword', wrong)).code).toBe(4103)
    const code = await newCode(app, bob.email)
    const byCode = { email: bob.email, code }
    expect((await callOperation(app.url(), 'accounts.login', byCode)).code).toBe(4108)
    const reset = { ...byCode, password }
    expect((await callOperation(app.url(), 'accounts.resetPassword', reset)).code).toBe(4108)
    const request_ = { to_user_id: bob.userId }
    expect((await carol.tries('friends.sendRequest', request_)).code).toBe(4101)

    expect((await cli('user', 'enable', '--user-id', bob.userId.toUpperCase())).code).toBe(0)
    expect((await bob.tries('accounts.me')).code).toBe(4104)
    expect((await (await bob.again()).tries('accounts.me')).code).toBe(0)
    expect((await cli('user', 'disable', '--user-id', 'nobody-at-all')).code).toBe(1)
    expect((await cli('user', 'disable')).code).toBe(2)
  })

  test('gives an admin a new password: whoever used the old one is out', async () => {
    const dora = await proved(app, 'dora')
    await makeAdmin(app, dora, 'viewer')
    const make = ['admin', 'create', '--email', dora.email, '--user-id', dora.userId]
    const secret = 'twelve tall white swans'
    expect(await told(`${secret}\n`, ...make, '--password-stdin')).toEqual({
      code: 0,
      said: `${dora.userId} is operator.\n`,
    })
    expect((await dora.tries('accounts.me')).code).toBe(4104)
    const signIn = (word: string) =>
      callOperation(app.url(), 'accounts.loginWithPassword', { email: dora.email, password: word })
    expect((await signIn(password)).code).toBe(4103)
    expect((await signIn(secret)).code).toBe(0)
    const { sql } = app.nodes[0]!.ctx
    await sql`update users set deleted_at = now(), deletes_at = now() where user_id = ${dora.userId}`
    expect((await told(`${secret}\n`, ...make, '--password-stdin')).code).toBe(1)
    const [row] = await sql`select deletes_at from users where user_id = ${dora.userId}`
    expect(row!['deletes_at']).not.toBeNull()
  })

  test('leaves the accounts of people as they are, and says whose a name or address is', async () => {
    const [erin, ops] = [await proved(app, 'erin'), await proved(app, 'ops')]
    await makeAdmin(app, ops, 'operator')
    const { sql } = app.nodes[0]!.ctx
    await sql`update users set disabled_at = now() where user_id = ${ops.userId}`
    const all = () => sql`select * from users order by id`
    const before = await all()
    const taken = 'This address belongs to another account.\n'
    const person = `${erin.userId} is the account of a person, not an admin's.\n`
    for (const [userId, email, said] of [
      [erin.userId, erin.email, person],
      [erin.userId.toUpperCase(), 'free@example.com', person],
      [erin.userId, ops.email, person],
      ['root-9', erin.email.toUpperCase(), taken],
      ['root-9', ops.email, taken],
      [ops.userId, 'free@example.com', `The admin ${ops.userId} has another address.\n`],
      [ops.userId, erin.email, `The admin ${ops.userId} has another address.\n`],
    ] as const) {
      const make = ['admin', 'create', '--user-id', userId, '--email', email, '--password-stdin']
      expect(await told('twelve tall white swans', ...make)).toEqual({ code: 1, said })
    }
    expect(await all()).toEqual(before)
    expect((await erin.tries('accounts.me')).code).toBe(0)
  })

  test('makes an admin of what a person could choose, in its one form', async () => {
    for (const [email, userId] of [
      ['root@example.com', 'sessions'],
      ['root@example.com', 'deleted-7'],
      ['root@example.com', 'ro ot'],
      ['root', 'root-1'],
      ['ro\u200bot@example.com', 'root-1'],
    ] as const) {
      const make = ['admin', 'create', '--email', email, '--user-id', userId, '--password-stdin']
      expect([userId, (await told('twelve tall white swans', ...make)).code]).toEqual([userId, 2])
    }
    const [email, secret] = ['zoë.root@example.com', 'twelve tall white swans']
    const make = ['admin', 'create', '--email', email.normalize('NFD'), '--user-id', ' zoe-root ']
    expect((await told(secret, ...make, '--password-stdin')).said).toBe('zoe-root is operator.\n')
    const input = { email, password: secret }
    expect((await callOperation(app.url(), 'accounts.loginWithPassword', input)).code).toBe(0)
  })
})
