// Uploads that go on where they broke off: tus 1.0.0 with creation, termination, expiration and checksum.
// https://tus.io/protocols/resumable-upload
import { Elysia } from 'elysia'
import type { Actor } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import { streamOf } from '../../core/streams.ts'
import type { Context } from '../../context.ts'
import { intake } from '../../features/media/intake.ts'
import {
  begin,
  proceed,
  progress,
  terminate,
  type Continued,
  type Progress,
} from '../../features/media/resume.ts'
import { limitRequest } from '../../features/request-limit.ts'
import { authenticate } from '../authenticate.ts'
import { failure } from '../envelope.ts'
import { unexpected } from '../gate.ts'
import { visitOf } from '../visit.ts'
import { piecesOf } from './pieces.ts'

export const tusPath = '/api/v1/media/tus'
const version = '1.0.0'
const algorithms = ['sha1', 'sha256'] as const

type Handle = (ctx: Context, actor: Actor, request: Request, id: string) => Promise<Response>

export function tusRoutes(ctx: Context) {
  const app = new Elysia({ name: 'tus' })
  const route = (method: string, path: string, handle: Handle) =>
    app.route(
      method,
      path,
      ({ request, params }) =>
        answer(ctx, request, handle, (params as { id?: string } | undefined)?.id ?? ''),
      { parse: 'none' },
    )
  route('POST', tusPath, create)
  route('HEAD', `${tusPath}/:id`, look)
  route('PATCH', `${tusPath}/:id`, goOn)
  route('DELETE', `${tusPath}/:id`, end)
  const able = {
    'tus-resumable': version,
    'tus-version': version,
    'tus-extension': 'creation,termination,expiration,checksum',
    'tus-max-size': String(ctx.config.media.fileBytesMax),
    'tus-checksum-algorithm': algorithms.join(','),
  }
  for (const path of [tusPath, `${tusPath}/:id`]) {
    app.options(path, () => new Response(null, { status: 204, headers: able }))
  }
  return app
}

async function answer(
  ctx: Context,
  request: Request,
  handle: Handle,
  id: string,
): Promise<Response> {
  const visit = visitOf(request)
  visit.operation = 'upload.tus'
  let response: Response
  try {
    const actor = await authenticate(ctx, request)
    visit.user = actor.id
    const isOurs = request.headers.get('tus-resumable') === version
    response = isOurs
      ? await handle(ctx, actor, request, id)
      : refuse(412, request, 'tus-resumable')
  } catch (error) {
    response = unexpected(ctx, visit, error)
  }
  response.headers.set('tus-resumable', version)
  if (response.status === 412) response.headers.set('tus-version', version)
  return response
}

/** By a status that the protocol names and our errors do not have. */
function refuse(status: number, request: Request, field: string): Response {
  const plain = failure(new Failure('badRequest', { field }), visitOf(request).caller.locale)
  return new Response(plain.body, { status, headers: plain.headers })
}

const create: Handle = async (ctx, actor, request) => {
  await limitRequest(ctx, 'upload', actor)
  const length = whole(request, 'upload-length')
  if (length === 0) throw new Failure('badRequest', { field: 'upload-length' })
  const about = metadataIn(request.headers.get('upload-metadata') ?? '')
  const begun = await begin(ctx, actor, {
    filename: about('filename'),
    said: about('filetype'),
    length,
  })
  return new Response(null, {
    status: 201,
    headers: { ...headersOf(begun), location: `${tusPath}/${begun.id}` },
  })
}

const look: Handle = async (ctx, actor, _, id) => {
  const found = await progress(ctx, actor, numberOf(id))
  const headers = { ...headersOf(found), 'upload-length': String(found.length) }
  return new Response(null, { status: 200, headers })
}

const goOn: Handle = async (ctx, actor, request, id) => {
  if (request.headers.get('content-type') !== 'application/offset+octet-stream') {
    return refuse(415, request, 'content-type')
  }
  const start = whole(request, 'upload-offset')
  const digest = digestIn(request.headers.get('upload-checksum'))
  const body = streamOf(ctx.of(intake).read(() => piecesOf(request)))
  const done = await proceed(ctx, actor, numberOf(id), { start, digest, body })
  if (done === 'mismatch') return refuse(460, request, 'upload-checksum')
  return new Response(null, { status: 204, headers: headersOf(done) })
}

const end: Handle = async (ctx, actor, _, id) => {
  await terminate(ctx, actor, numberOf(id))
  return new Response(null, { status: 204 })
}

function headersOf({ id, size, expiresAt, isFinished }: Progress): Record<string, string> {
  return {
    'upload-offset': String(size),
    ...(isFinished ? { 'media-id': String(id) } : { 'upload-expires': expiresAt.toUTCString() }),
  }
}

function whole(request: Request, field: string): number {
  const text = request.headers.get(field) ?? ''
  if (!/^[0-9]{1,15}$/.test(text)) throw new Failure('badRequest', { field })
  return Number(text)
}

function numberOf(id: string): number {
  if (!/^[1-9][0-9]{0,15}$/.test(id)) throw new Failure('notFound')
  return Number(id)
}

/** `filename d29ybGQ=,is_confidential`: keys, each with its value in base64. */
function metadataIn(metadata: string): (name: string) => string {
  const pairs = metadata.split(',').map((each) => each.trim().split(' '))
  return (name) => {
    const [, value = ''] = pairs.find(([key]) => key === name) ?? []
    return Buffer.from(value, 'base64').toString('utf8')
  }
}

function digestIn(header: string | null): Continued['digest'] {
  if (header === null) return null
  const [name, value = ''] = header.split(' ')
  const algorithm = algorithms.find((each) => each === name)
  if (!algorithm) throw new Failure('badRequest', { field: 'upload-checksum', allowed: algorithms })
  return { algorithm, value: Buffer.from(value, 'base64') }
}
