// Guessing is slow however many addresses guess, and keeps nobody from their own account.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { names } from '../../src/features/signin/limits.ts'
import { limits } from '../../src/limits.ts'
import type { OperationName } from '../../src/protocol/operations.ts'
import { callFrom, placesOf } from '../support/from.ts'
import { install, type Installation } from '../support/installation.ts'
import { lastCode } from '../support/owners.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2, env: { RATE_LIMITS: 'on', TRUSTED_PROXIES: '1' } })
})
afterAll(() => app[Symbol.asyncDispose]())

const home = '198.51.100.7'
const cafe = '198.51.100.8'
const password = 'four calm grey herons'

let count = 0
const from = (address: string, name: OperationName, body: Record<string, unknown>) =>
  callFrom(app.url(++count % 2), address, name, body)

/** Somebody with a password and a proved address who has signed in at home. */
async function owner(name: string) {
  const user_id = `${name}-${++count}`
  const email = `${user_id}@example.com`
  const input = { email, user_id, nickname: name, password }
  expect((await from(home, 'accounts.registerWithPassword', input)).code).toBe(0)
  await app.nodes[0]!.ctx.sql`update users set email_verified_at = now() where email = ${email}`
  expect((await from(home, 'accounts.loginWithPassword', { email, password })).code).toBe(0)
  return { user_id, email }
}

/** A code asked for at a place, as its mail says it. */
async function codeAt(address: string, email: string): Promise<string> {
  expect((await from(address, 'accounts.sendCode', { email, purpose: 'login' })).code).toBe(0)
  return lastCode(app, email)
}

const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

test('passwords: many addresses have so many guesses together, the owner signs in', async () => {
  const { user_id, email } = await owner('olive')
  const { everywhere } = names.password
  const answers: number[] = []
  for (const round of [1, 2, 3]) {
    const guesses = placesOf('203.0.113', 30).map((address) =>
      from(address, 'accounts.loginWithPassword', { email, password: `guess ${round}` }),
    )
    answers.push(...(await Promise.all(guesses)).map((each) => each.code))
  }
  const tried = answers.filter((code) => code === 4103).length
  expect(tried).toBeGreaterThanOrEqual(everywhere.burst)
  // A slow machine may take a minute for sixty hashes.
  expect(tried).toBeLessThanOrEqual(everywhere.burst + 2 * everywhere.perMinute)
  expect(new Set(answers)).toEqual(new Set([4103, 4029]))
  // Elsewhere even the right password waits; at home it does not, and by code it works anywhere.
  const abroad = await from(cafe, 'accounts.loginWithPassword', { email, password })
  expect([abroad.status, abroad.code]).toEqual([429, 4029])
  for (let n = 0; n < 3; n++) {
    expect((await from(home, 'accounts.loginWithPassword', { email, password })).code).toBe(0)
  }
  const code = await codeAt(cafe, email)
  expect((await from(cafe, 'accounts.login', { email, code })).code).toBe(0)
  // From now on that place is known, too.
  expect((await from(cafe, 'accounts.loginWithPassword', { email, password })).code).toBe(0)
  // The other name is another bucket: nothing tells whose address belongs to which id.
  const other = await from('203.0.113.99', 'accounts.loginWithPassword', {
    email: user_id,
    password: 'guess',
  })
  expect(other.code).toBe(4103)
}, 120_000)

test('passwords: right ones are not counted, wrong ones are, each place for itself', async () => {
  const { email } = await owner('petra')
  for (let n = 0; n < names.password.here.burst + 5; n++) {
    expect((await from(cafe, 'accounts.loginWithPassword', { email, password })).code).toBe(0)
  }
  const guesses = await Promise.all(
    Array.from({ length: names.password.here.burst + 2 }, (_, n) =>
      from(home, 'accounts.loginWithPassword', { email, password: `guess ${n}` }),
    ),
  )
  expect(guesses.filter((each) => each.code === 4103)).toHaveLength(names.password.here.burst)
  expect((await from(home, 'accounts.loginWithPassword', { email, password })).code).toBe(4029)
  expect((await from(cafe, 'accounts.loginWithPassword', { email, password })).code).toBe(0)
}, 120_000)

test('passwords: an unknown name is refused like a known one', async () => {
  const guesses = await Promise.all(
    Array.from({ length: names.password.here.burst + 2 }, () =>
      from(home, 'accounts.loginWithPassword', { email: 'nobody@example.com', password: 'guess' }),
    ),
  )
  expect(guesses.filter((each) => each.code === 4103)).toHaveLength(names.password.here.burst)
  expect(guesses.filter((each) => each.code === 4029)).toHaveLength(2)
})

test('passwords: no name can be written so that it uses up the tries of another', async () => {
  const { email } = await owner('ulla')
  const guesses = Array.from({ length: names.password.here.burst + 2 }, () => `${email}@${home}`)
  for (const name of guesses) {
    expect(
      (await from(cafe, 'accounts.loginWithPassword', { email: name, password })).code,
    ).not.toBe(0)
  }
  expect((await from(home, 'accounts.loginWithPassword', { email, password })).code).toBe(0)
})

