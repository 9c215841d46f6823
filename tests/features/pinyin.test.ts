// People and groups by pinyin: which letters spell a name, and whom they find for whom.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { pinyin } from 'pinyin-pro'
import { mayBeSpelled } from '../../src/features/people/sight.sql.ts'
import { spelled } from '../../src/features/people/spelled.ts'
import type { Card } from '../../src/protocol/friends.ts'
import type { Group } from '../../src/protocol/groups.ts'
import type { GroupMember } from '../../src/protocol/groups.members.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { golden } from './pinyin.golden.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ workers: false })
})
afterAll(() => app[Symbol.asyncDispose]())

/** Of these names those that a store would read. */
async function candidates(letters: string, names: readonly string[]) {
  const asked = (await spelled(letters))!.beginnings()
  const { sql } = app.nodes[0]!.ctx
  const rows = await sql<{ name: string }[]>`
    select name from unnest(${[...names]}::text[]) as name
    where ${mayBeSpelled(sql, sql`name`, asked)}`
  return rows.map((row) => row.name)
}

test('the golden list: what finds a name, what does not', async () => {
  const names = golden.map((each) => each.name)
  expect(golden.length).toBeGreaterThan(60)
  const wrong: string[] = []
  for (const { name, hits, misses } of golden) {
    for (const letters of [...hits, ...misses]) {
      const isFound = (await spelled(letters))?.fits(name) ?? false
      if (isFound !== hits.includes(letters)) wrong.push(`${name} by ${letters}`)
    }
    for (const letters of new Set([...hits.slice(0, 1), ...hits.slice(-1)])) {
      const read = await candidates(letters, names)
      if (!read.includes(name)) wrong.push(`${name} is not read for ${letters}`)
    }
  }
  expect(wrong).toEqual([])
  for (const none of ['', ' ', '张', 'z_s', 'z%', "'", 'иван'])
    expect(await spelled(none)).toBeNull()
})

/** Characters of the first block, most of them such as names have; the package reads nearly all. */
const character = fc.oneof(
  fc.constantFrom(...'张王李赵陈单解曾仇任乐尉长重行女吕绿安阿欧区朴查盖员小明华国强丽英'),
  fc.integer({ min: 0x4e00, max: 0x9fa5 }).map((code) => String.fromCharCode(code)),
)
const read = (name: string, surname: 'head' | 'off') =>
  pinyin(name, { toneType: 'none', type: 'array', v: true, surname })

