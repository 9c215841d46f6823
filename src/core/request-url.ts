// The address of a request, also when it named no host.

/** HTTP/1.0 needs no Host (probes of old balancers): then the address is a path alone. */
export function urlOf(request: Request): URL {
  return new URL(request.url, 'http://localhost')
}

/** The path as it came, without what follows it; cheaper than a parsed address. */
export function pathOf(request: Request): string {
  const { url } = request
  const start = url.startsWith('/') ? 0 : url.indexOf('/', url.indexOf('//') + 2)
  const end = url.indexOf('?', start)
  return url.slice(start, end === -1 ? undefined : end)
}
