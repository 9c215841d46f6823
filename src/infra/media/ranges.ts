// Reads here and there in a stored file, and not too often: who made it decides where it leads.
import type { Storage } from '../storage.ts'

export interface Ranges {
  readonly size: number
  /** Fewer bytes only at the end of the file. Rejects once the budget is used up. */
  read(start: number, length: number): Promise<Uint8Array<ArrayBuffer>>
}

export interface RangeBudget {
  /** What is fetched at once, and kept. */
  readonly blockBytes: number
  readonly blocksMax: number
  /** Questions, also those that a block at hand answers. */
  readonly readsMax: number
}

export function rangesOf(storage: Storage, key: string, size: number, budget: RangeBudget): Ranges {
  const { blockBytes, blocksMax, readsMax } = budget
  const blocks = new Map<number, Promise<Uint8Array>>()
  let reads = 0
  const fetchBlock = async (number: number): Promise<Uint8Array> => {
    const start = number * blockBytes
    const found = await storage.get(key, { start, end: Math.min(size, start + blockBytes) - 1 })
    if (!found) throw new Error('the file is gone')
    return new Response(found.body).bytes()
  }
  const block = (number: number): Promise<Uint8Array> => {
    const known = blocks.get(number)
    if (known) return known
    if (blocks.size >= blocksMax) throw new Error('too much to read')
    const fetched = fetchBlock(number)
    blocks.set(number, fetched)
    return fetched
  }
  return {
    size,
    async read(start, length) {
      if (++reads > readsMax) throw new Error('too often read')
      const end = Math.min(size, start + length)
      if (start < 0 || end <= start) return new Uint8Array(0)
      if (end - start > blockBytes * blocksMax) throw new Error('too much to read')
      const bytes = new Uint8Array(end - start)
      for (let at = start; at < end;) {
        const number = Math.floor(at / blockBytes)
        const some = (await block(number)).subarray(
          at - number * blockBytes,
          end - number * blockBytes,
        )
        if (some.length === 0) throw new Error('the file is shorter than it was')
        bytes.set(some, at - start)
        at += some.length
      }
      return bytes
    },
  }
}
