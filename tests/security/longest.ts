// For every operation that takes text: an input as people send it, and the longest one allowed.
import { KindGuard, type TSchema } from '@sinclair/typebox'
import type { Operation } from '../../src/protocol/operation.ts'
import { operations, type OperationName } from '../../src/protocol/operations.ts'

export type Input = Record<string, unknown>

export interface Asked {
  readonly ordinary: Input
  readonly longest: Input
  /** A password is hashed for each: a core for tens of milliseconds, whatever its length. */
  readonly hashes?: boolean
}

/** Ids of people, an ordinary one and one as long as ids may be. */
export interface Ids {
  readonly ordinary: string
  readonly longest: string
}

export interface World {
  readonly friend: Ids
  readonly stranger: Ids
  readonly conversation: number
  readonly moment: number
}

/** Three bytes each, in words that no index and no compression knows yet. */
export const words = (length: number) =>
  Array.from({ length }, (_, n) => String.fromCodePoint(0x4e00 + ((n * 7_919) % 20_000))).join('')

const email = {
  ordinary: 'nobody@example.com',
  longest: `${'n'.repeat(63)}@${['a', 'b', 'c'].map((each) => each.repeat(62)).join('.')}.c`,
}
const password = { ordinary: 'four calm grey geese', longest: words(128) }
const captcha = { ordinary: 'a-short-token', longest: words(8_192) }
const image = (n: number) => `https://example.com/${n}${'i'.repeat(2_048 - 21)}`
/** As browsers make them; all are as long as this. */
const keys = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
}

/** Both inputs from fields that have both. */
function both(fields: Record<string, { ordinary: unknown; longest: unknown }>): Asked {
  const of = (kind: 'ordinary' | 'longest') =>
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field[kind]]))
  return { ordinary: of('ordinary'), longest: of('longest') }
}

const fixed = (value: unknown) => ({ ordinary: value, longest: value })
const text = (ordinary: string, longest: string) => ({ ordinary, longest })
const cursor = text('', 'c'.repeat(512))

/** By operation; a second way to ask has a second name after a space, as in tests/laws. */
export function inputsIn(world: World): Record<string, Asked> {
  const { friend, stranger, conversation, moment } = world
  const code = fixed('123456')
  const user_id = { ordinary: 'nobody', longest: 'n'.repeat(32) }
  const nickname = text('Nobody', words(64))
  return {
    'accounts.sendCode': both({ email, captcha_token: captcha }),
    'accounts.verifyCode': both({ email, code }),
    'accounts.register': both({ email, code, user_id, nickname }),
    'accounts.login': both({ email, code }),
    'accounts.registerWithPassword': {
      ...both({ email, user_id, nickname, password, captcha_token: captcha }),
      hashes: true,
    },
    'accounts.loginWithPassword': {
      ...both({ email: text('no-such-name', words(254)), password, captcha_token: captcha }),
      hashes: true,
    },
    'accounts.refresh': both({ refresh_token: text('r'.repeat(43), words(256)) }),
    'accounts.logout': both({ refresh_token: text('r'.repeat(43), words(256)) }),
    'accounts.updateMe': both({
      nickname,
      avatar: text('https://example.com/me.png', image(0)),
      bio: text('Gone birding.', words(500)),
    }),
    'accounts.resetPassword': both({ email, code, password }),
    'accounts.setPassword': { ...both({ password, old_password: password }), hashes: true },
    'accounts.deleteMe': { ...both({ password }), hashes: true },
    'accounts.deleteMe by code': both({ code }),

    'friends.sendRequest': both({ to_user_id: stranger, message: text('Hello', words(200)) }),
    'friends.remove': both({ friend_id: stranger }),
    'friends.updateRemark': both({ friend_id: friend, remark: text('Bob', words(64)) }),
    'friends.search': both({ user_id: friend }),
    'friends.search by keyword': both({ keyword: text('bo', words(254)) }),
    'friends.card': both({ user_id: friend }),
    'friends.block': both({ blocked_user_id: stranger }),
    'friends.unblock': both({ user_id: stranger }),
    'presence.batch': both({ user_ids: text(friend.ordinary, manyIds(100).join(',')) }),

    'conversations.list': both({ cursor }),
    'conversations.create': both({ friend_user_id: friend }),
    'messages.send': both({
      to_user_id: friend,
      message_type: fixed(1),
      content: text('hi', words(5_000)),
      media_url: text('https://example.com/a.png', image(0)),
    }),
    'messages.send into a conversation': both({
      conversation_id: fixed(conversation),
      message_type: fixed(1),
      content: text('hi', words(5_000)),
    }),

    'moments.create': both({
      content: text('First swim of the year.', '𠮷'.repeat(2_000)),
      images: { ordinary: [image(0)], longest: Array.from({ length: 9 }, (_, n) => image(n)) },
      location: text('At the lake', words(128)),
    }),
    'moments.create for some': both({
      content: text('First swim of the year.', words(2_000)),
      allow_list: { ordinary: ['nobody'], longest: manyIds(500) },
    }),
    'moments.mine': both({ cursor }),
    'moments.timeline': both({ cursor }),
    'moments.wall': both({ user_id: friend }),
    'moments.wall by cursor': both({ user_id: friend, cursor }),
    'moments.likes': both({ id: fixed(moment), cursor }),
    'moments.comment': both({ id: fixed(moment), content: text('Cold?', '𠮷'.repeat(500)) }),
    'moments.comments': both({ id: fixed(moment), cursor }),

    'push.subscribe': {
      ordinary: { endpoint: 'https://push.invalid/send/one', keys },
      longest: { endpoint: `https://push.invalid/${'e'.repeat(2_048 - 21)}`, keys },
    },
  }
}

function manyIds(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${n}-`.padEnd(32, 'x'))
}

/** What takes text, in whatever field of its path, query or body; a choice of words is none. */
export const takingText = (Object.keys(operations) as OperationName[]).filter((name) => {
  const { params, query, body }: Operation = operations[name]
  return [params, query, body].some((each) => each !== undefined && hasText(each))
})

function hasText(schema: TSchema): boolean {
  if (KindGuard.IsString(schema)) return true
  const inner = [
    ...Object.values((schema['properties'] ?? {}) as Record<string, TSchema>),
    ...((schema['anyOf'] ?? []) as TSchema[]),
    ...(schema['items'] ? [schema['items'] as TSchema] : []),
  ]
  return inner.some(hasText)
}
