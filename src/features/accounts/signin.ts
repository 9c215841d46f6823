// Sign up and sign in, by mailed code or by password.
import type { Caller } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import { violates, type Tx } from '../../infra/db.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { countClaim } from './claims.ts'
import { canonicalEmail, checkCode, consumeCode, issueCode } from './codes.ts'
import { hashPassword, isDated, verifyPassword } from './password.ts'
import { openSession, signedIn } from './sessions.ts'
import { endSessionRows, ousted } from './sessions.store.ts'
import {
  findUserByEmail,
  findUserByUserId,
  insertUser,
  markEmailVerified,
  updatePasswordHash,
  type NewUser,
  type UserRow,
} from './store.ts'
import { meView } from './view.ts'

export async function register(
  ctx: Context,
  caller: Caller,
  input: InputOf<'accounts.register'>,
): Promise<OutputOf<'accounts.register'>> {
  const codeId = await checkCode(ctx, caller, input.email, input.code, ['any', 'register'])
  const { user, opened } = await ctx.transact(async (tx) => {
    const created = await create(tx, {
      userId: input.user_id,
      email: canonicalEmail(input.email),
      nickname: input.nickname,
      locale: caller.locale,
      verifiedAt: ctx.clock.now(),
      passwordHash: null,
    })
    // After the insert: a name that is taken leaves the code good for another try.
    await consumeCode(ctx, tx, codeId)
    return { user: created, opened: await openSession(ctx, tx, created, caller) }
  })
  return signedIn(ctx, user, opened, [])
}

export async function login(
  ctx: Context,
  caller: Caller,
  input: InputOf<'accounts.login'>,
): Promise<OutputOf<'accounts.login'>> {
  const codeId = await checkCode(ctx, caller, input.email, input.code, ['any', 'login'])
  const { user, opened, dropped } = await ctx.transact(async (tx) => {
    const found = await findUserByEmail(tx.sql, input.email)
    if (!found) throw new Failure('userNotFound')
    if (found.disabled_at) throw new Failure('accountDisabled')
    await consumeCode(ctx, tx, codeId)
    const lost = await own(ctx, tx, found)
    return { user: found, opened: await openSession(ctx, tx, found, caller), dropped: lost }
  })
  const proved = { ...user, email_verified_at: user.email_verified_at ?? ctx.clock.now() }
  return signedIn(ctx, proved, opened, [...dropped, ...opened.surplus])
}

/**
 * A step: whoever proves the address owns the account. A password somebody set without proving
 * it, and what was signed in with it, is dropped. Answers the sessions that ended.
 */
async function own(ctx: Context, tx: Tx, user: UserRow): Promise<number[]> {
  const now = ctx.clock.now()
  if (!(await markEmailVerified(tx.sql, user.id, now))) return []
  await updatePasswordHash(tx.sql, user.id, null)
  return endSessionRows(tx.sql, user.id, { keep: null }, ousted, now)
}

export async function registerWithPassword(
  ctx: Context,
  caller: Caller,
  input: InputOf<'accounts.registerWithPassword'>,
): Promise<OutputOf<'accounts.registerWithPassword'>> {
  const passwordHash = await hashPassword(input.password)
  const user = await ctx.transact(async (tx) => {
    const email = canonicalEmail(input.email)
    const created = await create(tx, {
      userId: input.user_id,
      email,
      nickname: input.nickname,
      locale: caller.locale,
      verifiedAt: null,
      passwordHash,
    })
    if (ctx.config.smtp) await issueCode(ctx, tx, email, 'any', caller)
    return created
  })
  return { message: 'registered; a code to prove the address is on its way', user: meView(user) }
}

export async function loginWithPassword(
  ctx: Context,
  caller: Caller,
  input: InputOf<'accounts.loginWithPassword'>,
): Promise<OutputOf<'accounts.loginWithPassword'>> {
  const user = await provePassword(ctx, caller, input.email, input.password)
  const dated = isDated(user.password_hash as string)
  const newHash = dated ? await hashPassword(input.password) : null
  const opened = await ctx.transact(async (tx) => {
    if (newHash) await updatePasswordHash(tx.sql, user.id, newHash)
    return openSession(ctx, tx, user, caller)
  })
  return signedIn(ctx, user, opened, opened.surplus)
}

/** Whose name and password these are; wrong ones are counted, unknown names are the same work. */
export async function provePassword(
  ctx: Context,
  caller: Caller,
  name: string,
  password: string,
): Promise<UserRow> {
  const claim = await countClaim(ctx, caller, 'password', canonicalEmail(name))
  const find = name.includes('@') ? findUserByEmail : findUserByUserId
  const user = await find(ctx.sql, name.trim())
  const right = await verifyPassword(password, user?.password_hash ?? null)
  if (!user || !right) throw new Failure('loginFailed')
  await claim.forget()
  if (user.disabled_at) throw new Failure('accountDisabled')
  return user
}

async function create(tx: Tx, user: NewUser): Promise<UserRow> {
  try {
    return await insertUser(tx.sql, user)
  } catch (error) {
    if (violates(error, 'users_user_id_key')) throw new Failure('userExists', { field: 'user_id' })
    if (violates(error, 'users_email_key')) throw new Failure('userExists', { field: 'email' })
    throw error
  }
}
