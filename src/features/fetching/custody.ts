// Files that nothing uses: uploaded and never used, used by what was taken back, of people who are erased.
import type { Custody } from '../custody.ts'
import { limits } from '../media/limits.ts'
import { claimUnused, deleteCollected } from './store.ts'

export const custody: Custody<never> = {
  erase: null,
  export: {},
  expire: [
    {
      what: 'unused files',
      isLarge: true,
      // Bytes first, then the row: what is interrupted is done again.
      async forget(sql, now, rows, { storage }) {
        const after = (ms: number) => new Date(now.getTime() + ms)
        const { againMs, removalMs } = limits.media
        const times = { againAt: after(againMs), removedBy: after(removalMs) }
        const unused = await claimUnused(sql, now, rows, times)
        if (unused.length === 0) return 0
        await storage.remove(unused.flatMap(({ keys }) => keys))
        await deleteCollected(
          sql,
          unused.map(({ id }) => id),
        )
        return unused.length
      },
    },
  ],
}
