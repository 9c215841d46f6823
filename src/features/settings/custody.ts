// What somebody has set: taken along and erased with their account.
import { inOrder, type Custody } from '../custody.ts'
import type { Sql } from '../../infra/db.ts'
import type { Settings } from '../../protocol/settings.ts'
import { deleteEmail } from './email.store.ts'
import { deletePush } from './push.store.ts'
import { settingsOf } from './settings.ts'
import { deletePrivacy } from './store.ts'

async function* settings(sql: Sql, user: number): AsyncGenerator<readonly Settings[]> {
  yield [await settingsOf(sql, user)]
}

export const custody: Custody<'settings'> = {
  // After the conversations, which forget how far somebody has read who did not show it.
  erase: inOrder([deletePrivacy, deletePush, deleteEmail]),
  export: { settings },
  expire: [],
}
