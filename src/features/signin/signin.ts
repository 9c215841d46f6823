// Sign up and sign in, by mailed code or by password.
import type { Caller } from '../../core/actor.ts'
import { Failure, invalid } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { violates, type Tx } from '../../infra/db.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { countAttempt } from './attempts.ts'
import { audit } from '../people/audit-log.ts'
import { canonicalEmail } from '../people/policy.ts'
import { checkCode, consumeCode, issueCode } from './codes.ts'
import { notice } from '../mails/notices.ts'
import { expectTurn, hashPassword, isDated, verifyPassword } from './hashing.ts'
import { checkName, isGone, isReserved, isReservedWord } from '../people/policy.ts'
import { proveAddress } from './proof.ts'
import { openSession, signedIn, type Opened } from './sessions.ts'
import {
  findUserByEmail,
  insertUser,
  lockUser,
  lockUserByEmail,
  updatePasswordHash,
  type NewUser,
} from './accounts.store.ts'
import { findUserByUserId, type UserRow } from '../people/accounts.ts'

export async function register(
  ctx: Context,
  caller: Caller,
  input: InputOf<'accounts.register'>,
): Promise<OutputOf<'accounts.register'>> {
  checkChoice(input)
  const codeId = await checkCode(ctx, caller, input.email, input.code, ['any', 'register'])
  const { user, opened } = await ctx.transact(async (tx) => {
    const created = await create(tx, {
      userId: input.user_id,
      email: canonicalEmail(input.email),
      nickname: input.nickname,
      locale: caller.locale,
      verifiedAt: tx.now,
      passwordHash: null,
    })
    // After the insert: a name that is taken leaves the code good for another try.
    await consumeCode(tx, codeId)
    notice(tx, created, 'welcome', { nickname: created.nickname })
    return { user: created, opened: await openSession(tx, created, caller) }
  })
  audit(ctx, 'account.registered', user.id)
  return signedIn(ctx, user, opened)
}

export async function login(
  ctx: Context,
  caller: Caller,
  input: InputOf<'accounts.login'>,
): Promise<OutputOf<'accounts.login'>> {
  const codeId = await checkCode(ctx, caller, input.email, input.code, ['any', 'login'])
  const { user, opened, dropped } = await ctx.transact(async (tx) => {
    const found = await lockUserByEmail(tx.sql, canonicalEmail(input.email))
    if (!found || isGone(found, tx.now)) throw new Failure('userNotFound')
    if (found.disabled_at) throw new Failure('accountDisabled')
    await consumeCode(tx, codeId)
    const proved = await proveAddress(tx, found)
    return { ...proved, opened: await openSession(tx, proved.user, caller) }
  })
  return signedIn(ctx, user, opened, dropped)
}

/**
 * Signed in at once, as with a code. The address is unproved: whoever proves it later owns the account,
 * and this session ends with the password then (proof.ts).
 */
export async function registerWithPassword(
  ctx: Context,
  caller: Caller,
  input: InputOf<'accounts.registerWithPassword'>,
): Promise<OutputOf<'accounts.registerWithPassword'>> {
  checkChoice(input)
  const passwordHash = await hashPassword(ctx.config, caller, input.password)
  const { user, opened } = await ctx.transact(async (tx) => {
    const email = canonicalEmail(input.email)
    const created = await create(tx, {
      userId: input.user_id,
      email,
      nickname: input.nickname,
      locale: caller.locale,
      verifiedAt: null,
      passwordHash,
    })
    if (ctx.config.smtp) await issueCode(tx, email, 'any', caller)
    return { user: created, opened: await openSession(tx, created, caller) }
  })
  audit(ctx, 'account.registered', user.id)
  const session = await signedIn(ctx, user, opened)
  return { message: 'registered; a code to prove the address is on its way', ...session }
}

export async function loginWithPassword(
  ctx: Context,
  caller: Caller,
  input: InputOf<'accounts.loginWithPassword'>,
): Promise<OutputOf<'accounts.loginWithPassword'>> {
  const user = await provePassword(ctx, caller, input.email, input.password)
  const dated = isDated(ctx.config, user.password_hash as string, input.password)
  // Proved is proved: where there is no turn for a second hash, it is made anew next time.
  const newHash = dated
    ? await hashPassword(ctx.config, caller, input.password).catch(() => null)
    : null
  const opened = await ctx.transact(async (tx) => {
    const session = await openProved(tx, user, input.password, caller)
    if (newHash) await updatePasswordHash(tx.sql, user.id, newHash)
    return session
  })
  return signedIn(ctx, user, opened)
}

/**
 * A step: a session for whoever has proved the password a moment ago. It may have been changed or
 * reset since, and who has only the old one must not slip in behind the sessions that ended.
 */
export async function openProved(
  tx: Tx,
  proved: UserRow,
  password: string,
  caller: Caller,
): Promise<Opened> {
  const user = await lockUser(tx.sql, proved.id)
  if (!user || isGone(user, tx.now)) throw new Failure('wrongPassword')
  if (user.disabled_at) throw new Failure('accountDisabled')
  const same = user.password_hash === proved.password_hash
  if (!same && !(await verifyPassword(tx.config, caller, password, user.password_hash))) {
    throw new Failure('wrongPassword')
  }
  return openSession(tx, user, caller)
}

/** Whose name and password these are; wrong ones are counted, unknown names are the same work. */
export async function provePassword(
  ctx: Context,
  caller: Caller,
  name: string,
  password: string,
): Promise<UserRow> {
  expectTurn(caller)
  // Counted and looked up as one and the same: Postgres folds letters that we do not (İ to i), and
  // every spelling of a name that it takes for the same would have tries of its own.
  const claimed = canonicalEmail(name)
  const claim = await countAttempt(ctx, caller, 'password', claimed)
  const find = claimed.includes('@') ? findUserByEmail : findUserByUserId
  const user = await find(ctx.sql, claimed)
  const right = await verifyPassword(
    ctx.config,
    caller,
    password,
    user?.password_hash ?? null,
  ).catch(async (error) => {
    // Nothing was guessed, for nothing was looked at.
    await claim.forget()
    throw error
  })
  if (!user || !right || isGone(user, ctx.clock.now())) throw new Failure('wrongPassword')
  await claim.forget()
  if (user.disabled_at) throw new Failure('accountDisabled')
  return user
}

/** What people choose for themselves, looked at before anything is worked out or counted. */
function checkChoice({ user_id, nickname }: { user_id: string; nickname: string }): void {
  checkName('nickname', nickname)
  if (isReservedWord(user_id)) throw invalid('user_id', 'conflict')
}

async function create(tx: Tx, user: NewUser): Promise<UserRow> {
  if (isReserved(user.userId)) throw new Failure('userExists', { field: 'user_id' })
  try {
    return await insertUser(tx.sql, user, tx.now)
  } catch (error) {
    if (violates(error, 'users_user_id_key')) throw new Failure('userExists', { field: 'user_id' })
    if (violates(error, 'users_email_key')) throw new Failure('userExists', { field: 'email' })
    throw error
  }
}