test('law: a name is found by how the package reads it: whole, initials, any mix', async () => {
  const batch: { name: string; letters: string }[] = []
  await fc.assert(
    fc.asyncProperty(
      fc.array(character, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('head', 'off'),
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      async (characters, surname, whole) => {
        const name = characters.join('')
        const syllables = read(name, surname)
        fc.pre(syllables.every((each) => /^[a-z]+$/.test(each)))
        const mixed = syllables.map((each, n) => (whole[n] ? each : each.charAt(0)))
        const initials = syllables.map((each) => each.charAt(0))
        for (const letters of [syllables, initials, mixed].map((each) => each.join(''))) {
          const asked = await spelled(letters)
          expect([name, letters, asked?.fits(name)]).toEqual([name, letters, true])
          if (batch.length < 30) batch.push({ name, letters })
        }
      },
    ),
    { numRuns: 300 },
  )
  const names = batch.map((each) => each.name)
  for (const { name, letters } of batch) {
    expect(await candidates(letters, names)).toContain(name)
  }
})

const ids = async (by: Person, keyword: string) =>
  ((await by.does('friends.search', { keyword })) as Card[]).map((each) => each.user_id)
const calls = (who: Person, nickname: string) => who.does('accounts.updateMe', { nickname })

test('friends are found by their nickname and my remark as they are now, by nobody else', async () => {
  const { ann, ben, cai, dan } = await app.people('ann', 'ben', 'cai', 'dan')
  await calls(ben, '张三丰')
  await calls(cai, '赵四方')
  await calls(dan, '张顺风')
  for (const friend of [ben, cai]) await ann.befriends(friend)
  // Dan is a stranger: he is found by how his name is written alone.
  expect(await ids(ann, 'zsf')).toEqual([ben.userId, cai.userId])
  expect(await ids(ann, 'Zhang San')).toEqual([ben.userId])
  expect(await ids(ann, '张')).toEqual([ben.userId, dan.userId])
  expect(await ids(cai, 'zsf')).toEqual([])
  const remark = (of: Person, text: string) =>
    ann.does('friends.updateRemark', { friend_id: of.userId, remark: text })
  await remark(cai, '李老师')
  for (const keyword of ['lls', 'lilaoshi', '李老'])
    expect(await ids(ann, keyword)).toEqual([cai.userId])
  // A remark is one's own.
  expect(await ids(cai, 'lls')).toEqual([])
  expect(await ids(ann, 'zhao')).toEqual([cai.userId])
  await remark(cai, '')
  expect(await ids(ann, 'lls')).toEqual([])
  await calls(ben, '单雄信')
  expect(await ids(ann, 'zsf')).toEqual([cai.userId])
  for (const keyword of ['shanxx', 'dxx']) expect(await ids(ann, keyword)).toEqual([ben.userId])
  // What begins so stands before what is spelled so, and an id before both.
  await calls(ben, 'zsf')
  expect(await ids(ann, 'zsf')).toEqual([ben.userId, cai.userId])

  await cai.does('settings.update', { privacy: { find_me: 'friends' } })
  expect(await ids(ann, 'zsf')).toContain(cai.userId)
  await cai.does('settings.update', { privacy: { find_me: 'nobody' } })
  expect(await ids(ann, 'zsf')).toEqual([ben.userId])
  await cai.does('settings.update', { privacy: { find_me: 'everyone' } })
  await cai.does('friends.block', { blocked_user_id: ann.userId })
  expect(await ids(ann, 'zsf')).toEqual([ben.userId])
  expect(await ids(ann, 'zhaosifang')).toEqual([])
})

test('groups by their name, public ones and one’s own; members by both their names', async () => {
  const { ann, ben, cai } = await app.people('ann', 'ben', 'cai')
  const make = async (name: string, is_public: boolean) =>
    (await ann.does('groups.create', { name, is_public })).group_id
  const found = async (by: Person, keyword: string, page?: number) =>
    (
      (await by.does('groups.search', {
        keyword,
        ...(page ? { page, page_size: 1 } : {}),
      })) as Group[]
    ).map((each) => each.group_id)
  const open = await make('产品讨论组', true)
  const own = await make('成品讨论组', false)
  const begins = await make('CPTLZ', true)
  expect(await found(ben, 'cptlz')).toEqual([begins, open])
  expect(await found(ann, 'CP tl')).toEqual([open, own])
  // What begins so first, then by name; pages go through both.
  const [first, second, third] = [begins, open, own]
  expect(await found(ann, 'cptlz')).toEqual([first, second, third])
  expect([
    await found(ann, 'cptlz', 1),
    await found(ann, 'cptlz', 2),
    await found(ann, 'cptlz', 3),
  ]).toEqual([[first], [second], [third]])
  expect(await found(ann, 'cptlz', 4)).toEqual([])
  expect(await found(ann, 'chanpin')).toEqual([open])
  expect(await found(ann, own)).toEqual([own])
  expect(await found(ben, own)).toEqual([])
  await ann.does('groups.update', { group_id: own, name: '银行' })
  for (const keyword of ['yh', 'yinxing', '银']) expect(await found(ann, keyword)).toEqual([own])
  expect(await found(ann, 'cptlz')).toEqual([begins, open])
  await ann.does('groups.dissolve', { group_id: own })
  expect(await found(ann, 'yh')).toEqual([])

  for (const who of [ben, cai]) await who.does('groups.join', { group_id: open })
  const members = async (by: Person, keyword: string, page = {}) => {
    const answer = await by.does('groups.members', { group_id: open, keyword, ...page })
    const list = Array.isArray(answer) ? answer : (answer as { list: GroupMember[] }).list
    return (list as GroupMember[]).map((each) => each.user_id)
  }
  await calls(ben, '王小明')
  await cai.does('groups.rename', { group_id: open, nickname: '吴晓梅' })
  expect(await members(ann, 'wxm')).toEqual([ben.userId, cai.userId])
  expect(await members(ann, 'wxm', { limit: 1 })).toEqual([ben.userId])
  expect(await members(ann, 'wxm', { page: 2, page_size: 1 })).toEqual([cai.userId])
  expect(await members(ann, 'wangxm')).toEqual([ben.userId])
  // Who keeps their names from somebody is found by their id alone.
  await cai.does('friends.block', { blocked_user_id: ann.userId })
  expect(await members(ann, 'wxm')).toEqual([ben.userId])
  expect(await members(ann, '吴')).toEqual([])
  expect(await members(ann, cai.userId)).toEqual([cai.userId])
  expect(await members(ben, 'wxm')).toEqual([ben.userId, cai.userId])
})
