// What happens to a group at once, each by many: one wins, nothing is counted twice, nobody slips through.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
let crowd: Person[]
beforeAll(async () => {
  app = await install({ nodes: 2, workers: false })
  const names = Array.from({ length: 40 }, (_, n) => `p${n}`)
  const people = await app.people(...names)
  // Half of them by the other node.
  crowd = await Promise.all(
    names.map((name, n) => (n % 2 === 0 ? people[name]! : people[name]!.again(app.url(1)))),
  )
}, 240_000)
afterAll(() => app[Symbol.asyncDispose]())

const open = (owner: Person, settings: object = {}) =>
  owner.does('groups.create', { name: 'Herons', is_public: true, ...settings })

const sql = () => app.nodes[0]!.ctx.sql
const codesOf = (answers: readonly { code: number }[]) => answers.map((each) => each.code)
const count = (codes: readonly number[], code: number) =>
  codes.filter((each) => each === code).length

/** How many are in it, as it is counted and as they stand there. */
async function membersOf(group_id: string): Promise<{ counted: number; there: number }> {
  const [row] = await sql()<{ counted: number; there: number }[]>`
    select g.member_count as counted, (
      select count(*)::int from conversation_members
      where conversation_id = c.id and left_at is null) as there
    from groups g join conversations c on c.id = g.conversation_id where c.group_id = ${group_id}`
  return { ...row! }
}

test('joins at the limit: as many come in as there is room for', async () => {
  const [owner, ...others] = crowd as [Person, ...Person[]]
  const { group_id } = await open(owner, { max_members: 10 })
  const codes = codesOf(
    await Promise.all([...others, ...others].map((who) => who.tries('groups.join', { group_id }))),
  )
  expect(new Set(codes)).toEqual(new Set([0, 4552]))
  expect(await membersOf(group_id)).toEqual({ counted: 10, there: 10 })
  const in9 = await Promise.all(others.map((who) => who.tries('groups.members', { group_id })))
  expect(count(codesOf(in9), 0)).toBe(9)
})

test('the same person forty times at once is in it once', async () => {
  const [owner, one] = crowd as [Person, Person]
  const { group_id } = await open(owner)
  const joins = Array.from({ length: 40 }, () => one.tries('groups.join', { group_id }))
  expect(new Set(codesOf(await Promise.all(joins)))).toEqual(new Set([0]))
  expect(await membersOf(group_id)).toEqual({ counted: 2, there: 2 })
})

test('a person’s groups at their limit: the last place is taken once', async () => {
  const [owner] = crowd as [Person]
  const one = (await app.people('one'))['one']!
  const max = app.config.groups.perPersonMax
  const { id } = await one.does('accounts.me')
  await sql()`
    with made as (
      insert into conversations (kind, group_id) select 2, gen_random_uuid() from generate_series(2, ${max})
      returning id)
    insert into conversation_members (conversation_id, user_id) select id, ${id} from made`
  const groups = await Promise.all(Array.from({ length: 10 }, () => open(owner)))
  const joins = groups.flatMap(({ group_id }) => [
    one.tries('groups.join', { group_id }),
    one.tries('groups.join', { group_id }),
  ])
  const codes = codesOf(await Promise.all(joins))
  expect([count(codes, 0), count(codes, 4009)]).toSatisfy(
    ([won, full]) => won! >= 1 && won! <= 2 && full === 20 - won!,
  )
  const [row] = await sql()<{ count: number }[]>`
    select count(*) from conversation_members where user_id = ${id} and left_at is null`
  expect(row!.count).toBe(max)
})

test('a request is accepted and rejected once, by whichever admin', async () => {
  const [owner, second, asker] = crowd as [Person, Person, Person]
  const { group_id } = await open(owner)
  await second.does('groups.join', { group_id })
  await owner.does('groups.setRole', { group_id, target_user_id: second.userId, role: 2 })
  await owner.does('groups.update', { group_id, join_approval: true })
  const { request } = await asker.does('groups.join', { group_id })
  const id = request!.id
  const answers = Array.from({ length: 40 }, (_, n) =>
    [owner, second][n % 2]!.tries(n % 4 < 2 ? 'groups.acceptRequest' : 'groups.rejectRequest', {
      id,
    }),
  )
  const codes = codesOf(await Promise.all(answers))
  expect([count(codes, 0), count(codes, 4204)]).toEqual([1, 39])
  const { counted, there } = await membersOf(group_id)
  expect(counted).toBe(there)
})

