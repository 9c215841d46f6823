// Settings of an account: what somebody shows of themselves and lets others do, how they are notified, and
// what is mailed to them.
import { Type, type Static } from '@sinclair/typebox'
import type { Operation } from './operation.ts'
import { PushSettings } from './push.ts'
import { Strict } from './scalars.ts'

const everyone = Type.Literal('everyone')
const friends = Type.Literal('friends')
const nobody = Type.Literal('nobody')

const privacy = {
  receipts: Type.Boolean({
    description: 'Others see how far I have read, and I see it of those who show it too.',
    examples: [true],
  }),
  typing: Type.Boolean({
    description: 'Others see me typing, and I see those who show it too.',
    examples: [true],
  }),
  last_seen: Type.Union([friends, nobody], {
    description:
      'Who sees whether I am online and when I was here last. With `nobody` I see it of nobody.',
  }),
  find_me: Type.Union([everyone, friends, nobody], {
    description:
      'Who finds me by id, name or address. Friends, whom I have asked and fellow members of a group ' +
      'have my card all the same.',
  }),
  request_me: Type.Union([everyone, nobody], { description: 'Who may ask to be friends.' }),
  group_me: Type.Union([friends, nobody], {
    description: 'Who may make me a member of their group, or ask me into one.',
  }),
}

export const Privacy = Type.Object(privacy, { title: 'Privacy', ...Strict })
export type Privacy = Static<typeof Privacy>

const digests = ['off', 'daily', 'weekly'] as const
export type Digest = (typeof digests)[number]

export const EmailSettings = Type.Object(
  {
    digest: Type.Unsafe<Digest>(
      Type.Union(
        digests.map((each) => Type.Literal(each)),
        {
          description:
            'Once I have been away for a day or for a week, one mail a day or a week at most says how much ' +
            'I have not read, and where. What was said is in it only where `push.preview` is `text`.',
          examples: ['weekly'],
        },
      ),
    ),
  },
  { title: 'EmailSettings' },
)
export type EmailSettings = Static<typeof EmailSettings>

const settings = { privacy: Privacy, push: PushSettings, email: EmailSettings }

export const Settings = Type.Object(settings, { title: 'Settings' })
export type Settings = Static<typeof Settings>

const tag = 'accounts'

export const operations = {
  'settings.get': {
    method: 'GET',
    path: '/users/me/settings',
    summary: 'My settings',
    tag,
    data: Settings,
    errors: [],
  },
  'settings.update': {
    method: 'PUT',
    path: '/users/me/settings',
    summary: 'Change some of my settings; what is left out stays, and what is not known is refused',
    tag,
    body: Type.Object(
      {
        privacy: Type.Optional(Type.Partial(Privacy, { title: 'PrivacyChange', ...Strict })),
        push: Type.Optional(Type.Partial(PushSettings, { title: 'PushSettingsChange', ...Strict })),
        email: Type.Optional(
          Type.Partial(EmailSettings, { title: 'EmailSettingsChange', ...Strict }),
        ),
      },
      {
        ...Strict,
        examples: [
          { privacy: { receipts: false }, push: { preview: 'text' }, email: { digest: 'weekly' } },
        ],
      },
    ),
    data: Settings,
    errors: ['validation'],
  },
} as const satisfies Record<string, Operation>

export const exportFiles = {
  settings: Type.Object(settings, Strict),
}
