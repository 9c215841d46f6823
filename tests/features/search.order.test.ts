// Newest first over all conversations, however unevenly people talk in them.
import { expect, test } from 'bun:test'
import { must } from '../../src/core/assert.ts'
import { endOfTime } from '../../src/core/page.ts'
import { indexNew } from '../../src/features/search/indexing.ts'
import { install } from '../support/installation.ts'
import { searchWithin } from '../support/search.ts'

test('what is found where little was read waits for what is newer elsewhere', async () => {
  await using app = await install({ workers: false })
  const { ann, ben, cat } = await app.people('ann', 'ben', 'cat')
  await ann.befriends(ben)
  await ann.befriends(cat)
  // Many ids pass between two words to ben, and then none: ten are read as if they reached far back.
  await ann.says(ben, 'good morning')
  for (let n = 0; n < 60; n++) await ann.says(cat, `on my way ${n}`)
  for (const bird of ['grey', 'white', 'purple']) await ann.says(cat, `a ${bird} heron`)
  await ann.says(ben, 'the newest heron')
  for (let n = 0; n < 10; n++) await ann.says(ben, `nothing else ${n}`)
  const { ctx } = must(app.nodes[0], 'an installation has a node')
  while (await indexNew(ctx, endOfTime));
  const little = { readMessages: 4, readMessagesMax: 8, slices: [1_000], looked: Infinity }
  const { list } = await searchWithin(ctx, ann, { keyword: 'heron', limit: 2 }, little)
  expect(list.map(({ content }) => content)).toEqual(['the newest heron', 'a purple heron'])
})
