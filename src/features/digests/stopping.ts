// The link in every digest that ends them: sealed for one account, good without a sign-in and as often as
// somebody follows it. It can do nothing else.
import { Failure } from '../../core/failure.ts'
import type { Seal } from '../../core/seal.ts'
import type { BaseContext } from '../../context.ts'
import { lockUser } from '../people/accounts.ts'
import { stopDigest } from '../settings/email.ts'

export const stopPath = '/unsubscribe/'

export function linkToStop({ config, seal }: BaseContext, user: number): string {
  const base = config.publicUrl.replace(/(?<!\/)\/+$/, '')
  return `${base}${stopPath}${seal.close(`no digest for ${user}`)}`
}

/** Whose digests a link ends: `notFound` if we have not made it. */
export function holderOf(seal: Seal, token: string): number {
  const [, user] = /^no digest for (\d+)$/.exec(opened(seal, token)) ?? []
  if (user === undefined) throw new Failure('notFound')
  return Number(user)
}

/** What is not sealed by us stays shut. */
function opened(seal: Seal, token: string): string {
  try {
    return seal.open(token)
  } catch {
    return ''
  }
}

/** The same whether any were wanted, and also once the account is gone. */
export async function stop(ctx: BaseContext, token: string): Promise<void> {
  const user = holderOf(ctx.seal, token)
  await ctx.transact(async (tx) => {
    await lockUser(tx.sql, user)
    await stopDigest(tx, user)
  })
}
