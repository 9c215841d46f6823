// Where the bytes of a file go out: to whom a link was made for, harmless whatever is in them.
import { Elysia } from 'elysia'
import { must } from '../../core/assert.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { follow } from '../../features/fetching/fetch.ts'
import { disposition } from '../../features/media/filename.ts'
import { isShown, servedAs } from '../../features/media/kind.ts'
import type { MediaRow } from '../../features/media/row.ts'
import { unexpected } from '../gate.ts'
import { visitOf } from '../visit.ts'
import { names, spanOf } from './range.ts'

export const filePath = '/api/v1/media/:media_id/file'

export function fileRoutes(ctx: Context) {
  return new Elysia({ name: 'files' }).get(filePath, async ({ request, params, query }) => {
    const visit = visitOf(request)
    visit.operation = 'media.file'
    try {
      const { viewer, until, signature } = query as Record<string, string | undefined>
      const asked = { media: whole(params.media_id), viewer: whole(viewer), until: whole(until) }
      return await serve(ctx, request, await follow(ctx, asked, signature ?? ''))
    } catch (error) {
      return unexpected(ctx, visit, error)
    }
  })
}

function whole(text: string | undefined): number {
  if (text === undefined || !/^[1-9][0-9]{0,15}$/.test(text)) throw new Failure('notFound')
  return Number(text)
}

async function serve(ctx: Context, request: Request, row: MediaRow): Promise<Response> {
  const etag = `"${must(row.digest, 'a stored file has a digest').toString('base64url')}"`
  const headers = { ...headersOf(row), etag }
  const { headers: asked } = request
  if (names(asked.get('if-none-match'), etag)) return new Response(null, { status: 304, headers })
  // Of another file than the one they have begun with, they want all.
  const condition = asked.get('if-range')
  const isSame = condition === null || condition.trim() === etag
  const span = isSame ? spanOf(asked.get('range'), row.bytes) : null
  if (span === 'outside') {
    const range = { 'content-range': `bytes */${row.bytes}` }
    return new Response(null, { status: 416, headers: { ...headers, ...range } })
  }
  const length = span ? span.end - span.start + 1 : row.bytes
  const range = span ? { 'content-range': `bytes ${span.start}-${span.end}/${row.bytes}` } : {}
  const sized = { ...headers, ...range, 'content-length': String(length) }
  const status = span ? 206 : 200
  // Elysia answers a HEAD like a GET.
  if (request.method === 'HEAD') return new Response(null, { status, headers: sized })
  const found = await ctx.storage.get(row.key, span ?? undefined)
  if (!found) throw new Failure('notFound')
  return new Response(found.body, { status, headers: sized })
}

/**
 * Nothing in it runs, whatever it is: no type but the one that its bytes have, no origin, no script. What
 * nobody needs to see in place is a download.
 */
function headersOf({ mime, filename }: MediaRow): Record<string, string> {
  return {
    'content-type': servedAs(mime),
    'content-disposition': disposition(isShown(mime) ? 'inline' : 'attachment', filename),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
    'referrer-policy': 'no-referrer',
    'accept-ranges': 'bytes',
    // Kept, but asked for again: who may see it may have changed.
    'cache-control': 'private, no-cache',
  }
}
