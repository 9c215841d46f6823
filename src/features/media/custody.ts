// Somebody's files: a list of them is taken along, and they go with the account. What nobody uses goes as
// well, see features/fetching: there it is known who uses it.
import { pageOf, paged, type Custody, type ReadPage } from '../custody.ts'
import { limits } from './limits.ts'
import { disownSome, pageOwn } from './store.ts'

const own: ReadPage = async (sql, user, after, limit) =>
  pageOf(
    await pageOwn(sql, user, after, limit),
    limit,
    ({ id, filename, mime, bytes, created_at }) => ({
      id,
      filename,
      mime,
      size: bytes,
      created_at: created_at.toISOString(),
    }),
  )

export const custody: Custody<'media'> = {
  erase: disownSome,
  export: { media: paged(own) },
  expire: [
    {
      what: 'unfinished files',
      async forget(_sql, now, rows, { storage }) {
        const before = new Date(now.getTime() - limits.media.unusedMs)
        // All at once: the next statement would find none.
        return Math.min(rows - 1, await storage.abortUnfinished(before))
      },
    },
  ],
}
