// Where strangers may have us send requests: outward, and to the very address that was looked at.
import { isIP } from 'node:net'
import { isPublicAddress } from './addresses.ts'
import type { Found, Resolve } from './resolver.ts'

export interface Target {
  readonly href: string
  readonly host: string
  /** What the certificate must be for; empty when that is the host of the address itself. */
  readonly serverName: string
}

/** `inner`: our own network, or without TLS. `unresolved`: nobody knows now. */
export type NoTarget = 'inner' | 'unresolved'

/** Names of networks from within (RFC 6761, 6762, 8375, .internal), and what has but one label. */
const innerNames = /^[^.]*$|\.(localhost|local|internal|home\.arpa)$/

/**
 * The name is resolved here and its address pinned, so that a name which answers a public address
 * now and a private one a moment later gains nothing.
 */
export async function targetOf(url: URL, resolve: Resolve): Promise<Target | NoTarget> {
  if (url.protocol !== 'https:') return 'inner'
  const name = url.hostname.replace(/^\[|\]$|\.+$/g, '')
  if (isIP(name)) return isPublicAddress(name) ? plainTarget(url) : 'inner'
  if (innerNames.test(name)) return 'inner'
  const found: readonly Found[] = await resolve(name).catch(() => [])
  const [first] = found
  if (!first) return 'unresolved'
  if (!found.every((each) => isPublicAddress(each.address))) return 'inner'
  const pinned = new URL(url)
  pinned.hostname = first.family === 6 ? `[${first.address}]` : first.address
  return { href: pinned.href, host: url.host, serverName: url.hostname }
}

/** Whether requests may go there at all; what nobody can resolve now may be tried later. */
export function outwardCheck(allowPrivate: boolean, resolve: Resolve) {
  return async (url: URL) => allowPrivate || (await targetOf(url, resolve)) !== 'inner'
}

/** Wherever it leads. */
export function plainTarget(url: URL): Target {
  return { href: url.href, host: url.host, serverName: '' }
}
