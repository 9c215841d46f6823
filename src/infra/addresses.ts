// Which network addresses a server-side request may go to.
import { IPv4, IPv6 } from 'ipaddr.js'
import { addressOf } from '../core/network-place.ts'

/** What of IPv6 is given out for use on the Internet so far (RFC 4291, IANA). */
const global6 = IPv6.parseCIDR('2000::/3')

/**
 * True for globally routable unicast. False for what has a special purpose (the library's ranges,
 * after IANA's registries, RFC 6890) and for IPv4 inside IPv6, however it got there.
 */
export function isPublicAddress(text: string): boolean {
  const address = addressOf(text)
  if (address === null) return false
  if (address instanceof IPv4) return address.range() === 'unicast'
  return address.match(global6) && address.range() === 'unicast'
}
