// Where files come in: one in a form, for whoever has a token. Documented in docs/writers/documents/files.ts.
import { Elysia } from 'elysia'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { intake } from '../../features/media/intake.ts'
import { keep } from '../../features/media/upload.ts'
import { limitRequest } from '../../features/request-limit.ts'
import { authenticate } from '../authenticate.ts'
import { success } from '../envelope.ts'
import { unexpected } from '../gate.ts'
import { visitOf } from '../visit.ts'
import { formBytesMax, withFile } from './multipart.ts'
import { piecesOf } from './pieces.ts'

export const uploadPaths = { image: '/api/v1/upload/image', file: '/api/v1/upload/file' } as const

export function uploadRoutes(ctx: Context) {
  const app = new Elysia({ name: 'uploads' })
  for (const [kind, path] of Object.entries(uploadPaths)) {
    // `parse: none`: a form would be read whole, into memory.
    app.post(path, ({ request }) => upload(ctx, request, kind === 'image'), { parse: 'none' })
    app.options(path, () => new Response(null, { status: 204 }))
  }
  return app
}

async function upload(ctx: Context, request: Request, mustBeImage: boolean): Promise<Response> {
  const visit = visitOf(request)
  visit.operation = mustBeImage ? 'upload.image' : 'upload.file'
  try {
    const actor = await authenticate(ctx, request)
    visit.user = actor.id
    await limitRequest(ctx, 'upload', actor)
    const bytesMax = saidBytes(ctx, request)
    const pieces = ctx.of(intake).read(() => piecesOf(request))
    const media = await withFile(request, pieces, (part) =>
      keep(ctx, actor, { ...part, bytesMax, mustBeImage }),
    )
    return success(media)
  } catch (error) {
    return unexpected(ctx, visit, error)
  }
}

/** Refused before it is read when it says that it is too large. */
function saidBytes({ config }: Context, request: Request): number | null {
  const said = request.headers.get('content-length')
  if (said === null) return null
  const max = config.media.fileBytesMax
  if (Number(said) > max + formBytesMax) throw new Failure('tooLarge', { field: 'file', max })
  // A form is longer than the file in it, which may be as long as files may be.
  return Math.min(Number(said), max)
}
