// Pages of other origins that may use REST (Fetch standard, CORS protocol). Tokens travel in a
// header, so no page ever needs credentials here, and none is allowed them.

const allowedHeaders = 'authorization, content-type, accept-language'

/** Lets the page that asked read this answer, if its origin is listed. */
export function shareWith(origins: readonly string[], request: Request, response: Response): void {
  if (origins.length === 0) return
  // A cache must not hand one origin's answer to another.
  response.headers.append('vary', 'origin')
  const origin = request.headers.get('origin')?.toLowerCase()
  if (origin === undefined || !origins.includes(origin)) return
  response.headers.set('access-control-allow-origin', origin)
  response.headers.set('access-control-expose-headers', 'retry-after')
}

/** The answer to a browser that asks before it sends. */
export function preflight(origins: readonly string[], request: Request): Response {
  const response = new Response(null, { status: 204 })
  shareWith(origins, request, response)
  if (response.headers.has('access-control-allow-origin')) {
    response.headers.set('access-control-allow-methods', 'GET, POST, PUT, DELETE')
    response.headers.set('access-control-allow-headers', allowedHeaders)
    response.headers.set('access-control-max-age', '3600')
  }
  return response
}
