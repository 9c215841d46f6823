// Where the mailed link of a data export leads: a ZIP, once.
import { Elysia } from 'elysia'
import { Failure } from '../core/failure.ts'
import type { Context } from '../context.ts'
import { fetchExport } from '../features/departure/exports.ts'
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
      return new Response(await fetchExport(ctx, params.token), { headers })
    } catch (error) {
      return unexpected(ctx, visitOf(request), error)
    }
  })
}
