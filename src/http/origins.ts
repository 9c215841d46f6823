// Pages of other origins that may use REST (Fetch standard, CORS protocol). Tokens travel in a
// header, so no page ever needs credentials here, and none is allowed them.

// Those of uploads that go on where they broke off are tus', see media/tus.ts.
const allowedHeaders =
  'authorization, content-type, accept-language, x-request-id, tus-resumable, upload-length, ' +
  'upload-offset, upload-metadata, upload-checksum'
const exposedHeaders =
  'retry-after, allow, x-request-id, location, media-id, tus-resumable, tus-version, tus-extension, ' +
  'tus-max-size, tus-checksum-algorithm, upload-length, upload-offset, upload-expires'

/** Lets the page that asked read this answer, if its origin is listed. */
export function shareWith(
  origins: readonly string[],
  asking: string | null,
  response: Response,
): void {
  if (origins.length === 0) return
  // A cache must not hand one origin's answer to another.
  response.headers.append('vary', 'origin')
  const origin = asking?.toLowerCase()
  if (origin === undefined || !origins.includes(origin)) return
  response.headers.set('access-control-allow-origin', origin)
  response.headers.set('access-control-expose-headers', exposedHeaders)
}

/**
 * A browser asks before it sends. Not at the admin door: a page elsewhere may read how it refuses,
 * and sends nothing to it.
 */
export function isPreflight(request: Request, path: string): boolean {
  return (
    request.method === 'OPTIONS' &&
    request.headers.has('access-control-request-method') &&
    !/^\/admin(\/|$)/.test(path)
  )
}

/** The answer to that; the gate adds whether the origin is listed. */
export function preflight(origins: readonly string[], asking: string | null): Response {
  const response = new Response(null, { status: 204 })
  if (asking !== null && origins.includes(asking.toLowerCase())) {
    response.headers.set('access-control-allow-methods', 'GET, HEAD, POST, PUT, PATCH, DELETE')
    response.headers.set('access-control-allow-headers', allowedHeaders)
    response.headers.set('access-control-max-age', '3600')
  }
  return response
}