test('passwords: a name that only the database takes for another is none', async () => {
  const { user_id, email } = await owner('iris')
  for (const name of [user_id, email]) {
    const like = name.replace('i', 'İ')
    const answer = await from(cafe, 'accounts.loginWithPassword', { email: like, password })
    expect(answer.code).toBe(4103)
    const shouted = name.toUpperCase()
    expect(
      (await from(cafe, 'accounts.loginWithPassword', { email: shouted, password })).code,
    ).toBe(0)
  }
})

test('codes: what strangers try against a code costs its owner nothing', async () => {
  const { email } = await owner('quinn')
  const code = await codeAt(cafe, email)
  const guesses = placesOf('203.0.113', 30).map((address) =>
    from(address, 'accounts.verifyCode', { email, code: wrong(code) }),
  )
  expect(new Set((await Promise.all(guesses)).map((each) => each.code))).toEqual(new Set([4106]))
  // Worn out for strangers, right or not.
  expect((await from('203.0.113.40', 'accounts.verifyCode', { email, code })).code).toBe(4106)
  expect((await from(cafe, 'accounts.login', { email, code })).code).toBe(0)
  // All of theirs, and the owner's one.
  expect(await guessesAt(email)).toBe(limits.code.attemptsMax + 1)
})

test('codes: strangers who ask for codes of their own do not void the owner’s', async () => {
  const { email } = await owner('rosa')
  const code = await codeAt(cafe, email)
  const places = placesOf('203.0.113', 40)
  const asks = await Promise.all(
    places.map((address) => from(address, 'accounts.sendCode', { email, purpose: 'login' })),
  )
  const mailed = asks.filter((each) => each.code === 0).length
  expect(mailed).toBeGreaterThanOrEqual(names.code.everywhere.burst - 1)
  expect(mailed).toBeLessThanOrEqual(names.code.everywhere.burst)
  for (let round = 0; round < 6; round++) {
    await Promise.all(
      places.map((address) => from(address, 'accounts.verifyCode', { email, code: wrong(code) })),
    )
  }
  expect((await from(cafe, 'accounts.login', { email, code })).code).toBe(0)
  // And at home another code can be asked for, though the strangers' mails are used up.
  expect((await from('203.0.113.77', 'accounts.sendCode', { email })).code).toBe(4029)
  const second = await codeAt(home, email)
  expect((await from(home, 'accounts.login', { email, code: second })).code).toBe(0)
  // All guesses of the hour together: five for each code they had mailed, twenty for others'.
  const bound = mailed * limits.code.attemptsMax + limits.code.attemptsPerHourMax
  expect(await guessesAt(email)).toBeLessThanOrEqual(bound)
  expect(await guessesAt(email)).toBeGreaterThan(mailed)
}, 120_000)

test('codes: a code asked for at one place signs in at another', async () => {
  const { email } = await owner('sven')
  await codeAt(cafe, email)
  const newest = await codeAt(home, email)
  // The café has an older code of its own; the newest one counts there, too.
  expect((await from(cafe, 'accounts.login', { email, code: newest })).code).toBe(0)
})

test('codes: the hour’s budget of a place outlives its codes', async () => {
  const email = `tired-${++count}@example.com`
  const { attemptsMax, attemptsPerHourMax } = limits.code
  for (let n = 0; n < attemptsPerHourMax / attemptsMax; n++) {
    const code = await codeAt(cafe, email)
    await Promise.all(
      Array.from({ length: attemptsMax }, () =>
        from(cafe, 'accounts.verifyCode', { email, code: wrong(code) }),
      ),
    )
  }
  const code = await codeAt(cafe, email)
  expect((await from(cafe, 'accounts.verifyCode', { email, code })).code).toBe(4106)
  expect(await guessesAt(email)).toBe(attemptsPerHourMax)
  // Kept in the database: no restart of anything gives it back. At home it is another.
  expect((await from(home, 'accounts.verifyCode', { email, code })).code).toBe(0)
}, 120_000)

/** Every try of whomever that was really compared with a code. */
async function guessesAt(email: string): Promise<number> {
  const [row] = await app.nodes[0]!.ctx.sql<{ tries: number }[]>`
    select sum(attempts + foreign_attempts)::int as tries from codes where email = ${email}`
  return row?.tries ?? 0
}

test('passwords: whoever was only told to come again has not used up a try', async () => {
  const { email } = await owner('vera')
  const { burst, perMinute } = names.password.here
  const guess = (name: string) =>
    from(home, 'accounts.loginWithPassword', { email: name, password: 'guess' })
  const crowd = Array.from({ length: 4 * limits.password.lineMax }, (_, n) => guess(`nobody-${n}`))
  const hers = Array.from({ length: burst }, () => guess(email))
  const answers = await Promise.all([...crowd, ...hers])
  const told = answers.filter((each) => each.code === 4029)
  expect(told.length).toBeGreaterThan(0)
  expect(
    told.every(({ data }) => (data as unknown as { retry_after: number }).retry_after >= 1),
  ).toBe(true)
  let tried = answers.slice(crowd.length).filter((each) => each.code === 4103).length
  expect(tried).toBeLessThan(burst)
  while ((await guess(email)).code === 4103) tried++
  expect(tried).toBeGreaterThanOrEqual(burst)
  expect(tried).toBeLessThanOrEqual(burst + 2 * perMinute)
}, 120_000)
