// Against CSRF: whether a request came over https, and whether one of our own pages sent it.
import { urlOf } from '../../core/request-url.ts'

interface Proxied {
  readonly trustedProxies: number
  readonly publicUrl: string
}

/** What the proxies in front say counts only when they are declared; see http/caller.ts. */
export function isHttps(request: Request, { trustedProxies }: Proxied): boolean {
  return forwarded(request, 'proto', trustedProxies) === 'https' || protocolOf(request) === 'https:'
}

/**
 * `own`: a page of this very origin sent it, by the browser's word. `foreign`: another one did.
 * `unsaid`: no browser sent it, for browsers say at least one of both with every write.
 */
export function senderOf(request: Request, proxied: Proxied): 'own' | 'foreign' | 'unsaid' {
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  if (site !== null && site !== 'same-origin') return 'foreign'
  if (origin !== null && !ownOrigins(request, proxied, site).includes(origin.toLowerCase())) {
    return 'foreign'
  }
  return site === null && origin === null ? 'unsaid' : 'own'
}

function ownOrigins(request: Request, proxied: Proxied, site: string | null): string[] {
  const host =
    forwarded(request, 'host', proxied.trustedProxies) ?? request.headers.get('host') ?? ''
  // The browser has compared the scheme already; a proxy nobody declared hides it from us.
  const schemes = site === null ? [isHttps(request, proxied) ? 'https' : 'http'] : ['http', 'https']
  const own = schemes.map((scheme) => `${scheme}://${host.toLowerCase()}`)
  const { publicUrl } = proxied
  return URL.canParse(publicUrl) ? [...own, new URL(publicUrl).origin] : own
}

function forwarded(request: Request, what: 'proto' | 'host', proxies: number): string | undefined {
  if (proxies === 0) return undefined
  const said = (request.headers.get(`x-forwarded-${what}`) ?? '')
    .split(',')
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '')
  // Most proxies set one value for all of them; a list is counted from the right.
  return said.at(-proxies) ?? said[0]
}

function protocolOf(request: Request): string {
  return urlOf(request).protocol
}
