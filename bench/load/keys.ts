// The UUID of each message: written into a ready frame, and read out of whatever comes back.
import { keyPlace } from './plan.ts'

const hex = Buffer.from('0123456789abcdef')

/** The part of the UUIDs of a round that stays the same, as it stands in them. */
export function keyMiddle(mark: string): string {
  return `-${mark.slice(0, 4)}-4${mark.slice(4, 7)}-8${mark.slice(7, 10)}-`
}

/** A pair's send frame or request, ready but for the message's UUID. */
export class Template {
  readonly frame: Buffer
  readonly #places: number[] = []

  /** `wrap` makes of the text what goes out. */
  constructor(text: string, mark: string, wrap: (payload: Buffer) => Buffer) {
    const middle = keyMiddle(mark)
    const first = keyPlace.slice(0, 8)
    const last = keyPlace.slice(-12)
    this.frame = wrap(Buffer.from(text.replaceAll(keyPlace, first + middle + last)))
    const needle = Buffer.from(first + middle)
    for (let at = this.frame.indexOf(needle); at >= 0; at = this.frame.indexOf(needle, at + 1)) {
      this.#places.push(at)
    }
    if (this.#places.length === 0) throw new Error('the frame has no place for the UUID')
  }

  /** The frame of one message; the same bytes every time. */
  fill(number: number): Buffer {
    // An odd factor maps numbers to hashes one to one.
    const hash = Math.imul(number + 1, 0x9e3779b1)
    for (const place of this.#places) {
      writeHex(this.frame, place, hash)
      writeHex(this.frame, place + 28, number)
    }
    return this.frame
  }
}

function writeHex(bytes: Buffer, place: number, value: number) {
  for (let digit = 7; digit >= 0; digit--) {
    bytes[place + digit] = hex[value & 15]!
    value >>>= 4
  }
}

/** Finds the number of the message a frame is about. */
export class KeyReader {
  readonly #middle: Buffer

  constructor(mark: string) {
    this.#middle = Buffer.from(keyMiddle(mark))
  }

  /** The number, or -1 when the frame is about none of this round's messages. */
  read(bytes: Buffer, start: number, end: number): number {
    const at = bytes.indexOf(this.#middle, start)
    const first = at + this.#middle.length + 4
    if (at < 0 || first + 8 > end) return -1
    let value = 0
    for (let place = first; place < first + 8; place++) {
      const digit = bytes[place]!
      value = (value << 4) | (digit > 57 ? digit - 87 : digit - 48)
    }
    return value >>> 0
  }
}
