// Files are found by the names with which they were uploaded.
import { expect, test } from 'bun:test'
import { must } from '../../src/core/assert.ts'
import { endOfTime } from '../../src/core/page.ts'
import { indexNew } from '../../src/features/search/indexing.ts'
import { uploads } from '../support/files.ts'
import { install } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

test('a file is found by its name, indexed or not, by whoever may read its message', async () => {
  await using app = await install()
  const { ann, ben, eve } = await app.people('ann', 'ben', 'eve')
  await ann.befriends(ben)
  const { ctx } = must(app.nodes[0], 'an installation has a node')
  const { media_id } = await uploads(ann, 'Open from seven.', { name: '湖 Opening-Hours.txt' })
  const sent = await ann.says(ben, 'see here', { message_type: 5, media_id })
  await ann.says(ben, 'the hours are new')
  const finds = async (who: Person, keyword: string) =>
    (await who.does('messages.search', { keyword })).list.map(({ content }) => content)
  for (const isIndexed of [false, true]) {
    if (isIndexed) while (await indexNew(ctx, endOfTime));
    for (const keyword of ['opening', 'hours.txt', '湖', 'see opening']) {
      expect([keyword, await finds(ben, keyword)]).toEqual([keyword, ['see here']])
    }
    expect(await finds(ann, 'hours')).toEqual(['the hours are new', 'see here'])
    expect(await finds(ben, 'opening new')).toEqual([])
    expect(await finds(eve, 'opening')).toEqual([])
  }
  const [hit] = (await ben.does('messages.search', { keyword: 'opening' })).list
  expect(hit).toMatchObject({ id: sent.id, media_id, highlights: [] })
  await ann.does('messages.recall', { id: sent.id })
  expect(await finds(ben, 'opening')).toEqual([])
})
