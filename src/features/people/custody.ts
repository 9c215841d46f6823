// Who somebody is: taken along. Of an erased account its row stays without them, so that messages
// keep an author; the last step of the erasure empties it, see features/departure.
import { must } from '../../core/assert.ts'
import type { Custody } from '../custody.ts'
import type { Sql } from '../../infra/db.ts'
import type { OwnProfile } from '../../protocol/people.ts'
import { meView } from './profile.ts'
import { findUser, forgetStatuses } from './store.ts'

async function* profile(sql: Sql, user: number): AsyncGenerator<readonly OwnProfile[]> {
  const row = must(await findUser(sql, user), 'an export has an account')
  // Whatever stands there, ended or not.
  yield [{ ...meView(row, new Date(0)), has_password: row.password_hash !== null }]
}

export const custody: Custody<'profile'> = {
  erase: null,
  export: { profile },
  expire: [{ what: 'statuses', forget: forgetStatuses }],
}
