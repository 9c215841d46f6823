// Where the mailed link of a data export leads: a ZIP, once.
import { Elysia } from 'elysia'
import { Failure } from '../core/failure.ts'
import type { Context } from '../context.ts'
import { fetchExport } from '../features/accounts/exports.ts'
import { callerOf } from './caller.ts'
import { failure } from './envelope.ts'

export const exportPath = '/api/v1/exports/:token'

const headers = {
  'content-type': 'application/zip',
  'content-disposition': 'attachment; filename="curlew-export.zip"',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

export function exportRoutes(ctx: Context) {
  return new Elysia({ name: 'exports' }).get(exportPath, async ({ request, server, params }) => {
    try {
      // Elysia answers it like a GET; whoever only looks must not use the link up.
      if (request.method === 'HEAD') throw new Failure('notFound')
      return new Response(await fetchExport(ctx, params.token), { headers })
    } catch (error) {
      const { locale } = callerOf(request, server, ctx.config.trustedProxies)
      const known = ctx.explain(error)
      if (known.reason === 'internal') ctx.log.error({ err: known }, 'no export was handed out')
      const refused = failure(known, locale)
      refused.headers.set('cache-control', 'no-store')
      return refused
    }
  })
}
