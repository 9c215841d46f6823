// Somebody's own files, one after the other, as they take them along: behind what an export says of them.
import type { Context } from '../../context.ts'
import type { AppendedFile } from '../../core/zip.stream.ts'
import { limits } from './limits.ts'
import { pageOwn } from './store.ts'

/** Those that are here when it is asked for: read a few rows at a time, and opened one at a time. */
export async function* ownFiles(
  { sql, storage }: Pick<Context, 'sql' | 'storage'>,
  user: number,
): AsyncGenerator<AppendedFile> {
  const { takenRows } = limits.media
  for (let after = 0; ;) {
    const rows = await pageOwn(sql, user, after, takenRows)
    for (const { id, key, filename, bytes, created_at } of rows) {
      yield {
        name: `media/${id}/${filename}`,
        at: created_at,
        size: bytes,
        open: async () => (await storage.get(key))?.body ?? null,
      }
      after = id
    }
    if (rows.length < takenRows) return
  }
}
