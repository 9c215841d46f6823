// CAPTCHA: asks for one where the installation wants one.
import type { Caller } from '../core/actor.ts'
import { Failure, invalid } from '../core/failure.ts'
import type { Context } from '../context.ts'
import type { Operation } from '../protocol/operation.ts'

/** After the request was counted: an outside service is asked no more often than we allow. */
export async function proveHuman(
  ctx: Context,
  operation: Operation,
  caller: Caller,
  input: Record<string, unknown>,
): Promise<void> {
  const { captcha: rules } = ctx.config
  if (!operation.captcha || !ctx.captcha || !rules?.on.includes(operation.captcha)) return
  const { captcha_token: token } = input
  const missing = typeof token !== 'string' || token === ''
  const verdict = missing ? 'failed' : await ctx.captcha.verify(token, caller.address)
  if (verdict === 'failed') throw invalid('captcha_token', missing ? 'missing' : 'pattern')
  if (verdict === 'away' && !rules.passWhileAway) throw new Failure('busy', { retry_after: 5 })
}
