// Who may do what. The input of a scene always aims at a thing of the owner's; a row says what each
// asker gets for it. A cell is changed by who knows why, never to make the test pass.
import type { ErrorName } from '../../../src/protocol/errors.ts'

/** Everybody who asks, and who that is. docs/reference/access.md shows them in this order. */
export const askers = {
  anonymous: 'Nobody: without a token, without a socket.',
  stranger: 'Somebody signed in who has nothing to do with the owner.',
  friend: 'A friend who has no part in the conversation concerned.',
  blocked: 'Was a friend; then the owner blocked them.',
  member: 'A friend, the other one in the conversation concerned.',
  owner: 'Whose thing it is.',
  viewer: 'A stranger who may look at the queues: nothing more may come of it here.',
  operator: 'A stranger who may work on the queues: nothing more may come of it here.',
  ended: 'The owner, by a session that has ended.',
  disabled: 'A friend whose account is disabled.',
} as const

export type Asker = keyof typeof askers
export const askerNames = Object.keys(askers) as Asker[]

/** `ok`: it is done. `shut`: the socket closes with 4001. Otherwise the error. */
export type Cell = 'ok' | 'shut' | ErrorName
export type Access = Readonly<Record<Asker, Cell>>

/** Open to the world: no token is asked for, and one that came along changes nothing. */
export const everybody: Access = {
  anonymous: 'ok',
  stranger: 'ok',
  friend: 'ok',
  blocked: 'ok',
  member: 'ok',
  owner: 'ok',
  viewer: 'ok',
  operator: 'ok',
  ended: 'ok',
  disabled: 'ok',
}

/** Who is signed in, but for those who are named. */
export const signedIn = (but: Partial<Access> = {}): Access => ({
  ...everybody,
  anonymous: 'unauthenticated',
  ended: 'tokenInvalid',
  disabled: 'accountDisabled',
  ...but,
})

const strangers = (error: ErrorName) => ({ stranger: error, viewer: error, operator: error })

/** Whom the owner has not blocked. */
export const unlessBlocked = (error: ErrorName): Access => signedIn({ blocked: error })

/** The owner's friends; with all others it is as if there were nothing. */
export const friendsOnly = (error: ErrorName, but: Partial<Access> = {}): Access =>
  signedIn({ ...strangers(error), blocked: error, ...but })

/** Who has a part in the conversation. */
export const membersOnly = (error: ErrorName, but: Partial<Access> = {}): Access =>
  friendsOnly(error, { friend: error, ...but })

/** The owner; that it is there is not told to anybody else. */
export const ownerOnly = (error: ErrorName): Access => membersOnly(error, { member: error })

/** The same by a socket, which opens for nobody without a live session. */
export const bySocket = (access: Access): Access => ({
  ...access,
  anonymous: 'shut',
  ended: 'shut',
  disabled: 'shut',
})
