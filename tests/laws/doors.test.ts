// REST and the socket give the same answer: data, code, field and whether to try again, for inputs
// that are good, at the edge, and hostile. What both doors can do stands in the rows.
import { Type } from '@sinclair/typebox'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { checkOf, type Check } from '../../src/protocol/check.ts'
import { errors } from '../../src/protocol/errors.ts'
import { clientFrames, type ClientFrameType } from '../../src/protocol/frames.ts'
import { operations } from '../../src/protocol/operations.ts'
import type { Device } from '../support/device.ts'
import { install, type Installation } from '../support/installation.ts'
import { callOperation, request } from '../support/people.ts'
import { contextOf, gather, type Cast } from './cast.ts'
import { inputsOf, notObjects } from './inputs.ts'
import { frameRows } from './rows/all.ts'
import type { Pair } from './rows/row.ts'
import type { Input } from './stage.ts'

const runs = 120
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

const pairsOf = Object.entries(frameRows).flatMap(([type, { rest }]) =>
  'operation' in rest ? [[type as ClientFrameType, rest] as const] : [],
)

let app: Installation
let cast: Cast
let phone: Device
let world: Record<string, Record<string, unknown[]>>
/** By frame, one that succeeds: whether the law saw any is not left to chance. */
let certain: Record<string, Input>
beforeAll(async () => {
  app = await install()
  cast = await gather(app)
  phone = await cast.owner.connects()
  ;({ world, certain } = await furnish())
})
afterAll(() => app[Symbol.asyncDispose]())

/** Places and messages of every kind: mine, others', closed, recalled, too old, absent. */
async function furnish(): Promise<{ world: typeof world; certain: typeof certain }> {
  const { owner, member, friend, blocked, stranger, conversation } = cast
  const says = (content: string) => owner.says(member, content)
  const [fresh, recalled, old] = [await says('fresh'), await says('recalled'), await says('old')]
  await owner.does('messages.recall', { id: recalled.id })
  const [mine, aged] = [await says('edited'), await says('aged')]
  const { sql } = contextOf(app)
  await sql`update messages set created_at = created_at - interval '2 days' where id = ${aged.id}`
  await sql`update messages set created_at = created_at - interval '1 hour' where id = ${old.id}`
  const theirs = await member.says(owner, 'theirs')
  await stranger.befriends(friend)
  const foreign = await stranger.says(friend, 'foreign')
  const [closed] = await sql<{ id: number }[]>`select id from conversations where not is_open`
  const absent = 999_999
  const places = [conversation, conversation, foreign.conversation_id, closed?.id, absent]
  const id = (await says('certainly')).id
  const certainly = {
    send_message: { conversation_id: conversation, message_type: 1, content: 'hi' },
    mark_read: { conversation_id: conversation, seq: 1 },
    recall_message: { id: fresh.id },
    edit_message: { id, content: 'certainly not' },
    react: { id, emoji: '👍' },
    typing: { conversation_id: conversation },
  }
  const found = {
    send_message: {
      to_user_id: [member.userId, blocked.userId, stranger.userId, owner.userId, 'nobody-here'],
      conversation_id: places,
      reply_to_id: [fresh.id, fresh.id, fresh.id, foreign.id, absent],
      message_type: [...Array<number>(12).fill(1), 2, 5, 6, 7, 14, 63, 64, 255],
      client_msg_id: [crypto.randomUUID(), crypto.randomUUID().toUpperCase()],
      media_url: ['https://example.com/duck.png', ''],
      at_users: ['[]', [], [member.userId], 'all'],
      content: ['hi', 'hi', 'ho', '水'.repeat(5_000), '🦆'.repeat(4_096), '🦆'.repeat(4_097), '\n'],
    },
    mark_read: { conversation_id: places, seq: [0, 1, 2, 4, 5, 1_000] },
    recall_message: {
      id: [fresh.id, fresh.id, recalled.id, old.id, theirs.id, foreign.id, absent],
    },
    edit_message: {
      id: [mine.id, mine.id, mine.id, recalled.id, aged.id, theirs.id, foreign.id, absent],
      content: ['hi', 'ho', 'edited', '水'.repeat(5_001), '🦆'.repeat(4_097), '\n', ''],
    },
    react: {
      id: [mine.id, theirs.id, recalled.id, foreign.id, absent],
      emoji: ['👍', '❤', '👍👍', 'a', ''],
    },
    typing: { conversation_id: places },
  }
  return { world: found, certain: certainly }
}

interface Said {
  readonly code: number
  readonly field: unknown
  readonly retryable: boolean
  readonly retryAfter: unknown
  readonly data: unknown
}

const retryable = (code: number) =>
  Object.values(errors).some((row) => row.code === code && row.retryable)

