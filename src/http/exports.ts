// Where the mailed link of a data export leads: a ZIP, once. What it says was written down when it was
// asked for; the files behind that are those that are there now.
import { Elysia } from 'elysia'
import { Failure } from '../core/failure.ts'
import { streamOf } from '../core/streams.ts'
import type { Context } from '../context.ts'
import { fetchExport } from '../features/departure/exports.ts'
import { limits } from '../features/departure/limits.ts'
import { ownFiles } from '../features/media/own.ts'
import { appended } from '../core/zip.stream.ts'
import { unexpected } from './gate.ts'
import { visitOf } from './visit.ts'

export const exportPath = '/api/v1/exports/:token'

const headers = {
  'content-type': 'application/zip',
  'content-disposition': 'attachment; filename="curlew-export.zip"',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

export function exportRoutes(ctx: Context) {
  return new Elysia({ name: 'exports' }).get(exportPath, async ({ request, params }) => {
    try {
      // Elysia answers it like a GET; whoever only looks must not use the link up.
      if (request.method === 'HEAD') throw new Failure('notFound')
      const { user, zip } = await fetchExport(ctx, params.token)
      const whole = appended(zip, ownFiles(ctx, user), limits.export)
      return new Response(streamOf(whole), { headers })
    } catch (error) {
      return unexpected(ctx, visitOf(request), error)
    }
  })
}
