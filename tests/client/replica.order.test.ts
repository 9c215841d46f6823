// What is unread, in whatever order frames come: messages come in theirs, marks overtake what they pass.
import { expect, test } from 'bun:test'
import type { Talk } from '../../src/client/replica/keys.ts'
import { keys } from '../../src/client/replica/keys.ts'
import { applyLive, type Live } from '../../src/client/replica/live.ts'
import { Picture, Sheet } from '../../src/client/replica/picture.ts'
import type { Message } from '../../src/protocol/messages.ts'

type By = 'ann' | 'ben'
const id = 1
const at = '2026-01-01T00:00:00.000Z'

const says = (seq: number, from_user_id: By): Live => {
  const said = { id: seq, conversation_id: id, seq, from_user_id, content: '', reply_to_id: null }
  return { type: 'message', data: { ...said, created_at: at, updated_at: at } as Message }
}
const reads = (read_seq: number, by: By): Live =>
  by === 'ann'
    ? { type: 'conversation_updated', data: { conversation_id: id, read_seq } }
    : {
        type: 'read_receipt',
        data: { conversation_id: id, reader_user_id: by, read_seq, read_at: at },
      }

/** Ann’s, of a conversation in which nothing was said yet. */
function device(more: Partial<Talk> = {}) {
  const picture = new Picture()
  const known = new Map<string, unknown>()
  const pair = {
    kind: 'direct',
    user1_id: 'ann',
    user2_id: 'ben',
    user1_unread: 0,
    user2_unread: 0,
  }
  const view = { id, ...pair, last_seq: 0, read_seq: 0, unread: 0 }
  picture.take({ put: [[keys.conversation(id), { after: 0, to: 0, view, ...more }]] })
  const hears = (live: Live): boolean => {
    const sheet = new Sheet(picture, known)
    const isLeft = applyLive(sheet, live, { me: 'ann', windowMax: 9, isOver: () => false })
    const batch = sheet.batch()
    for (const [key, value] of batch.put ?? []) known.set(key, value)
    picture.take(batch)
    return isLeft
  }
  return { hears, view: () => picture.get<Talk>(keys.conversation(id))?.view }
}

/** All orders in which the messages are in theirs. */
function orders(messages: readonly Live[], marks: readonly Live[]): Live[][] {
  const next = [...messages.slice(0, 1), ...marks]
  if (next.length === 0) return [[]]
  const without = (all: readonly Live[], one: Live) => all.filter((each) => each !== one)
  return next.flatMap((first) =>
    orders(without(messages, first), without(marks, first)).map((rest) => [first, ...rest]),
  )
}

test('what a mark has passed is read, though the mark comes first', () => {
  const talks = [
    { said: ['ben', 'ben'], marks: [reads(1, 'ann')], counts: { read_seq: 1, both: [1, 0] } },
    { said: ['ann', 'ann'], marks: [reads(1, 'ben')], counts: { read_seq: 2, both: [0, 1] } },
    {
      // Whoever has read all has read what they say themselves.
      said: ['ben', 'ann', 'ben', 'ann'],
      marks: [reads(1, 'ann'), reads(2, 'ann'), reads(3, 'ben')],
      counts: { read_seq: 2, both: [1, 1] },
    },
    {
      said: ['ann', 'ben', 'ben', 'ann'],
      marks: [reads(3, 'ann'), reads(4, 'ann'), reads(1, 'ben'), reads(4, 'ben')],
      counts: { read_seq: 4, both: [0, 0] },
    },
  ] as const
  for (const { said, marks, counts } of talks) {
    const messages = said.map((by, index) => says(index + 1, by))
    for (const order of orders(messages, marks)) {
      const { hears, view } = device()
      const asked = order.filter((live) => hears(live))
      const { read_seq, unread, ...rest } = view()!
      const both = rest.kind === 'direct' ? [rest.user1_unread, rest.user2_unread] : []
      const told = { order, asked: [], unread: counts.both[0], both: [...counts.both] }
      expect({ order, asked, read_seq, unread, both }).toEqual({ ...told, ...counts } as never)
    }
  }
})

test('what was read from history before the cursor came to it is asked for once it is told', () => {
  const { hears } = device({ to: 1 })
  expect([hears(says(1, 'ben')), hears(says(2, 'ben'))]).toEqual([true, false])
})
