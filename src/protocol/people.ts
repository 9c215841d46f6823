// People: who somebody is, to themselves and to others.
import { Type, type Static } from '@sinclair/typebox'
import type { Operation } from './operation.ts'
import {
  Email,
  Id,
  Instant,
  MaybeTime,
  Nickname,
  Prepared,
  Strict,
  Time,
  Url,
  UserId,
} from './scalars.ts'

const shared = {
  id: Id,
  user_id: UserId,
  nickname: Type.String({ examples: ['Alice'] }),
  avatar: Type.String({ description: 'An address, or empty.', examples: [''] }),
  created_at: Time,
  updated_at: Type.String({ ...Time, description: 'When the profile last changed, in UTC.' }),
}

/** A person as others see them. What else there is to know stands in Me, and is shown to its owner. */
export const User = Type.Object(shared, {
  title: 'User',
  description:
    'A person as others see them: no address, nor when they were last here. For whom they have ' +
    'blocked `nickname` is the `user_id`, `avatar` empty and `updated_at` the `created_at`.',
})
export type User = Static<typeof User>

/** Shown to friends. */
export const Status = Type.Object(
  {
    emoji: Type.String({ description: 'One emoji, or empty.', examples: ['🌴'] }),
    text: Type.String({ examples: ['At the lake'] }),
    until: Type.Union([Time, Type.Null()], {
      description: 'It is shown no longer; null: until it is taken back.',
    }),
  },
  { title: 'Status', description: 'What somebody says of themselves for a while.' },
)
export type Status = Static<typeof Status>
export const MaybeStatus = Type.Union([Status, Type.Null()])

/** One's own profile. */
export const Me = Type.Object(
  {
    ...shared,
    last_login_at: MaybeTime,
    email: Email,
    email_verified: Type.Boolean({ description: 'Whether a mailed code proved the address.' }),
    bio: Type.String(),
    locale: Type.String({ description: 'Language of mails.', examples: ['en'] }),
    status: MaybeStatus,
  },
  { title: 'Me', description: 'One’s own profile.' },
)
export type Me = Static<typeof Me>

export const operations = {
  'accounts.ping': {
    method: 'GET',
    path: '/ping',
    summary: 'Is anybody there?',
    tag: 'accounts',
    open: true,
    data: Type.Literal('pong'),
    errors: [],
  },
  'accounts.me': {
    method: 'GET',
    path: '/users/me',
    summary: 'My profile',
    tag: 'accounts',
    data: Me,
    errors: [],
  },
  'accounts.updateMe': {
    method: 'PUT',
    path: '/users/me',
    summary: 'Change my profile',
    tag: 'accounts',
    body: Type.Object({
      nickname: Type.Optional(Nickname),
      avatar: Type.Optional(Type.String({ ...Url, examples: ['https://example.com/alice.png'] })),
      bio: Type.Optional(
        Type.String({ maxLength: 500, examples: ['Gone birding.'], [Prepared]: 'shown' }),
      ),
      locale: Type.Optional(Type.Union([Type.Literal('en'), Type.Literal('zh')])),
      status: Type.Optional(
        Type.Object(
          {
            emoji: Type.Optional(Type.String({ maxLength: 40, examples: ['🌴'] })),
            text: Type.Optional(Type.String({ maxLength: 80, examples: ['At the lake'] })),
            until: Type.Optional(Type.Union([Instant, Type.Null()])),
          },
          { description: 'All of it anew; with neither emoji nor text it is taken back.' },
        ),
      ),
    }),
    data: Me,
    errors: ['validation'],
  },
} as const satisfies Record<string, Operation>

const OwnProfile = Type.Object(
  {
    id: Id,
    user_id: UserId,
    email: Type.String(),
    email_verified: Type.Boolean(),
    nickname: Type.String(),
    avatar: Type.String(),
    bio: Type.String(),
    locale: Type.String(),
    status: MaybeStatus,
    has_password: Type.Boolean(),
    created_at: Time,
    updated_at: Time,
    last_login_at: MaybeTime,
  },
  Strict,
)

export type OwnProfile = Static<typeof OwnProfile>

export const exportFiles = { profile: OwnProfile }
