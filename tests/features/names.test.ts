// Names and addresses: one account for all that look the same, at every door alike.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { operations } from '../../src/protocol/operations.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import type { Card } from '../../src/protocol/friends.ts'
import { install, type Installation } from '../support/installation.ts'
import { lastCode } from '../support/owners.ts'
import { callOperation, password, type Person } from '../support/people.ts'

let app: Installation
let alice: Person
let bob: Person
beforeAll(async () => {
  app = await install()
  ;({ alice, bob } = await app.people('alice', 'bob'))
  await alice.befriends(bob)
})
afterAll(() => app[Symbol.asyncDispose]())

afterAll(() => app[Symbol.asyncDispose]())

let count = 0
const newId = () => `text-${++count}-${Date.now().toString(36)}`
const register = (input: Record<string, unknown>) => {
  const user_id = newId()
  const email = `${user_id}@example.com`
  const all = { user_id, email, nickname: 'Someone', password, ...input }
  return callOperation(app.url(), 'accounts.registerWithPassword', all)
}
const signIn = (email: string, typed = password) =>
  callOperation(app.url(), 'accounts.loginWithPassword', { email, password: typed })
const refusal = ({ code, data }: { code: number; data: unknown }) => [code, data]

describe('addresses', () => {
  test('what the mailer would refuse is refused at the door', async () => {
    for (const local of [
      'a\u200db',
      'a\u202eb',
      'a\u00adb',
      'a\u3164b',
      'a\u0085b',
      'a\u2028b',
      'a b',
    ]) {
      const email = `${local}@example.com`
      for (const [name, input] of [
        ['accounts.sendCode', { email }],
        ['accounts.verifyCode', { email, code: '123456' }],
        ['accounts.login', { email, code: '123456' }],
        ['accounts.resetPassword', { email, code: '123456', password }],
      ] as const) {
        const { code, data } = await callOperation(app.url(), name, input)
        expect([name, local, code, data as never]).toMatchObject([
          name,
          local,
          4010,
          { field: 'email' },
        ])
      }
      expect((await register({ email })).code).toBe(4010)
    }
  })

  test.each([
    '.z@example.com',
    'z.@example.com',
    'z..y@example.com',
    '.@example.com',
    `${'z'.repeat(33)}.${'y'.repeat(31)}@example.com`,
    'z@-example.com',
    'z@example-.com',
    'z@example.-com',
    'z@example.com-',
    'z@example..com',
    'z@1.2.3.4',
    'z@example.123',
    'z@xn--a.com',
    'z@xn--.com',
    `z@${'a'.repeat(64)}.com`,
  ])('%s is no address', async (email) => {
    const asked = await callOperation(app.url(), 'accounts.sendCode', { email })
    const made = await register({ email })
    const refused = { field: 'email', reason: 'pattern' }
    expect([refusal(asked), refusal(made)]).toEqual([
      [4010, refused],
      [4010, refused],
    ])
  })

  test.each([
    'z.y+x-w_v@example.com',
    "z'y!#$%&*/=?^`{|}~@example.com",
    '-z-@a-b--c.example.com',
    'z@1.2.3.example',
    'z@xn--bcher-kva.example',
    'z@XN--FA-HIA.xn--P1AI',
    'zoë@example.com',
    `${'z'.repeat(32)}.${'y'.repeat(31)}@${'a'.repeat(63)}.com`,
  ])('%s is one', async (email) => {
    expect(refusal(await callOperation(app.url(), 'accounts.sendCode', { email }))).toMatchObject([
      0,
      {},
    ])
  })

  test('the space around an address or a name is nobody’s, at every door', async () => {
    const user_id = newId()
    const email = `${user_id}@example.com`
    const made = await register({
      user_id: ` ${user_id}\t`,
      email: `\u00a0${email} `,
      nickname: ' N ',
    })
    expect([made.code, made.data.user]).toMatchObject([0, { user_id, email, nickname: 'N' }])
    for (const name of [` ${user_id} `, `\t${email} `]) expect((await signIn(name)).code).toBe(0)
    for (const purpose of ['register', 'login', 'reset']) {
      const sent = await callOperation(app.url(), 'accounts.sendCode', {
        email: ` ${email}`,
        purpose,
      })
      expect(sent.code).toBe(0)
    }
    expect((await alice.does('friends.card', { user_id: ` ${user_id} ` })) as Card).toMatchObject({
      user_id,
    })
    const device = await alice.connects()
    const sent = await device.asks('send_message', {
      to_user_id: ` ${bob.userId} `,
      message_type: 1,
      content: 'hi',
    })
    expect(sent.type).toBe('ack')
    const listed = { content: 'for one', allow_list: [` ${bob.userId}`] }
    expect((await alice.tries('moments.create', listed)).code).toBe(0)
  })
})

