// Files: uploaded, and how much of them somebody keeps. Bytes come and go by doors of their own, see
// src/http/media.
import { Type, type Static } from '@sinclair/typebox'
import type { Event } from './event.ts'
import type { Operation } from './operation.ts'
import { Id, Strict, Time } from './scalars.ts'

const Bytes = Type.Integer({ minimum: 0, examples: [48_213] })
const Pixels = Type.Integer({ minimum: 1, examples: [1_280] })

export const Media = Type.Object(
  {
    media_id: Id,
    url: Type.String({
      description: 'A link to the bytes, for whoever asked and for a minute.',
      examples: [
        'https://chat.example.com/api/v1/media/1042/file?viewer=7&until=1767225600&signature=…',
      ],
    }),
    path: Type.String({
      description: 'What may stand wherever an address is asked for. It opens nothing by itself.',
      examples: ['/api/v1/media/1042'],
    }),
    filename: Type.String({ examples: ['lake.jpg'] }),
    size: Bytes,
    mime: Type.String({
      description: 'By what is in it, whatever it was called.',
      examples: ['image/jpeg'],
    }),
    width: Type.Optional(Pixels),
    height: Type.Optional(Pixels),
    duration: Type.Optional(Type.Number({ description: 'In seconds.', examples: [12.5] })),
    thumbhash: Type.Optional(
      Type.String({
        description: 'Base64, of a picture; there are smaller ones then: `size` of the link.',
      }),
    ),
    state: Type.Optional(
      Type.Union([Type.Literal('processing'), Type.Literal('refused')], {
        description: 'Absent once it can be fetched. What is refused nobody gets.',
      }),
    ),
  },
  { title: 'Media' },
)
export type Media = Static<typeof Media>

export const operations = {
  'media.usage': {
    method: 'GET',
    path: '/media/usage',
    summary: 'How much I keep here, and how much I may',
    tag: 'media',
    data: Type.Object(
      {
        bytes: Bytes,
        files: Type.Integer({ minimum: 0, examples: [12] }),
        quota_bytes: Bytes,
      },
      { title: 'MediaUsage' },
    ),
    errors: [],
  },
} as const satisfies Record<string, Operation>

export const events = {
  /** All of it is there: it is processed before anybody sees it. */
  'media.uploaded': { data: Type.Object({ media: Id }), audience: 'nobody', kept: false },
} as const satisfies Record<string, Event>

const OwnFile = Type.Object(
  {
    id: Id,
    filename: Type.String(),
    mime: Type.String(),
    size: Bytes,
    created_at: Time,
  },
  Strict,
)

export const exportFiles = { media: Type.Array(OwnFile) }
