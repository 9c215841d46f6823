// Where somebody's browsers and phones want their notifications: taken along and erased with the account.
import { inOrder, pageOf, paged, type Custody, type ReadPage } from '../custody.ts'
import { limits } from './limits.ts'
import { show } from './log.ts'
import { deleteAttempts, forgetAttempts, pageAttempts } from './log.store.ts'
import { pageTokens } from './phones.store.ts'
import { deleteSome, pageSubscriptions } from './store.ts'

/** Without the keys: they let others write to the browser, and tell its owner nothing. */
const subscriptions: ReadPage = async (sql, user, after, limit) =>
  pageOf(
    await pageSubscriptions(sql, user, after, limit),
    limit,
    ({ id, endpoint, created_at }) => ({ id, endpoint, created_at }),
  )

const tokens: ReadPage = async (sql, user, after, limit) =>
  pageOf(await pageTokens(sql, user, after, limit), limit, (row) => ({
    id: row.id,
    kind: row.kind,
    token: row.token,
    app_id: row.app_id,
    sandbox: row.is_sandbox,
    created_at: row.created_at.toISOString(),
  }))

const attempts: ReadPage = async (sql, user, after, limit) =>
  pageOf(await pageAttempts(sql, user, after, limit), limit, show)

export const custody: Custody<'push_subscriptions' | 'push_tokens' | 'push_log'> = {
  erase: inOrder([deleteSome, deleteAttempts]),
  export: {
    push_subscriptions: paged(subscriptions),
    push_tokens: paged(tokens),
    push_log: paged(attempts),
  },
  expire: [
    {
      what: 'push attempts',
      forget: (sql, now, rows) =>
        forgetAttempts(sql, new Date(now.getTime() - limits.push.logMs), rows),
    },
  ],
}
