// What an installation for people should have and lacks: said at every start and by the doctor.
import type { Config } from './config.ts'
import { proxyWasSeen } from './infra/proxies.ts'
import type { Redis } from './infra/redis.ts'

export interface Advice {
  readonly what: string
  readonly sentence: string
}

/** None outside of production: a machine to try things on needs none of it. */
export function adviceOn({ production, smtp, publicUrl }: Config): Advice[] {
  if (!production) return []
  return [
    ...(smtp
      ? []
      : [
          {
            what: 'Mail',
            sentence:
              'SMTP_HOST is empty: no mail goes out, so nobody signs in by code, resets a password ' +
              'or proves an address.',
          },
        ]),
    ...(publicUrl === ''
      ? [
          {
            what: 'Address',
            sentence:
              'PUBLIC_URL is empty: links in mails lead to localhost, and the admin pages trust no ' +
              'address but the one a request came to.',
          },
        ]
      : []),
  ]
}

/** The same with what only running nodes could see. */
export async function adviceNow(config: Config, redis: Redis): Promise<Advice[]> {
  const { production, trustedProxies, redisPrefix } = config
  const undeclared = production && trustedProxies === 0 && (await proxyWasSeen(redis, redisPrefix))
  return [...adviceOn(config), ...(undeclared ? [{ what: 'Proxies', sentence: proxyAdvice }] : [])]
}

/** When requests have passed a proxy that nobody declared. */
export const proxyAdvice =
  'Requests come through a proxy (X-Forwarded-For, Via or the like is set) while TRUSTED_PROXIES is 0: ' +
  'everybody counts as the address of that proxy, in rate limits and in lists of sessions. Set it ' +
  'to the number of proxies in front.'
