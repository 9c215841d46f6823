// Codes that prove an address: issue, check, use up.
import type { Actor, Caller } from '../../core/actor.ts'
import { Failure } from '../../core/failure.ts'
import { newCode } from '../../core/ids.ts'
import { limits } from './limits.ts'
import { placeOf } from '../../core/network-place.ts'
import { sameBytes, type Seal } from '../../core/seal.ts'
import type { Context } from '../../context.ts'
import type { Tx } from '../../infra/db.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { canonicalEmail } from '../people/policy.ts'
import { countAttempt } from './attempts.ts'
import { insertCode, takeAttempts, useCode } from './codes.store.ts'
import { sendMail } from '../mails/letter.ts'

export type Purpose = 'register' | 'login' | 'reset'

export async function sendCode(
  ctx: Context,
  caller: Caller,
  input: InputOf<'accounts.sendCode'>,
): Promise<OutputOf<'accounts.sendCode'>> {
  if (!ctx.config.smtp) throw new Failure('mailUnavailable')
  const email = canonicalEmail(input.email)
  await countAttempt(ctx, caller, 'code', email)
  await ctx.transact((tx) => issueCode(tx, email, input.purpose ?? 'any', caller))
  return { message: 'code sent', expires_in: limits.code.lifeMs / 1000 }
}

/** A step: stores the code's digest and says that a mail must go out, the code sealed. */
export async function issueCode(
  tx: Tx,
  email: string,
  purpose: Purpose | 'any',
  caller: Caller,
): Promise<void> {
  const code = newCode()
  const now = tx.now
  const expiresAt = new Date(now.getTime() + limits.code.lifeMs)
  const [mac, place] = [macOf(tx.seal, email, code), placeOf(caller.address)]
  await insertCode(tx.sql, { email, purpose, mac, place, now, expiresAt })
  const { locale } = caller
  sendMail(tx, 'code', { email, locale }, { code, minutes: limits.code.lifeMs / 60_000 })
}

export async function verifyCode(
  ctx: Context,
  caller: Caller,
  input: InputOf<'accounts.verifyCode'>,
): Promise<OutputOf<'accounts.verifyCode'>> {
  await checkCode(ctx, caller, input.email, input.code, ['any', 'register', 'login', 'reset'])
  return { message: 'the code is right' }
}

/**
 * Counts a try and answers the code's id when it is right: `codeInvalid` for a wrong, used or
 * worn-out one, `codeExpired` for a right one that came late. Committed on its own, so that the
 * count stays whatever becomes of the caller's transaction.
 */
export async function checkCode(
  ctx: Context,
  who: Caller | Actor,
  rawEmail: string,
  code: string,
  purposes: readonly (Purpose | 'any')[],
): Promise<number> {
  const email = canonicalEmail(rawEmail)
  const now = ctx.clock.now()
  // Somebody signed in tries as a stranger: an account is at many places.
  const place = 'sessionId' in who ? `account ${who.id}` : placeOf(who.address)
  const tried = await takeAttempts(ctx.sql, email, place, purposes, {
    perCode: limits.code.attemptsMax,
    perHour: limits.code.attemptsPerHourMax,
    now,
  })
  const mac = macOf(ctx.seal, email, code)
  const row = tried.find((each) => sameBytes(each.code_mac, mac))
  if (!row) throw new Failure('codeInvalid')
  if (row.expires_at <= now) throw new Failure('codeExpired')
  return row.id
}

/** A step: exactly one of any number of parallel callers gets past it. */
export async function consumeCode(tx: Tx, id: number): Promise<void> {
  if (!(await useCode(tx.sql, id, tx.now))) throw new Failure('codeInvalid')
}

function macOf(seal: Seal, email: string, code: string): Buffer {
  return seal.mac(`code ${email} ${code}`)
}
