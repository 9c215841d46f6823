// push: when people are told, in which words, and what becomes of what is shown.
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import type { PushAttempt, PushSettings } from '../../src/protocol/push.ts'
import { queueOf } from '../support/admin.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { PushProviders } from '../support/push-providers.ts'
import { startPushService } from '../support/push-service.ts'

let app: Installation
let alice: Person
const providers = new PushProviders(false)
const service = startPushService()
const bounds = limits.push as { graceMs: number; burstMs: number; gatherMs: number }
const standing = { ...bounds }
beforeAll(async () => {
  const {
    APNS_KEY: _,
    APNS_KEY_ID: __,
    APNS_TEAM_ID: ___,
    APNS_TOPICS: ____,
    ...env
  } = providers.env
  bounds.gatherMs = 50
  app = await install({ env: { ...env, PUSH_PRIVATE_HOSTS: 'on' } })
  alice = (await app.people('alice')).alice
})
afterAll(async () => {
  Object.assign(bounds, standing)
  await app[Symbol.asyncDispose]()
  await providers[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
  expect(providers.wrong).toEqual([])
})
afterEach(() => {
  bounds.graceMs = standing.graceMs
  bounds.burstMs = 0
})
bounds.burstMs = 0

const takenBy = (token: string) => providers.taken.filter((each) => each.token === token)
const browserOf = (name: string) => {
  return service.received
    .filter((each) => each.path === `/push/${name}`)
    .map((each) => each.payload)
}

/** A friend of alice's with a phone, and what it shows. */
async function reader(name: string, settings?: PushSettings, kind: 'fcm' | 'oppo' = 'fcm') {
  const person = (await app.people(name))[name] as Person
  const conversation = await alice.befriends(person)
  const token = `phone-of-${name}`
  await person.does('push.addToken', { kind, token, ...(settings ? { settings } : {}) })
  return { person, conversation, token, taken: () => takenBy(token) }
}

const logOf = async (person: Person) => (await person.does('push.log', {})).list
const wants = (person: Person, push: Partial<PushSettings>) =>
  person.does('settings.update', { push })
/** Written down once the provider has answered. */
const said = (person: Person, last: Partial<PushAttempt>) =>
  eventually(async () => {
    const [found] = await logOf(person)
    return found && Object.entries(last).every(([name, value]) => found[name as 'kind'] === value)
  })
const delayedOf = async (conversation: number) => {
  const jobs = await queueOf(app, 'push').getDelayed()
  return jobs.filter(({ data }) => data.conversation === conversation)
}

test('words are shown where they are wanted, by the account or by the device', async () => {
  const quiet_hours = null
  const [bob, carol] = [
    await reader('bob'),
    await reader('carol', { preview: 'none', quiet_hours }),
  ]
  await wants(bob.person, { preview: 'text', quiet_hours })
  await wants(carol.person, { preview: 'text', quiet_hours })
  for (const { person } of [bob, carol]) await alice.says(person, '  a  secret\nword ')
  await eventually(() => bob.taken().length === 1 && carol.taken().length === 1)
  expect(bob.taken()[0]?.shown).toEqual(['alice', 'a secret word'])
  expect(carol.taken()[0]?.shown).toEqual(['alice', 'New message'])
  const at = { conversation_id: bob.conversation, content: '' }
  const media_url = 'https://example.com/a.jpg'
  await alice.does('messages.send', { ...at, message_type: 2, media_url })
  await eventually(() => bob.taken().length === 2)
  expect(bob.taken()[1]?.shown).toEqual(['alice', 'Photo'])
  const { group_id } = await alice.does('groups.create', {
    name: 'Heron',
    member_ids: [bob.person.userId],
  })
  await alice.does('groups.send', { group_id, message_type: 1, content: '鹭'.repeat(500) })
  await eventually(() => bob.taken().length === 3)
  const max = limits.push.previewCharactersMax
  expect(bob.taken()[2]?.shown).toEqual(['Heron', `alice: ${'鹭'.repeat(max)}…`])
  // The badge is what the account has not read, in all.
  const { count } = await bob.person.does('messages.unreadCount')
  expect(bob.taken()[2]?.message['data']).toMatchObject({ badge: String(count) })
})

test('nothing rings in quiet hours, by the clock of whoever wants them', async () => {
  const hour = (shift: number) =>
    new Date(Date.now() + shift * 3_600_000).toISOString().slice(11, 16)
  const quiet = (from: string, to: string): PushSettings => ({
    preview: 'none',
    quiet_hours: { from, to, time_zone: 'UTC' },
  })
  const dan = await reader('dan', quiet(hour(-1), hour(2)))
  await alice.says(dan.person, 'good night')
  const [job] = await eventually(async () => {
    const jobs = await delayedOf(dan.conversation)
    return jobs.length === 1 && jobs
  })
  expect(job!.delay).toBeWithin(1.9 * 3_600_000, 2.1 * 3_600_000)
  expect(await logOf(dan.person)).toMatchObject([{ state: 'later', answer: 'quiet_hours' }])
  expect(dan.taken()).toEqual([])
  await dan.person.does('push.addToken', {
    kind: 'fcm',
    token: dan.token,
    settings: quiet(hour(2), hour(3)),
  })
  await job!.promote()
  await eventually(() => dan.taken().length === 1)
  await said(dan.person, { state: 'sent', answer: '200', kind: 'fcm' })
})

test('whoever is here, or was a moment ago, is not called', async () => {
  bounds.graceMs = 600_000
  const eve = await reader('eve')
  const device = await eve.person.connects()
  const { id } = await eve.person.does('accounts.me')
  await alice.says(eve.person, 'hi')
  await device.hears('message')
  const { queues, registry } = app.nodes[0]!.ctx
  await queues.add('push', 'notify', { user: id, conversation: eve.conversation })
  await eventually(async () => (await logOf(eve.person)).length === 1)
  expect(await logOf(eve.person)).toMatchObject([{ state: 'skipped', answer: 'here' }])
  await device.close()
  await eventually(async () => (await registry.online([id])).size === 0)
  await alice.says(eve.person, 'are you there?')
  const [job] = await eventually(async () => {
    const jobs = await delayedOf(eve.conversation)
    return jobs.length === 1 && jobs
  })
  expect(job!.delay).toBeWithin(500_000, 600_001)
  expect(eve.taken()).toEqual([])
  bounds.graceMs = 0
  await job!.promote()
  await eventually(() => eve.taken().length === 1)
  expect(eve.taken()[0]?.shown[1]).toBe('2 new messages')
})

test('a burst is one notification at once, and one for all that follows', async () => {
  bounds.burstMs = 600_000
  const fay = await reader('fay')
  await alice.says(fay.person, 'one')
  await eventually(() => fay.taken().length === 1)
  for (const word of ['two', 'three', 'four']) await alice.says(fay.person, word)
  const [job] = await eventually(async () => {
    const jobs = await delayedOf(fay.conversation)
    return jobs.length === 1 && jobs
  })
  await alice.says(fay.person, 'five')
  bounds.burstMs = 0
  await job!.promote()
  await eventually(() => fay.taken().length === 2)
  expect(fay.taken()[1]?.shown[1]).toBe('5 new messages')
  const [first, second] = fay.taken().map(({ message }) => message['android'])
  expect((second as { collapse_key: string }).collapse_key).toBe(
    (first as { collapse_key: string }).collapse_key,
  )
})

test('what was read elsewhere is taken away, and the badge with it', async () => {
  const gus = await reader('gus')
  await gus.person.does('push.subscribe', service.subscription('gus'))
  await alice.says(gus.person, 'hi')
  await eventually(() => gus.taken().length === 1 && browserOf('gus').length === 1)
  await eventually(async () => (await logOf(gus.person)).length === 2)
  await gus.person.does('conversations.read', { id: gus.conversation })
  await eventually(() => gus.taken().length === 2)
  const { message } = gus.taken()[1]!
  expect(message['notification']).toBeUndefined()
  expect(message['data']).toEqual({
    conversation_id: String(gus.conversation),
    badge: '0',
    clear: 'true',
  })
  await said(gus.person, { state: 'cleared', answer: '200', kind: 'fcm' })
  // What shows nothing is not cleared again; a browser would have to show something.
  await alice.does('messages.send', {
    conversation_id: gus.conversation,
    message_type: 1,
    content: 'more',
  })
  await eventually(() => gus.taken().length === 3 && browserOf('gus').length === 2)
})

test('what is recalled is taken back where it is shown, or what is left takes its place', async () => {
  const text = { preview: 'text', quiet_hours: null } as const
  const [hal, ida] = [await reader('hal', text), await reader('ida', text, 'oppo')]
  await hal.person.does('push.subscribe', service.subscription('hal'))
  const first = await alice.says(hal.person, 'a first word')
  const other = await alice.says(ida.person, 'another word')
  await eventually(() => hal.taken().length === 1 && ida.taken().length === 1)
  const second = await alice.says(hal.person, 'a second word')
  await eventually(() => hal.taken().length === 2 && browserOf('hal').length === 2)
  await alice.does('messages.recall', { id: second.id })
  await eventually(() => hal.taken().length === 3 && browserOf('hal').length === 3)
  expect(hal.taken()[2]?.shown[1]).toBe('a first word')
  expect(browserOf('hal')[2]).toMatchObject({ body: '2 new messages', is_quiet: true })
  await alice.does('messages.edit', { id: first.id, content: 'a better word' })
  await eventually(() => hal.taken().length === 4)
  expect(hal.taken()[3]?.shown[1]).toBe('a better word')
  await alice.does('messages.recall', { id: first.id })
  await alice.does('messages.recall', { id: other.id })
  await eventually(() => hal.taken().length === 5 && browserOf('hal').length === 4)
  expect(hal.taken()[4]?.message['data']).toMatchObject({ clear: 'true' })
  expect(browserOf('hal')[3]).toMatchObject({ clear: true, body: 'A message was taken back' })
  // OPPO shows whatever it is sent: there it stays.
  expect(ida.taken()).toHaveLength(1)
  const everything =
    JSON.stringify(hal.taken().slice(2)) + JSON.stringify(browserOf('hal').slice(2))
  expect(everything).not.toContain('second word')
})

test('what became of each is there for its owner and for admins, for 72 hours', async () => {
  const ivy = await reader('ivy')
  await ivy.person.does('conversations.mute', { id: ivy.conversation, is_muted: true })
  await alice.says(ivy.person, 'one')
  await alice.says(ivy.person, 'two')
  await eventually(async () => (await logOf(ivy.person)).length > 0)
  expect(await logOf(ivy.person)).toMatchObject([{ state: 'skipped', answer: 'muted' }])
  await ivy.person.does('conversations.mute', { id: ivy.conversation, is_muted: false })
  providers.answer('fcm', { status: 503, headers: { 'retry-after': '1' }, body: {} })
  await alice.says(ivy.person, 'three')
  await eventually(() => ivy.taken().length === 2)
  const whole = await eventually(async () => {
    const list = await logOf(ivy.person)
    return list.length === 3 && list
  })
  expect(whole.map(({ state, answer }) => [state, answer])).toEqual([
    ['sent', '200'],
    ['later', '503'],
    ['skipped', 'muted'],
  ])
  const [token] = await ivy.person.does('push.tokens')
  expect(whole[0]).toMatchObject({
    conversation_id: ivy.conversation,
    kind: 'fcm',
    registration_id: token!.id,
  })
  const page = await ivy.person.does('push.log', { limit: 2 })
  expect(page.has_more).toBe(true)
  const rest = await ivy.person.does('push.log', { limit: 2, cursor: page.next_cursor ?? '' })
  expect([...page.list, ...rest.list]).toEqual(whole)
  expect((await alice.tries('push.log', { user_id: ivy.person.userId })).code).toBe(4101)
  const { sql } = app.nodes[0]!.ctx
  const old = new Date(Date.now() - limits.push.logMs - 1_000)
  await sql`update push_attempts set at = ${old} where registration_id = ${token!.id}`
  expect(await logOf(ivy.person)).toEqual([])
})
