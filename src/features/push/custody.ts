// Where somebody's browsers want their notifications: taken along and erased with the account.
import { pageOf, paged, type Custody, type ReadPage } from '../custody.ts'
import { deleteSome, pageSubscriptions } from './store.ts'

/** Without the keys: they let others write to the browser, and tell its owner nothing. */
const subscriptions: ReadPage = async (sql, user, after, limit) =>
  pageOf(
    await pageSubscriptions(sql, user, after, limit),
    limit,
    ({ id, endpoint, created_at }) => ({ id, endpoint, created_at }),
  )

export const custody: Custody<'push_subscriptions'> = {
  erase: deleteSome,
  export: { push_subscriptions: paged(subscriptions) },
  expire: [],
}
