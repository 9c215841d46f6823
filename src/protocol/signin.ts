// Signing up and in: codes, passwords, sessions.
import { Type, type Static } from '@sinclair/typebox'
import type { Operation } from './operation.ts'
import { Me } from './people.ts'
import {
  Code,
  Done,
  Email,
  Id,
  MaybeTime,
  Nickname,
  Password,
  Phrase,
  Prepared,
  Strict,
  Time,
  UserId,
} from './scalars.ts'

export const Session = Type.Object(
  {
    id: Id,
    device_id: Type.String(),
    device_name: Type.String(),
    address: Type.String({ description: 'Network address of its sign-in or last refresh.' }),
    current: Type.Boolean({ description: 'The session that asks.' }),
    created_at: Time,
    last_used_at: Time,
  },
  { title: 'Session' },
)
export type Session = Static<typeof Session>

const tokens = {
  token: Type.String({ description: 'Access token for `Authorization: Bearer`.' }),
  refresh_token: Type.String({
    description:
      'Good for one refresh. The device that made it may ask again for 10 seconds and gets the same' +
      ' new one; shown in any other way, a spent one ends the session.',
  }),
  expires_in: Type.Integer({ description: 'Seconds until `token` expires.', examples: [28_800] }),
}

export const Tokens = Type.Object(tokens, { title: 'Tokens' })
export const SignedIn = Type.Object(
  {
    ...tokens,
    user: Me,
    deletion_cancelled: Type.Optional(
      Type.Literal(true, {
        description: 'There when the account was to be deleted: signing in has cancelled that.',
      }),
    ),
  },
  { title: 'SignedIn' },
)
export type SignedIn = Static<typeof SignedIn>

export const Purpose = Type.Union([
  Type.Literal('register'),
  Type.Literal('login'),
  Type.Literal('reset'),
])

const captcha = {
  captcha_token: Type.Optional(
    Type.String({
      maxLength: 8_192,
      description: 'What the captcha of the page gave. Needed where this installation says so.',
    }),
  ),
}

const refresh = {
  refresh_token: Type.String({
    minLength: 16,
    maxLength: 256,
    examples: ['the-refresh-token-of-the-last-sign-in'],
  }),
}

export const operations = {
  'accounts.sendCode': {
    method: 'POST',
    path: '/users/send-code',
    summary: 'Mail a six-digit code to an address',
    tag: 'accounts',
    open: true,
    limit: 'code',
    captcha: 'code',
    body: Type.Object({ email: Email, purpose: Type.Optional(Purpose), ...captcha }),
    data: Type.Object({ message: Phrase, expires_in: Type.Integer({ examples: [300] }) }),
    errors: ['validation', 'tooManyRequests', 'cacheUnavailable', 'mailUnavailable'],
  },
  'accounts.verifyCode': {
    method: 'POST',
    path: '/users/verify-code',
    summary: 'Check a code without using it up; counts as an attempt',
    tag: 'accounts',
    open: true,
    limit: 'check',
    body: Type.Object({ email: Email, code: Code }),
    data: Done,
    errors: ['codeInvalid', 'codeExpired', 'tooManyRequests'],
  },
  'accounts.register': {
    method: 'POST',
    path: '/users/register',
    summary: 'Create an account with a mailed code',
    tag: 'accounts',
    open: true,
    limit: 'check',
    body: Type.Object({ email: Email, code: Code, user_id: UserId, nickname: Nickname }),
    data: SignedIn,
    errors: ['codeInvalid', 'codeExpired', 'userExists', 'tooManyRequests'],
  },
  'accounts.login': {
    method: 'POST',
    path: '/users/login',
    summary: 'Sign in with a mailed code',
    tag: 'accounts',
    open: true,
    limit: 'check',
    body: Type.Object({ email: Email, code: Code }),
    data: SignedIn,
    errors: ['codeInvalid', 'codeExpired', 'userNotFound', 'accountDisabled', 'tooManyRequests'],
  },
  'accounts.registerWithPassword': {
    method: 'POST',
    path: '/users/register-pwd',
    summary:
      'Create an account with a password and sign in; the address is proved later by the mailed code',
    tag: 'accounts',
    open: true,
    limit: 'login',
    captcha: 'register-pwd',
    body: Type.Object({
      email: Email,
      user_id: UserId,
      nickname: Nickname,
      password: Password,
      ...captcha,
    }),
    data: Type.Object({ message: Phrase, ...tokens, user: Me }, { title: 'Registered' }),
    errors: ['userExists', 'tooManyRequests'],
  },
  'accounts.loginWithPassword': {
    method: 'POST',
    path: '/users/login-pwd',
    summary: 'Sign in with a password; `email` may hold a user_id',
    tag: 'accounts',
    open: true,
    limit: 'login',
    captcha: 'login-pwd',
    body: Type.Object({
      email: Type.String({
        minLength: 3,
        maxLength: 254,
        examples: ['alice@example.com', 'alice'],
        [Prepared]: 'name',
      }),
      password: Type.String({ minLength: 1, maxLength: 128, examples: ['four calm grey herons'] }),
      ...captcha,
    }),
    data: SignedIn,
    errors: ['wrongPassword', 'accountDisabled', 'tooManyRequests'],
  },
  'accounts.refresh': {
    method: 'POST',
    path: '/users/refresh',
    summary: 'Swap a refresh token for new tokens; a spent one ends its whole session',
    tag: 'accounts',
    open: true,
    limit: 'refresh',
    body: Type.Object(refresh),
    data: Tokens,
    errors: ['tokenInvalid', 'tokenExpired', 'accountDisabled'],
  },
  'accounts.resetPassword': {
    method: 'POST',
    path: '/users/reset-password',
    summary: 'Set a new password with a mailed code; ends all sessions and proves the address',
    tag: 'accounts',
    open: true,
    limit: 'check',
    body: Type.Object({ email: Email, code: Code, password: Password }),
    data: Done,
    errors: ['codeInvalid', 'codeExpired', 'accountDisabled'],
  },
  'accounts.setPassword': {
    method: 'POST',
    path: '/users/set-password',
    summary: 'Set or change my password; ends my other sessions',
    tag: 'accounts',
    limit: 'check',
    body: Type.Object({
      password: Password,
      old_password: Type.Optional(
        Type.String({
          maxLength: 128,
          description: 'Needed once there is a password.',
          examples: ['four calm grey herons'],
        }),
      ),
    }),
    data: Done,
    errors: ['wrongPassword'],
  },
  'accounts.logout': {
    method: 'POST',
    path: '/users/logout',
    summary: 'End this session at once, its sockets included',
    tag: 'accounts',
    body: Type.Object({ refresh_token: Type.Optional(refresh.refresh_token) }),
    data: Done,
    errors: [],
  },
  'accounts.sessions': {
    method: 'GET',
    path: '/users/sessions',
    summary: 'Where I am signed in',
    tag: 'accounts',
    data: Type.Array(Session),
    errors: [],
  },
  'accounts.endSession': {
    method: 'DELETE',
    path: '/users/sessions/{id}',
    summary: 'Sign one of my sessions out',
    tag: 'accounts',
    params: Type.Object({ id: Id }),
    data: Done,
    errors: ['notFound'],
  },
} as const satisfies Record<string, Operation>

const OwnSession = Type.Object(
  {
    id: Id,
    device_id: Type.String(),
    device_name: Type.String(),
    address: Type.String(),
    created_at: Time,
    last_used_at: Time,
    ended_at: MaybeTime,
  },
  Strict,
)

export const exportFiles = { sessions: Type.Array(OwnSession) }
