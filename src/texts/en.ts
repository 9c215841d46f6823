// Everything a person reads, in English. The shape of every other language.
import type { CloseName } from '../protocol/closes.ts'
import type { ErrorName } from '../protocol/errors.ts'
import { mails } from './mails.en.ts'
import type { RefusedTexts } from './refused.ts'

export const en = {
  /** `msg` of a refusal. */
  errors: {
    badRequest: 'The request cannot be read.',
    methodNotAllowed: 'This address does not take this method.',
    unauthenticated: 'Sign in first.',
    notFound: 'There is nothing here.',
    conflict: 'This collides with what is already there.',
    validation: 'A field is missing or wrong.',
    tooLarge: 'The request is too large.',
    tooManyRequests: 'Too many requests; wait a little.',
    userNotFound: 'There is no such user.',
    userExists: 'The address or the user id is taken.',
    wrongPassword: 'The account or the password is wrong.',
    tokenInvalid: 'The token is not valid; sign in again.',
    tokenExpired: 'The token has expired; refresh it.',
    codeInvalid: 'The code is wrong or used up.',
    codeExpired: 'The code has expired; ask for a new one.',
    accountDisabled: 'This account is disabled.',
    friendNotFound: 'You have no such friend.',
    alreadyFriends: 'You are friends already.',
    requestExists: 'A request is already waiting.',
    requestNotFound: 'The request is gone or answered.',
    messageNotFound: 'There is no such message.',
    windowOver: 'This message can no longer be changed.',
    clientIdReused: 'This client_msg_id was used for another message.',
    emptyKeyword: 'Say what to search for.',
    momentNotFound: 'There is no such moment.',
    notAllowed: 'You may not do this.',
    alreadyBlocked: 'This user is blocked already.',
    blockNotFound: 'This user is not blocked.',
    blocked: 'You cannot reach this user.',
    invitationExists: 'An invitation is already waiting.',
    invitationNotFound: 'There is no such invitation.',
    invitationHandled: 'The invitation is answered already.',
    announcementNotFound: 'There is no such announcement.',
    forwardFailed: 'The message could not be forwarded.',
    conversationNotFound: 'There is no such conversation.',
    groupNotFound: 'There is no such group.',
    groupFull: 'The group is full.',
    muted: 'You are muted here.',
    notMember: 'You are not a member.',
    internal: 'Something went wrong on our side.',
    databaseUnavailable: 'The database is away; try again.',
    cacheUnavailable: 'The cache is away; try again.',
    mailUnavailable: 'Mail cannot be sent now; try again.',
    busy: 'The server is busy; try again shortly.',
  } satisfies Record<ErrorName, string>,

  /** What is wrong with a field: `nickname: at most 64 characters.` */
  refused: {
    sentence: (field, words) => `${field}: ${words}.`,
    list: (values) => values.join(', '),
    types: {
      string: 'a text',
      integer: 'a whole number',
      number: 'a number',
      boolean: 'true or false',
      array: 'a list',
      object: 'an object',
      null: 'null',
    },
    reasons: {
      missing: ({ one_of }) => (one_of === '' ? 'is missing' : `give one of ${one_of}`),
      type: ({ types }) =>
        types === '' ? 'is of a wrong type' : `has to be ${types.replaceAll(', ', ' or ')}`,
      pattern: () => 'has a form, or characters, that cannot stand here',
      too_short: ({ min = 1 }) => `at least ${min} character${min === 1 ? '' : 's'}`,
      too_long: ({ max = 0, unit = 'characters' }) => `at most ${max} ${unit}`,
      too_small: ({ min = 0 }) => `at least ${min}`,
      too_large: ({ max = 0 }) => `at most ${max}`,
      too_many: ({ max = 0 }) => `at most ${max} entries`,
      unknown_value: ({ allowed }) =>
        allowed === '' ? 'there is no such thing' : `has to be one of ${allowed}`,
      duplicate: () => 'stands there twice',
      conflict: ({ with: other }) => {
        if (other === 'self') return 'that is you yourself'
        return other ? `does not go together with ${other}` : 'two different values are given'
      },
    },
    fields: {
      'email pattern': 'has to be an address such as alice@example.com',
      'user_id pattern': 'only letters, digits, _ and - can stand in it',
      'to_user_id pattern': 'only letters, digits, _ and - can stand in it',
      'from_user_id pattern': 'only letters, digits, _ and - can stand in it',
      'friend_id pattern': 'only letters, digits, _ and - can stand in it',
      'friend_user_id pattern': 'only letters, digits, _ and - can stand in it',
      'blocked_user_id pattern': 'only letters, digits, _ and - can stand in it',
      'invitee_user_id pattern': 'only letters, digits, _ and - can stand in it',
      'target_user_id pattern': 'only letters, digits, _ and - can stand in it',
      'member_ids pattern': 'only letters, digits, _ and - can stand in it',
      'group_ids pattern': 'has to begin with G',
      'send_at pattern': 'has to be a time like 2026-12-31T22:00:00Z',
      'send_at too_small': 'has to be a time to come',
      'send_at too_large': 'has to be within a year from now',
      'text pattern': 'has to show something, in one line and without control characters',
      'until too_small': 'has to be a time to come',
      'since pattern': 'has to be a time like 2026-12-31T22:00:00Z',
      'until pattern': 'has to be a time like 2026-12-31T22:00:00Z',
      'name pattern': 'has to show something, in one line and without control characters',
      'description pattern': 'control characters cannot stand in it',
      'allow_list pattern': 'only letters, digits, _ and - can stand in it',
      'deny_list pattern': 'only letters, digits, _ and - can stand in it',
      'user_ids pattern': 'has to be up to 100 user ids with commas between them',
      'code pattern': 'has to be the six digits of the mail',
      'client_msg_id pattern': 'has to be a UUID',
      'group_id pattern': 'has to begin with G',
      'nickname pattern': 'has to show something, in one line and without control characters',
      'bio pattern': 'control characters cannot stand in it',
      'emoji pattern': 'has to be one emoji',
      'content pattern': 'control characters and broken characters cannot stand in it',
      'avatar pattern': 'has to be an https address, or a path of this server',
      'images pattern': 'has to be an https address, or a path of this server',
      'media_url pattern': 'has to be an https address, or a path of this server',
      'cursor pattern': 'has to be the `next_cursor` of the page before, or empty',
      'captcha_token pattern': 'was not accepted; solve the captcha again',
      'endpoint pattern': 'has to be the https address that the browser gave',
      'p256dh pattern': 'has to be the key that the browser gave',
      'auth pattern': 'has to be the secret that the browser gave',
      'token pattern': 'has to be what the provider gave to the app',
      'app_id pattern': 'has to be the name of the app at its provider',
      'from pattern': 'has to be a time of day like 22:00',
      'to pattern': 'has to be a time of day like 07:30',
      'time_zone unknown_value': 'has to be a name of the IANA time zone database',
      'to conflict': 'has to be another time than `from`',
      'allow_list unknown_value': 'only friends can stand in it',
      'deny_list unknown_value': 'only friends can stand in it',
      'member_ids unknown_value': 'only friends can stand in it',
      'at_users unknown_value': 'only members of the group can stand in it',
      'reply_to_id unknown_value': 'there is no such comment here',
    },
  } satisfies RefusedTexts,

  /** The reason in a close frame, at most 123 bytes of UTF-8. */
  closes: {
    bye: 'Bye.',
    broken: 'The connection broke.',
    tooLarge: 'The frame is too large.',
    restart: 'The node restarts; reconnect with jitter.',
    busy: 'The node is busy; reconnect later.',
    unauthenticated: 'Not authenticated.',
    sessionEnded: 'The session ended.',
    replaced: 'The same device connected again.',
    protocolError: 'The frame breaks the protocol.',
    tooSlow: 'Too slow; reconnect and sync.',
    tooManyFrames: 'Too many frames; reconnect later.',
    idle: 'Silent for too long.',
  } satisfies Record<CloseName, string>,

  push: {
    one: 'New message',
    many: (count: number) => `${count} new messages`,
    takenBack: 'A message was taken back',
    /** Of messages that are no text, by their type. */
    kinds: {
      2: 'Photo',
      3: 'Voice message',
      4: 'Video',
      5: 'File',
      7: 'Forwarded messages',
      8: 'Location',
      9: 'Contact',
      10: 'Sticker',
      11: 'Poll',
      12: 'Call',
    } as Readonly<Record<number, string>>,
  },

  mails,
  /** The last line of every mail. */
  mailEnd: (sender: string) => `Sent by ${sender}. Nobody reads answers to this address.`,

  /** Where invite links lead in a browser. */
  join: {
    lang: 'en',
    title: 'You are invited to a group',
    hint: 'Open the link in your app. You come in once you are signed in there.',
    open: 'Open in the app',
    byHand: 'Or enter the code there',
  },

  /** Where the link of a digest leads that ends them. */
  unsubscribe: {
    lang: 'en',
    title: 'Mails about new messages',
    hint: 'We tell you by e-mail what waits for you while you are away.',
    stop: 'Do not tell me any more',
    stopped:
      'You get no more of these mails. In the settings of your app you can turn them on again.',
  },

  /** The pages under /admin. */
  admin: {
    lang: 'en',
    title: 'Curlew administration',
    signIn: 'Sign in',
    signInHint: 'For the people who run this installation.',
    name: 'User id or e-mail',
    password: 'Password',
    signOut: 'Sign out',
    wrong: 'The account or the password is wrong, or the account is not an admin.',
    foreign: 'This request came from another site and was refused.',
    forbidden: 'Your role does not allow this.',
    missing: 'There is nothing here.',
    trouble: 'Something went wrong on our side.',
    away: 'A part of the installation is away; try again shortly.',
    tooMany: 'Too many tries. Wait this many seconds:',
    tooLarge: 'The request is too large.',
    back: 'Back',
    signedInAs: 'Signed in as',
    roles: { viewer: 'Viewer: may look', operator: 'Operator: may retry, remove and pause' },
    queues: 'Queues',
    openBoard: 'Open the queue board',
    docs: 'API documentation',
    queue: 'Queue',
    states: { waiting: 'Waiting', delayed: 'Delayed', active: 'Active', failed: 'Failed' },
    sockets: 'Open sockets on this node',
    files: 'Uploaded files',
    largest: 'Most by',
    redisAway: 'Redis is away: depths are unknown. Messages are stored and delivered later.',
  },
}

export type Texts = typeof en
export type PushTexts = Texts['push']
export type AdminTexts = Texts['admin']
export type JoinTexts = Texts['join']
export type UnsubscribeTexts = Texts['unsubscribe']
