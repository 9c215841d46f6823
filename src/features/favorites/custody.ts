// What somebody keeps: taken along and erased with their account. The words stand among the messages.
import { pageOf, paged, type Custody, type ReadPage } from '../custody.ts'
import { deleteSome, pageKept } from './store.ts'

const kept: ReadPage = async (sql, user, after, limit) =>
  pageOf(await pageKept(sql, user, after, limit), limit, ({ created_at, ...row }) => ({
    ...row,
    created_at: created_at.toISOString(),
  }))

export const custody: Custody<'favorites'> = {
  erase: deleteSome,
  export: { favorites: paged(kept) },
  expire: [],
}
