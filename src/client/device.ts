// Any text names a device: what the server takes as it is, the rest by an id of its own.
import { deviceIdPattern } from '../protocol/device.ts'

const readableMax = 48

/**
 * The id of a device with this name; the same for ever, and another for every other name. A name
 * that is none for the server keeps what can be read of it, and a digest tells it from its like.
 */
export function deviceIdOf(name: string): string {
  if (deviceIdPattern.test(name)) return name
  const readable = name
    .slice(0, 256)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .slice(0, readableMax)
    .replace(/^-+|-+$/g, '')
  return `${readable || 'device'}-${digest(name)}`
}

/**
 * FNV-1a of 64 bits. A name only has to differ from those of the same account, so nobody gains by
 * finding two alike; and `crypto.subtle` is slow to answer and missing where a page has no TLS.
 * Over UTF-16 code units, because UTF-8 knows no half of a pair.
 */
export function digest(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    for (const byte of [unit >> 8, unit & 0xff]) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
    }
  }
  return hash.toString(36).padStart(13, '0')
}
