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
  return {
    address: trustedProxies > 0 ? (forwardedTo(request).at(-trustedProxies) ?? direct) : direct,
    userAgent: request.headers.get('user-agent') ?? '',
    locale: localeOf(request.headers.get('accept-language')),
  }
}

function forwardedTo(request: Request): string[] {
  return (request.headers.get('x-forwarded-for') ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

const locales: readonly Locale[] = ['en', 'zh']

/**
 * The one of our languages that Accept-Language likes best (RFC 9110 section 12.5.4): the highest
 * quality, the one named first among equals, English when neither is wanted or nothing is said.
 */
export function localeOf(header: string | null): Locale {
  if (header === null) return 'en'
  const ranges = header.split(',', rangesMax).map(rangeOf)
  const wishes = locales.map((locale) => {
    const named = ranges.filter(({ language }) => language === locale)
    const all = named.length > 0 ? named : ranges.filter(({ language }) => language === '*')
    const quality = Math.max(0, ...all.map((range) => range.quality))
    return {
      locale,
      quality,
      place: ranges.findIndex((range) => range.quality === quality && all.includes(range)),
    }
  })
  const [best] = wishes.toSorted((a, b) => b.quality - a.quality || a.place - b.place)
  return best !== undefined && best.quality > 0 ? best.locale : 'en'
}

/** More than any browser sends; the rest of a longer header is not read. */
const rangesMax = 50

/** `zh-Hant-TW;q=0.8` → zh, 0.8. A quality that cannot be read is no wish at all. */
function rangeOf(part: string): { language: string; quality: number } {
  const [tag = '', ...parameters] = part.split(';').map((each) => each.trim().toLowerCase())
  const quality = parameters.find((each) => each.startsWith('q='))?.slice(2)
  const value =
    quality === undefined ? 1 : /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(quality) ? Number(quality) : 0
  return { language: tag.split('-')[0] ?? '', quality: value }
}
