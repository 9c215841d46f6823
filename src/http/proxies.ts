// Notices that a proxy stands in front which TRUSTED_PROXIES does not count.
import { Elysia } from 'elysia'
import { proxyAdvice } from '../advice.ts'
import type { Context } from '../context.ts'
import { rememberProxy } from '../infra/proxies.ts'
import { wasForwarded } from './forwarding.ts'

/**
 * In production and with none declared: one warning per process, at the first request whose headers
 * say that it was passed on. Otherwise requests are not looked at.
 */
export function proxyWatch(ctx: Context) {
  const app = new Elysia({ name: 'proxies' })
  const { production, trustedProxies, redisPrefix } = ctx.config
  if (!production || trustedProxies > 0) return app
  let seen = false
  return app.onRequest(({ request: { headers } }) => {
    if (seen || !wasForwarded(headers)) return
    seen = true
    ctx.log.warn(proxyAdvice)
    rememberProxy(ctx.redis, redisPrefix).catch((err) =>
      ctx.log.debug({ err }, 'that a proxy was seen is not remembered'),
    )
  })
}
