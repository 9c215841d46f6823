// Who calls: network address, program and language of a request.
import type { Caller, Locale } from '../core/actor.ts'

interface Server {
  requestIP(request: Request): { address: string } | null
}

/**
 * Behind proxies the address is the one our outermost own proxy saw: counted from the right of
 * X-Forwarded-For, because what stands further left was written by the client.
 */
export function callerOf(request: Request, server: unknown, trustedProxies: number): Caller {
  const direct = (server as Server | null)?.requestIP?.(request)?.address ?? 'unknown'
  const forwarded = (request.headers.get('x-forwarded-for') ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  const address = trustedProxies > 0 ? (forwarded.at(-trustedProxies) ?? direct) : direct
  return {
    address,
    userAgent: request.headers.get('user-agent') ?? '',
    locale: localeOf(request.headers.get('accept-language')),
  }
}

/** The first of our languages in Accept-Language; English otherwise. */
export function localeOf(header: string | null): Locale {
  for (const part of (header ?? '').split(',')) {
    const tag = part.trim().toLowerCase()
    if (tag.startsWith('zh')) return 'zh'
    if (tag.startsWith('en')) return 'en'
  }
  return 'en'
}
