// Addresses that people hand in for others to open: one rule for all of them, and one normal form.
import { invalid } from './failure.ts'
import { limits } from './limits.ts'

/** What of the settings says which hosts are ours. */
export interface Installation {
  readonly publicUrl: string
  readonly production: boolean
  /** For push services of a test, on this machine. */
  readonly httpAnywhere?: boolean
}

/** No server is asked; only parsed against. */
const here = 'https://here.invalid'

/**
 * An address as it is stored; refused is one that nobody may be led to. Allowed are https anywhere,
 * http at hosts of our own, and a path of this server; nobody's name or password in it. The same
 * address comes out the same however it was written, and no quote of any kind is left in it.
 */
export function cleanUrl(field: string, text: string, installation: Installation): string {
  const url = normalUrl(text, installation)
  if (url === undefined) throw invalid(field, 'pattern')
  const { charactersMax: max } = limits.url
  if (url.length > max) throw invalid(field, 'too_long', { max })
  return url
}

function normalUrl(text: string, installation: Installation): string | undefined {
  // Parsers drop controls and spaces, mend backslashes and lone surrogates: we do not guess.
  if (/[\s\p{Cc}\\]/u.test(text) || !text.isWellFormed()) return undefined
  const isPath = text.startsWith('/')
  if (!isPath && !/^https?:\/\/[^/]/i.test(text)) return undefined
  const url = URL.parse(text, isPath ? here : undefined)
  if (!url || url.username !== '' || url.password !== '') return undefined
  if (url.protocol === 'http:' && !isOurs(url.hostname, installation)) return undefined
  const normal = (isPath ? url.href.slice(here.length) : url.href)
    .replaceAll("'", '%27')
    .replaceAll('`', '%60')
  // Two slashes, be it after dots went away, would lead to another server.
  return isPath && (url.origin !== here || normal.startsWith('//')) ? undefined : normal
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Where people reach this installation; on the machine of a developer that is the machine. */
function isOurs(host: string, installation: Installation): boolean {
  const { publicUrl, production, httpAnywhere = false } = installation
  if (httpAnywhere) return true
  const own = URL.parse(publicUrl)?.hostname
  if (own === host) return true
  return loopback.has(host) && (own === undefined ? !production : loopback.has(own))
}