test('kicked while sending: nothing is stored after the kick has returned', async () => {
  const [owner, ...members] = crowd.slice(0, 11) as [Person, ...Person[]]
  const { group_id, conversation_id } = await open(owner)
  for (const who of members) await who.does('groups.join', { group_id })
  const devices = await Promise.all(members.map((who) => who.connects()))
  const after: string[] = []
  const kicked = new Set<string>()
  const talking = devices.map(async (device, n) => {
    const { userId } = members[n]!
    for (;;) {
      const late = kicked.has(userId)
      const answer = await device.asks('send_message', { group_id, message_type: 1, content: 'hi' })
      if (late) after.push(answer.type)
      if (late && answer.type === 'error') return
    }
  })
  for (const { userId: target_user_id } of members) {
    await owner.does('groups.kick', { group_id, target_user_id })
    kicked.add(target_user_id)
  }
  await Promise.all(talking)
  expect(new Set(after)).toEqual(new Set(['error']))
  // Each said nothing with a later seq than that of the message that told of their kick.
  const late = await sql()`
    select x.id from messages x join messages k on k.conversation_id = x.conversation_id
      and k.message_type = 6 and k.content::jsonb ->> 'event' = 'member_kicked'
      join users u on u.id = x.sender_id and k.content::jsonb -> 'targets' ? u.user_id
    where x.conversation_id = ${conversation_id} and x.seq > k.seq`
  expect([...late]).toEqual([])
  const [hole] = await sql()`
    select max(seq) - count(*) as holes from messages where conversation_id = ${conversation_id}`
  expect(hole).toEqual({ holes: 0 })
})

test('leaving while writing: no draft is left of anybody who is not in it', async () => {
  const [owner, ...members] = crowd as [Person, ...Person[]]
  const { group_id, conversation_id: id } = await open(owner)
  await Promise.all(members.map((who) => who.does('groups.join', { group_id })))
  const written = members.flatMap((who) => [
    ...[1, 2, 3].map((n) => who.tries('conversations.draft', { id, content: `draft ${n}` })),
    who.tries('groups.leave', { group_id }),
  ])
  await Promise.all(written)
  expect(await membersOf(group_id)).toEqual({ counted: 1, there: 1 })
  expect([...(await sql()`select from conversation_drafts where conversation_id = ${id}`)]).toEqual(
    [],
  )
})

test('in slow mode two messages at once are one, through one node or two', async () => {
  const [owner, one] = crowd as [Person, Person]
  const { group_id } = await open(owner)
  await one.does('groups.join', { group_id })
  await owner.does('groups.update', { group_id, slow_seconds: 3_600 })
  const there = await one.again(app.url(1))
  const sends = Array.from({ length: 40 }, (_, n) =>
    [one, there][n % 2]!.tries('groups.send', { group_id, message_type: 1, content: `${n}` }),
  )
  const codes = codesOf(await Promise.all(sends))
  expect([count(codes, 0), count(codes, 4029)]).toEqual([1, 39])
})

test('handed on while leaving, led by one owner at the end', async () => {
  const [owner, second] = crowd as [Person, Person]
  for (let round = 0; round < 5; round++) {
    const { group_id } = await open(owner)
    await second.does('groups.join', { group_id })
    const target_user_id = second.userId
    await Promise.all([
      ...Array.from({ length: 20 }, () => second.tries('groups.leave', { group_id })),
      ...Array.from({ length: 20 }, () =>
        owner.tries('groups.transfer', { group_id, target_user_id }),
      ),
    ])
    const [row] = await sql()`
      select count(*) filter (where m.role = 3)::int as owners,
        bool_and(m.role <> 3 or m.user_id = g.owner_id)
          as agree, g.member_count = count(*) as counted
      from groups g join conversations c on c.id = g.conversation_id
        join conversation_members m on m.conversation_id = c.id and m.left_at is null
      where c.group_id = ${group_id} group by g.member_count`
    expect(row).toEqual({ owners: 1, agree: true, counted: true })
  }
})

test('dissolved while joining: nobody is left in what ended', async () => {
  const [owner, ...others] = crowd as [Person, ...Person[]]
  const { group_id } = await open(owner)
  const [ended, ...joins] = await Promise.all([
    owner.tries('groups.dissolve', { group_id }),
    ...others.map((who) => who.tries('groups.join', { group_id })),
  ])
  expect(ended.code).toBe(0)
  expect(codesOf(joins).filter((code) => code !== 0 && code !== 4551)).toEqual([])
  expect((await membersOf(group_id)).there).toBe(0)
})

test('two admins cannot both be made members by each other: nobody acts on a peer', async () => {
  const [owner, one, other] = crowd as [Person, Person, Person]
  const { group_id } = await open(owner)
  for (const who of [one, other]) {
    await who.does('groups.join', { group_id })
    await owner.does('groups.setRole', { group_id, target_user_id: who.userId, role: 2 })
  }
  const kicks = Array.from({ length: 40 }, (_, n) => {
    const [by, target] = n % 2 === 0 ? [one, other] : [other, one]
    return by.tries('groups.kick', { group_id, target_user_id: target.userId })
  })
  expect(new Set(codesOf(await Promise.all(kicks)))).toEqual(new Set([4403]))
  expect(await membersOf(group_id)).toEqual({ counted: 3, there: 3 })
})

test('a block between two members cuts their direct line and leaves both in the group', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  await ann.befriends(ben)
  const { group_id } = await ann.does('groups.create', { name: 'Herons', member_ids: [ben.userId] })
  await ann.does('friends.block', { blocked_user_id: ben.userId })
  const said = await ben.does('groups.send', { group_id, message_type: 1, content: 'still here' })
  expect(said.seq).toBe(2)
  const direct = { to_user_id: ann.userId, message_type: 1, content: 'x' }
  expect((await ben.tries('messages.send', direct)).code).toBe(4403)
  const list = (await ann.does('groups.history', { group_id })) as { content: string }[]
  expect(list.at(-1)!.content).toBe('still here')
})