describe('what looks the same', () => {
  const [composed, decomposed] = ['Zoë-é', 'Zoë-é'.normalize('NFD')]

  test('a nickname is found however it is typed', async () => {
    expect(composed).not.toBe(decomposed)
    expect((await bob.does('accounts.updateMe', { nickname: decomposed })).nickname).toBe(composed)
    for (const keyword of [composed, decomposed, decomposed.toUpperCase(), composed.slice(0, 3)]) {
      const found = (await alice.does('friends.search', { keyword })) as Card[]
      expect([keyword, found.map((each) => each.user_id)]).toEqual([keyword, [bob.userId]])
    }
  })

  test('letters of any script are found in any case', async () => {
    for (const [nickname, ...keywords] of [
      ['Οδυσσεύς', 'ΟΔΥΣΣΕΎΣ', 'οδυσσεύσ', 'ΟΔ'],
      ['Фёдор', 'ФЁДОР', 'фё'],
      ['İlknur', 'ilknur', 'ILKNUR', 'İLKNUR', 'ılknur'],
      ['Groß', 'GROß', 'groẞ'],
      ['Ķekava', 'ķek', 'ĶEKAVA'.normalize('NFD')],
    ] as const) {
      await bob.does('accounts.updateMe', { nickname })
      for (const keyword of [nickname, ...keywords]) {
        const found = (await alice.does('friends.search', { keyword })) as Card[]
        expect([keyword, found.map((each) => each.user_id)]).toEqual([keyword, [bob.userId]])
      }
    }
  })

  test('one address has one account, and is signed in with as it is typed', async () => {
    const email = `zoë.${newId()}@example.com`
    expect((await register({ email: email.normalize('NFD') })).data.user.email).toBe(email)
    const taken = await register({ email })
    expect(refusal(taken)).toEqual([4102, { field: 'email' }])
    for (const typed of [email, email.normalize('NFD'), email.toUpperCase().normalize('NFD')]) {
      expect((await signIn(typed)).code).toBe(0)
    }
    await callOperation(app.url(), 'accounts.sendCode', { email: email.normalize('NFD') })
    const code = await lastCode(app, email)
    expect((await callOperation(app.url(), 'accounts.login', { email, code })).code).toBe(0)
    const found = (await alice.does('friends.search', { keyword: email.toUpperCase() })) as Card[]
    expect(found).toHaveLength(1)
  })

  test('a password is the same on every keyboard, and old ones still open', async () => {
    const [typed, other] = ['größer\u00a0als é', 'größer als é'.normalize('NFD')]
    const user_id = newId()
    await register({ user_id, password: typed })
    for (const each of [typed, other, typed.normalize('NFD')]) {
      expect((await signIn(user_id, each)).code).toBe(0)
    }
    expect((await signIn(user_id, 'grosser als e')).code).not.toBe(0)
    // As hashes were made before: of what was typed.
    const old = await Bun.password.hash(other, {
      algorithm: 'argon2id',
      memoryCost: app.config.passwordHashKib,
      timeCost: 2,
    })
    const { sql } = app.nodes[0]!.ctx
    await sql`update users set password_hash = ${old} where user_id = ${user_id}`
    expect((await signIn(user_id, typed)).code).not.toBe(0)
    expect((await signIn(user_id, other)).code).toBe(0)
    // From then on it is one of the form that all typings have.
    expect((await signIn(user_id, typed)).code).toBe(0)
  })
})

test('no user_id is a word of a path where names stand, in any case', async () => {
  // Of the table itself: whatever is added stands here at once.
  const paths = Object.values<Operation>(operations).map(({ path }) => path.split('/'))
  const words = new Set(
    paths.flatMap((path) =>
      paths.flatMap((other) => {
        const at = other.findIndex((part) => /^\{\w*(user|friend)\w*\}$/.test(part))
        const same = at > 0 && other.slice(0, at).every((part, n) => part === path[n])
        return same && path[at] !== undefined && !path[at].startsWith('{') ? [path[at]] : []
      }),
    ),
  )
  expect([...words]).toEqual(
    expect.arrayContaining(['sessions', 'blocked-list', 'me', 'block', 'register', 'search']),
  )
  for (const word of [...words, 'all']) {
    for (const user_id of [word, ` ${word.toUpperCase()}`]) {
      // Too short for a name as it is.
      const short = word.length < 3
      const reason = short ? 'too_short' : 'conflict'
      const { code, data } = await register({ user_id })
      expect([user_id, code]).toEqual([user_id, 4010])
      if (!short) expect(data as unknown).toEqual({ field: 'user_id', reason })
    }
  }
  for (const user_id of [`${newId()}-me`, `x-sessions-${newId()}`]) {
    expect((await register({ user_id })).code).toBe(0)
  }
})
