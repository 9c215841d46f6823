// How large and how many groups may be is said by the installation.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
beforeAll(async () => {
  const env = {
    GROUP_MEMBERS_DEFAULT: '2',
    GROUP_MEMBERS_MAX: '3',
    GROUPS_PER_PERSON: '2',
    GROUP_REQUESTS_MAX: '1',
    GROUP_LINKS_MAX: '1',
  }
  app = await install({ env, workers: false })
})
afterAll(() => app[Symbol.asyncDispose]())

const open = (owner: Person, more: object = {}) =>
  owner.does('groups.create', { name: 'Rooks', is_public: true, ...more })

const tries = async (who: Person, name: Parameters<Person['tries']>[0], input: object) => {
  const { code, data } = await who.tries(name, { ...input })
  return { code, ...(data as object | null) }
}

test('nobody asks for more members than there may be', async () => {
  const { ann } = await app.people('ann')
  const refused = { code: 4010, field: 'max_members', reason: 'too_large', max: 3 }
  const asked = { name: 'Rooks', max_members: 4 }
  expect(await tries(ann, 'groups.create', asked)).toMatchObject(refused)
  const { group_id, max_members } = await open(ann)
  expect(max_members).toBe(2)
  expect(await tries(ann, 'groups.update', { group_id, max_members: 4 })).toMatchObject(refused)
  const grown = await ann.does('groups.update', { group_id, max_members: 3 })
  expect(grown.max_members).toBe(3)
})

test('a group of which nobody asked more has the usual size', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const { group_id } = await open(ann)
  await ben.does('groups.join', { group_id })
  expect((await cat.tries('groups.join', { group_id })).code).toBe(4552)
})

test('one person is in so many groups', async () => {
  const { ann, ben } = await app.people('ann', 'ben')
  const groups = [await open(ann), await open(ann)]
  const asked = { name: 'A third one' }
  const full = { code: 4009, field: 'groups', max: 2 }
  expect(await tries(ann, 'groups.create', asked)).toMatchObject(full)
  for (const { group_id } of groups) await ben.does('groups.join', { group_id })
  const { cat } = await app.people('cat')
  const { group_id } = await open(cat)
  expect(await tries(ben, 'groups.join', { group_id })).toMatchObject(full)
})

test('so many ask to come in, and so many links work', async () => {
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  const { group_id } = await open(ann, { join_approval: true, max_members: 3 })
  await ben.does('groups.join', { group_id })
  const waiting = { code: 4009, field: 'requests', max: 1 }
  expect(await tries(cat, 'groups.join', { group_id })).toMatchObject(waiting)
  await ann.does('groups.createLink', { group_id })
  const links = { code: 4009, field: 'links', max: 1 }
  expect(await tries(ann, 'groups.createLink', { group_id })).toMatchObject(links)
})
