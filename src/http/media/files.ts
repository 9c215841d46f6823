// Where the bytes of a file go out: to whom a link was made for, harmless whatever is in them.
import { Elysia } from 'elysia'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { follow } from '../../features/fetching/fetch.ts'
import { disposition } from '../../features/media/filename.ts'
import type { MediaRow } from '../../features/media/row.ts'
import { servedOf, sizes, type Served } from '../../features/media/sizes.ts'
import { unexpected } from '../gate.ts'
import { visitOf } from '../visit.ts'
import { names, spanOf } from './range.ts'

export const filePath = '/api/v1/media/:media_id/file'

export function fileRoutes(ctx: Context) {
  return new Elysia({ name: 'files' }).get(filePath, async ({ request, params, query }) => {
    const visit = visitOf(request)
    visit.operation = 'media.file'
    try {
      const { viewer, until, signature, size } = query as Record<string, string | undefined>
      const asked = { media: whole(params.media_id), viewer: whole(viewer), until: whole(until) }
      const row = await follow(ctx, asked, signature ?? '')
      return await serve(ctx, request, { ...asked, row, served: pictureOf(row, size) })
    } catch (error) {
      return unexpected(ctx, visit, error)
    }
  })
}

function whole(text: string | undefined): number {
  if (text === undefined || !/^[1-9][0-9]{0,15}$/.test(text)) throw new Failure('notFound')
  return Number(text)
}

function pictureOf(row: MediaRow, named: string | undefined): Served {
  const size = sizes.find((each) => each === named) ?? null
  const served = named !== undefined && size === null ? null : servedOf(row, size)
  if (!served) throw new Failure('notFound')
  return served
}

interface Followed {
  /** When the link ends. */
  readonly until: number
  readonly row: MediaRow
  readonly served: Served
}

async function serve(ctx: Context, request: Request, followed: Followed): Promise<Response> {
  const { row, served } = followed
  const { etag, bytes } = served
  const headers = { ...headersOf(served, row.filename), etag }
  const { headers: asked } = request
  if (names(asked.get('if-none-match'), etag)) return new Response(null, { status: 304, headers })
  // Of another file than the one they have begun with, they want all.
  const condition = asked.get('if-range')
  const isSame = condition === null || condition.trim() === etag
  const span = isSame ? spanOf(asked.get('range'), bytes) : null
  if (span === 'outside') {
    const range = { 'content-range': `bytes */${bytes}` }
    return new Response(null, { status: 416, headers: { ...headers, ...range } })
  }
  const length = span ? span.end - span.start + 1 : bytes
  const range = span ? { 'content-range': `bytes ${span.start}-${span.end}/${bytes}` } : {}
  const sized = { ...headers, ...range, 'content-length': String(length) }
  const status = span ? 206 : 200
  // Elysia answers a HEAD like a GET.
  if (request.method === 'HEAD') return new Response(null, { status, headers: sized })
  const elsewhere = await elsewhereOf(ctx, followed)
  if (elsewhere) return elsewhere
  const found = await ctx.storage.get(served.key, span ?? undefined)
  if (!found) throw new Failure('notFound')
  return new Response(found.body, { status, headers: sized })
}

/** Straight to where it lies, if that was asked for: as long as the link lives, and not a second more. */
async function elsewhereOf(
  ctx: Context,
  { until, row, served }: Followed,
): Promise<Response | null> {
  if (!ctx.config.media.s3?.redirects || !ctx.storage.linkTo) return null
  const location = await ctx.storage.linkTo(served.key, {
    seconds: Math.max(1, until - Math.floor(ctx.clock.now().getTime() / 1000)),
    mime: served.mime,
    disposition: dispositionOf(served, row.filename),
  })
  const headers = { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
  return new Response(null, { status: 307, headers })
}

const dispositionOf = ({ isInline }: Served, filename: string) =>
  disposition(isInline ? 'inline' : 'attachment', filename)

/**
 * Nothing in it runs, whatever it is: no type but the one that its bytes have, no origin, no script. What
 * nobody needs to see in place is a download.
 */
function headersOf(served: Served, filename: string): Record<string, string> {
  return {
    'content-type': served.mime,
    'content-disposition': dispositionOf(served, filename),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
    'referrer-policy': 'no-referrer',
    'accept-ranges': 'bytes',
    // Kept, but asked for again: who may see it may have changed.
    'cache-control': 'private, no-cache',
  }
}
