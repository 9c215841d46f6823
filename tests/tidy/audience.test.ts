// Who hears of something in a conversation: one file knows it, and no other asks for the kind of one.
import { expect, test } from 'bun:test'
import { sources } from './sources.ts'

/** What else is really about two people: who they are, what is shown of them, why one may not write. */
const about = [
  'src/features/conversations/audience.ts',
  'src/features/conversations/directory.ts',
  'src/features/messages/mentions.ts',
  'src/features/messages/send.ts',
  'src/features/messages/view.ts',
]

test('nobody but the audience decides by the kind of a conversation', async () => {
  const all = await sources(['src/features', 'src/infra', 'src/http', 'src/socket', 'workers'])
  const branches = all.filter(({ text }) => /kind\s*[!=]==?\s*'(direct|group)'/.test(text))
  expect(branches.map(({ path }) => path)).toEqual(about)
})
