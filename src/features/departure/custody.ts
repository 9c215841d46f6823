// Copies of somebody's data: erased with the account, and deleted when nobody can fetch them any more.
import { limits } from './limits.ts'
import { inOrder, type Custody } from '../custody.ts'
import { deleteFinished, erasures } from './exports.store.ts'

export const custody: Custody<never> = {
  erase: inOrder(erasures),
  export: {},
  expire: [
    {
      what: 'exports',
      isLarge: true,
      forget(sql, now, rows) {
        const before = (ms: number) => new Date(now.getTime() - ms)
        const { downloadMs, buildMs } = limits.export
        const bounds = { now, usedBefore: before(downloadMs), askedBefore: before(buildMs) }
        return deleteFinished(sql, bounds, rows)
      },
    },
  ],
}
