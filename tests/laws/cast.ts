// The people of the laws: the owner of everything that is asked for, and everybody who may ask.
import { must } from '../../src/core/assert.ts'
import type { Context } from '../../src/context.ts'
import { makeAdmin } from '../support/admin.ts'
import type { Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { seat as seatAt, seatAgain as sitAgain, type Place } from '../support/seat.ts'
import type { Asker } from './rows/access.ts'

export type Cast = Readonly<Record<Exclude<Asker, 'anonymous'>, Person>> & {
  /** Between owner and member. */
  readonly conversation: number
}

export function contextOf(app: Installation): Context {
  return must(app.nodes[0], 'an installation has a node').ctx
}

function placeOf(app: Installation): Place {
  return { url: app.url(), ctx: contextOf(app) }
}

/** Somebody signed in, whose address is proved. */
export function seat(app: Installation, name: string): Promise<Person> {
  return seatAt(placeOf(app), name, true)
}

/** The same person by one more session. */
export function seatAgain(app: Installation, who: Person): Promise<Person> {
  return sitAgain(placeOf(app), who)
}

const seated = ['stranger', 'friend', 'blocked', 'member', 'owner', 'viewer', 'operator'] as const

/** A new cast: what one law does to these people troubles no other. */
export async function gather(app: Installation): Promise<Cast> {
  const names = [...seated, 'disabled'] as const
  const found = await Promise.all(names.map(async (name) => [name, await seat(app, name)]))
  const people = Object.fromEntries(found) as Record<(typeof names)[number], Person>
  const { owner, member, friend, blocked, disabled, viewer, operator } = people
  const ended = await seatAgain(app, owner)
  const [conversation] = await Promise.all([
    owner.befriends(member),
    owner.befriends(friend),
    owner.befriends(blocked).then(() => blocks(owner, blocked)),
    owner.befriends(disabled).then(() => disable(app, disabled)),
    makeAdmin(app, viewer, 'viewer'),
    makeAdmin(app, operator, 'operator'),
    owner.does('accounts.endSession', { id: ended.sessionId }),
  ])
  return { ...people, ended, conversation }
}

async function disable(app: Installation, who: Person): Promise<void> {
  await contextOf(app).sql`update users set disabled_at = now() where user_id = ${who.userId}`
}

export async function blocks(by: Person, whom: Person): Promise<void> {
  await by.does('friends.block', { blocked_user_id: whom.userId })
}
