// The network place behind an address: what callers are counted by.
import { isIP } from 'node:net'
import { IPv4, IPv6 } from 'ipaddr.js'

/**
 * An address as numbers. `isIP` decides what one is: the library reads `127.1`, `0x7f.1` and octal
 * numbers, too. It takes an IPv4-compatible `::127.0.0.1` for an IPv4-mapped one, and does not when
 * one zero is written out.
 */
export function addressOf(text: string): IPv4 | IPv6 | null {
  const [unzoned = ''] = text.split('%', 1)
  const family = isIP(unzoned)
  if (family === 0) return null
  return family === 4 ? IPv4.parse(unzoned) : IPv6.parse(unzoned.replace(/^::(?=\d+\.)/, '::0:'))
}

/** The address of a caller: some proxies add brackets or a port; IPv4-mapped IPv6 is IPv4. */
function bareAddress(text: string): IPv4 | IPv6 | null {
  const bare = /^\[(.+)\](:\d+)?$/.exec(text)?.[1] ?? text.replace(/^([\d.]+):\d+$/, '$1')
  const address = addressOf(bare)
  return address instanceof IPv6 && address.isIPv4MappedAddress()
    ? address.toIPv4Address()
    : address
}

/**
 * An IPv4 address, or the /64 of an IPv6 one: whoever has one address of it has all of them
 * (RFC 6177), and would have as many buckets.
 */
export function placeOf(text: string): string {
  const address = bareAddress(text)
  if (address === null) return 'unknown'
  return address instanceof IPv4 ? address.toString() : `${groupsOf(address, 4)}::/64`
}

/** The /24 of an IPv4 address, the /48 of an IPv6 one: providers move people within these. */
export function neighbourhoodOf(text: string): string {
  const address = bareAddress(text)
  if (address === null) return 'unknown'
  return address instanceof IPv4 ? address.octets.slice(0, 3).join('.') : groupsOf(address, 3)
}

/** Its first groups, zeros written out: what is kept under this text is found however it came. */
function groupsOf(address: IPv6, count: number): string {
  const groups = address.parts.slice(0, count)
  return groups.map((group) => group.toString(16)).join(':')
}

const nearRanges = new Set(['loopback', 'private', 'carrierGradeNat', 'linkLocal', 'uniqueLocal'])

/** Loopback, private or unknown: many may stand behind it. */
export function isNear(text: string): boolean {
  const address = bareAddress(text)
  return address === null || nearRanges.has(address.range())
}

/** This machine itself. */
export function isLoopback(text: string): boolean {
  return bareAddress(text)?.range() === 'loopback'
}
