// The network place behind an address: what callers are counted by.
import { BlockList, isIP, isIPv4 } from 'node:net'

/** As it stands in its shortest form: some proxies add brackets, a port or a zone. */
function bare(address: string): string {
  const alone = /^\[(.+)\](:\d+)?$/.exec(address)?.[1] ?? address.replace(/^([\d.]+):\d+$/, '$1')
  const [unzoned = ''] = alone.split('%', 1)
  return /^::ffff:([\d.]+)$/i.exec(unzoned)?.[1] ?? unzoned
}

/**
 * An IPv4 address, or the /64 of an IPv6 one: whoever has one address of it has all of them
 * (RFC 6177), and would have as many buckets.
 */
export function placeOf(address: string): string {
  const plain = bare(address)
  if (isIPv4(plain)) return plain
  if (isIP(plain) !== 6) return 'unknown'
  return `${network(plain).join(':')}::/64`
}

/** The first four groups, `::` filled in. */
function network(address: string): string[] {
  const [left = '', right] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [head, tail] = [groups(left), groups(right ?? '')]
  // A dotted quad at the end counts as two groups.
  const given = head.length + tail.length + (/\.\d+$/.test(address) ? 1 : 0)
  const zeros = right === undefined ? [] : Array.from({ length: 8 - given }, () => '0')
  return [...head, ...zeros, ...tail].slice(0, 4).map((group) => parseInt(group, 16).toString(16))
}

const near = new BlockList()
near.addSubnet('10.0.0.0', 8, 'ipv4')
near.addSubnet('100.64.0.0', 10, 'ipv4')
near.addSubnet('127.0.0.0', 8, 'ipv4')
near.addSubnet('169.254.0.0', 16, 'ipv4')
near.addSubnet('172.16.0.0', 12, 'ipv4')
near.addSubnet('192.168.0.0', 16, 'ipv4')
near.addAddress('::1', 'ipv6')
near.addSubnet('fc00::', 7, 'ipv6')
near.addSubnet('fe80::', 10, 'ipv6')

/** Loopback, private or unknown: many may stand behind it. */
export function isNear(address: string): boolean {
  const plain = bare(address)
  const family = isIP(plain)
  if (family === 0) return true
  return near.check(plain, family === 4 ? 'ipv4' : 'ipv6')
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** This machine itself. */
export function isLoopback(address: string): boolean {
  const plain = bare(address)
  const family = isIP(plain)
  return family !== 0 && loopback.check(plain, family === 4 ? 'ipv4' : 'ipv6')
}
