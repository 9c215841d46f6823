// Files in a folder: of this machine, or one that all nodes share.
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { assert } from '../core/assert.ts'
import { newUuid } from '../core/ids.ts'
import type { Storage } from './storage.ts'

/** Keys in one page of a list. */
const pageKeys = 1_000

/** No key has a dot: what lies beside keys can be none, and a key may go on where another ends. */
const ending = '.bin'
const unfinished = '.unfinished'

export class DiskStorage implements Storage {
  constructor(private readonly root: string) {}

  /** Written beside, synced and renamed: a crash leaves the old bytes or the new ones. */
  async put(
    key: string,
    body: ReadableStream<Uint8Array>,
    { size }: { mime: string; size?: number },
  ): Promise<number> {
    const [path, temporary] = [this.#pathOf(key), join(this.root, unfinished, newUuid())]
    await mkdir(dirname(temporary), { recursive: true })
    try {
      const bytes = await writeAll(temporary, body)
      if (size !== undefined && bytes !== size) {
        throw new Error(`${bytes} bytes came where ${size} were said`)
      }
      await mkdir(dirname(path), { recursive: true })
      await rename(temporary, path)
      await syncFolder(dirname(path))
      return bytes
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  async get(
    key: string,
    range?: { start: number; end: number },
  ): Promise<{ body: ReadableStream<Uint8Array>; size: number } | null> {
    const found = await this.stat(key)
    if (!found) return null
    const whole = Bun.file(this.#pathOf(key))
    const part = range ? whole.slice(range.start, range.end + 1) : whole
    return { body: part.stream(), size: found.size }
  }

  async stat(key: string): Promise<{ size: number; changedAt: Date } | null> {
    const found = await stat(this.#pathOf(key)).catch(missing)
    return found && { size: found.size, changedAt: found.mtime }
  }

  async remove(keys: string[]): Promise<void> {
    await Promise.all(keys.map((key) => rm(this.#pathOf(key), { force: true })))
  }

  async abortUnfinished(before: Date): Promise<number> {
    const folder = join(this.root, unfinished)
    let aborted = 0
    for (const name of (await readdir(folder).catch(missing)) ?? []) {
      const found = await stat(join(folder, name)).catch(missing)
      if (!found || found.mtime >= before) continue
      await rm(join(folder, name), { force: true })
      aborted++
    }
    return aborted
  }

  async list(prefix: string, after = ''): Promise<{ keys: string[]; next: string | null }> {
    const keys: string[] = []
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    for await (const key of this.#keysIn(folder, prefix, after)) {
      if (keys.length === pageKeys) return { keys, next: keys.at(-1) ?? null }
      keys.push(key)
    }
    return { keys, next: null }
  }

  /** In the order of their letters: a folder sorts as the keys in it do, with its slash. */
  async *#keysIn(folder: string, prefix: string, after: string): AsyncGenerator<string> {
    const entries =
      (await readdir(join(this.root, folder), { withFileTypes: true }).catch(missing)) ?? []
    const names = entries.flatMap((entry) => {
      if (entry.isDirectory()) return entry.name === unfinished ? [] : [`${folder}${entry.name}/`]
      return entry.name.endsWith(ending) ? [folder + entry.name.slice(0, -ending.length)] : []
    })
    for (const name of names.toSorted((a, b) => (a < b ? -1 : 1))) {
      if (!name.endsWith('/')) {
        if (name > after && name.startsWith(prefix)) yield name
      } else if (name.startsWith(prefix) || prefix.startsWith(name)) {
        if (name > after || after.startsWith(name)) yield* this.#keysIn(name, prefix, after)
      }
    }
  }

  #pathOf(key: string): string {
    assert(/^[a-z0-9_-]+(\/[a-z0-9_-]+)*$/.test(key) && key.length <= 200, 'a key is one of ours')
    return join(this.root, `${key}${ending}`)
  }
}

async function writeAll(path: string, body: ReadableStream<Uint8Array>): Promise<number> {
  const file = await open(path, 'wx')
  let bytes = 0
  try {
    // One piece at a time: what the disk does not take yet is not read either.
    for await (const piece of body) {
      for (let from = 0; from < piece.length;) {
        from += (await file.write(piece, from, piece.length - from, bytes + from)).bytesWritten
      }
      bytes += piece.length
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return bytes
}

/** A new name is safe once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function missing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}