async function bySocket(type: ClientFrameType, pair: Pair, data: unknown): Promise<Said> {
  const id = crypto.randomUUID()
  phone.frame(type, data, id)
  const answer = await phone.answer(id)
  const said = answer.data as Input
  if (answer.type !== 'error') return success(pair, said)
  return {
    code: said['code'] as number,
    field: said['field'],
    retryable: said['retryable'] as boolean,
    retryAfter: said['retry_after'],
    data: null,
  }
}

async function byRest(pair: Pair, data: unknown): Promise<Said> {
  const { token } = cast.owner
  const { method, path } = operations[pair.operation]
  const plain = typeof data === 'object' && data !== null && !Array.isArray(data)
  const answer = plain
    ? await callOperation(app.url(), pair.operation, renamed(pair, data as Input), token)
    : await request(app.url(), method, `/api/v1${path}`, { token, body: data })
  if (answer.code === 0) return success(pair, answer.data as Input)
  const { field, retry_after: retryAfter } = (answer.data ?? {}) as Input
  const back = Object.entries(pair.names ?? {}).find(([, name]) => name === field)
  const known = field === 'body' ? 'data' : (back?.[0] ?? field)
  return {
    code: answer.code,
    field: known,
    retryable: retryable(answer.code),
    retryAfter,
    data: null,
  }
}

const success = (pair: Pair, data: Input): Said => ({
  code: 0,
  field: undefined,
  retryable: false,
  retryAfter: undefined,
  data: pair.shared(data),
})

function renamed({ names = {} }: Pair, data: Input): Input {
  return Object.fromEntries(Object.entries(data).map(([name, each]) => [names[name] ?? name, each]))
}

/** Numbers in an address are text: what only JSON can tell apart is no question for both doors. */
function sayable({ operation, names = {} }: Pair, data: Input): boolean {
  const { path } = operations[operation]
  return Object.entries(data).every(([name, value]) => {
    if (!path.includes(`{${names[name] ?? name}}`)) return true
    return typeof value === 'number' && !Object.is(value, -0)
  })
}

function inputs(type: ClientFrameType, pair: Pair): fc.Arbitrary<Input> {
  const { properties } = clientFrames[type].data as ReturnType<typeof Type.Object>
  const kept = Object.entries(properties).filter(([name]) => !pair.without?.includes(name))
  const inPath = (name: string) =>
    operations[pair.operation].path.includes(`{${pair.names?.[name] ?? name}}`)
  const [places, rest] = [true, false].map((is) => {
    const some = kept.filter(([name]) => inPath(name) === is)
    return checkOf(Type.Object(Object.fromEntries(some)))
  }) as [Check, Check]
  // REST looks at the address before the body: of two fields that are wrong the doors may name either.
  const isPlain = (data: Input) => places.Check(data) || rest.Check(data)
  const all = fc
    .tuple(inputsOf(Type.Object(Object.fromEntries(kept)), world[type]), fc.nat(9))
    .map(([data, die]) => pair.tame?.(data, die, cast) ?? data)
  return all.filter((data) => {
    const there = kept.filter(([name]) => inPath(name) || pair.always?.includes(name))
    // In REST null is absence.
    const absent = pair.always?.some((name) => data[name] === null)
    return !absent && there.every(([name]) => name in data) && sayable(pair, data) && isPlain(data)
  })
}

test('every frame is compared with its operation, but for those that say why not', () => {
  const compared = pairsOf.map(([type]) => type)
  const alone = Object.entries(frameRows).filter(([, { rest }]) => 'none' in rest)
  expect([...compared, ...alone.map(([type]) => type)].toSorted()).toEqual(
    Object.keys(clientFrames).toSorted(),
  )
  // What they are asked with stands in `furnish`.
  expect(Object.keys(world).toSorted()).toEqual(compared.toSorted())
})

test.each(pairsOf)('%s: both doors say the same', async (type, pair) => {
  const seen = new Map<number, number>()
  const property = fc.asyncProperty(inputs(type, pair), async (data) => {
    // An id of its own lets the second door find what the first one did, as a retry does; null is none.
    const own = { client_msg_id: data['client_msg_id'] ?? crypto.randomUUID() }
    const input = type === 'send_message' ? { ...data, ...own } : data
    const live = await bySocket(type, pair, input)
    expect(await byRest(pair, input)).toEqual(live)
    seen.set(live.code, (seen.get(live.code) ?? 0) + 1)
  })
  const examples: [Input][] = [[certain[type] as Input], [{}]]
  await fc.assert(property, { numRuns: runs, seed, examples })
  // A law that only ever saw refusals, or none, would prove nothing.
  expect(seen.get(0)).toBeGreaterThan(0)
  expect([...seen.keys()].filter((code) => code !== 0).length).toBeGreaterThan(0)
})

test.each(pairsOf.filter(([, { operation }]) => !operations[operation].path.includes('{')))(
  '%s: both doors refuse what is no object',
  async (type, pair) => {
    const property = fc.asyncProperty(notObjects, async (data) => {
      expect(await byRest(pair, data)).toEqual(await bySocket(type, pair, data))
    })
    await fc.assert(property, { numRuns: 12, seed })
  },
)
