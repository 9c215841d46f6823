// Addresses are known here by their digest alone: nobody's rows can be told from another's.
import type { Custody } from '../custody.ts'
import { deleteOldSuppressed } from './suppression.store.ts'

/** An address is remembered this long after its pause, so that the next one is longer. */
const rememberedMs = 90 * 86_400_000

export const custody: Custody<never> = {
  erase: null,
  export: {},
  expire: [
    {
      what: 'suppressed addresses',
      forget: (sql, now, rows) =>
        deleteOldSuppressed(sql, new Date(now.getTime() - rememberedMs), rows),
    },
  ],
}
