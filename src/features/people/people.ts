// How other features find people and show them.
import { Failure } from '../../core/failure.ts'
import type { Sql, Tx } from '../../infra/db.ts'
import type { User } from '../../protocol/people.ts'
import { findNames, findPeople, type PersonRow } from './sight.store.ts'
import { findHidden, findUserByUserId } from './store.ts'
import { bareView, publicView, userView } from './view.ts'

export { bareView }

export interface Person {
  readonly id: number
  readonly userId: string
}

/** The live account behind a user_id, or `userNotFound`: also for who is leaving or was shut out. */
export async function findPerson(sql: Sql, userId: string): Promise<Person> {
  const row = await findUserByUserId(sql, userId)
  if (!row || row.is_hidden) throw new Failure('userNotFound')
  return { id: row.id, userId: row.user_id }
}

/**
 * A step of what brings people together: true when all of them can be found. Until the end of
 * the transaction none of them can leave.
 */
export async function arePresent(tx: Tx, ids: readonly number[]): Promise<boolean> {
  return (await findHidden(tx.sql, ids)).length === 0
}

type Profiles = ReadonlyMap<number, User>

/**
 * Profiles by account id, as the viewer sees them: whom somebody has blocked sees that they are
 * there, and nothing of them that changes.
 */
export async function findProfiles(
  sql: Sql,
  viewer: number,
  ids: readonly number[],
): Promise<Profiles> {
  return profilesFor(viewer, await findRows(sql, [viewer], ids))
}

/** The same, and who of them keeps their face from the viewer: no other name of theirs is shown either. */
export async function findFaces(
  sql: Sql,
  viewer: number,
  ids: readonly number[],
): Promise<{ profiles: Profiles; kept: ReadonlySet<number> }> {
  const rows = await findRows(sql, [viewer], ids)
  const kept = rows.filter((row) => row.kept_from.includes(viewer)).map((row) => row.id)
  return { profiles: profilesFor(viewer, rows), kept: new Set(kept) }
}

/** People who see the same of the same people. */
export interface Sight {
  readonly viewers: readonly number[]
  readonly profiles: Profiles
}

/** The same for many viewers at once, for what is told to all of them. */
export async function findSights(
  sql: Sql,
  viewers: readonly number[],
  ids: readonly number[],
): Promise<Sight[]> {
  const rows = await findRows(sql, viewers, ids)
  const hiddenFrom = (viewer: number) => rows.filter((row) => row.kept_from.includes(viewer))
  const alike = Map.groupBy(viewers, (each) => `${hiddenFrom(each).map((row) => row.id)}`)
  return [...alike.values()].map((group) => ({
    viewers: group,
    profiles: profilesFor(group[0] as number, rows),
  }))
}

/** What a person shows of themselves to whoever looks at them. */
export type PublicProfile = User & { readonly bio: string }

export async function findPublicProfiles(
  sql: Sql,
  viewer: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, PublicProfile>> {
  const rows = await findRows(sql, [viewer], ids)
  return new Map(rows.map((row) => [row.id, publicView(row, viewer)]))
}

/** The names people chose, by account id: nobody keeps theirs from anybody. */
export async function findUserIds(
  sql: Sql,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const rows = await findNames(sql, ids)
  return new Map(rows.map((row) => [row.id, row.user_id]))
}

const profilesFor = (viewer: number, rows: readonly PersonRow[]): Profiles =>
  new Map(rows.map((row) => [row.id, userView(row, viewer)]))

async function findRows(
  sql: Sql,
  viewers: readonly number[],
  ids: readonly number[],
): Promise<PersonRow[]> {
  return ids.length === 0 || viewers.length === 0 ? [] : findPeople(sql, viewers, [...new Set(ids)])
}
