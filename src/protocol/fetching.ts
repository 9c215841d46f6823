// Fetching files: by whoever may see where they are used, by a link that is theirs alone.
import { Type } from '@sinclair/typebox'
import { Media } from './media.ts'
import type { Operation } from './operation.ts'
import { Id, Time } from './scalars.ts'

const tag = 'media'
const params = Type.Object({ media_id: Id })

export const operations = {
  'media.get': {
    method: 'GET',
    path: '/media/{media_id}',
    summary: 'What a file is that is mine, or that I see somewhere',
    tag,
    params,
    data: Media,
    errors: ['notFound', 'validation'],
  },
  'media.link': {
    method: 'POST',
    path: '/media/{media_id}/link',
    summary:
      'A link to a file that I may fetch, for me and for a minute; 409 while it is processed',
    tag,
    params,
    limit: 'fetch',
    data: Type.Object(
      {
        url: Type.String({
          description:
            'Whether I may is asked once more when it is followed. With `&size=large` or `&size=small` ' +
            'it leads to a smaller WebP, of images and of videos that have a `thumbhash`.',
          examples: [
            'https://chat.example.com/api/v1/media/1042/file?viewer=7&until=1767225600&signature=…',
          ],
        }),
        expires_at: Time,
      },
      { title: 'MediaLink' },
    ),
    errors: ['notFound', 'conflict', 'validation'],
  },
} as const satisfies Record<string, Operation>
