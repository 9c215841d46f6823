// Access tokens: HS256 JWTs through @elysiajs/jwt, signed and checked with fixed claims.
import { jwt } from '@elysiajs/jwt'
import { hash } from 'node:crypto'
import type { Clock } from '../core/clock.ts'
import { Failure } from '../core/failure.ts'
import { Recent } from '../core/recent.ts'
import { limits } from './limits.ts'

const issuer = 'curlew'
const audience = 'curlew-api'

/**
 * The compact form of RFC 7515 and one spelling of it: no padding, no `+` and `/`, and no bits behind
 * the 256 of the signature, which decoders drop. What stands before the signature is signed as it is
 * spelt.
 */
const compact = /^[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]$/

export interface Claims {
  readonly userId: string
  readonly sessionId: number
}

export interface Tokens {
  readonly lifeSeconds: number
  /** Good for `lifeSeconds`, or for as long as said. */
  sign(claims: Claims, seconds?: number): Promise<string>
  /**
   * The claims, or `tokenExpired`, or `tokenInvalid` for everything else that is wrong. A token that
   * was good is remembered until it expires: then there is nothing to wait for. Not where it comes
   * `once`, as a socket's does: ten thousand idle ones must be cheap. Whether its session still lives is
   * another question, asked each time.
   */
  verify(token: string, comes?: 'once'): Claims | Promise<Claims>
}

interface Verified extends Claims {
  /** Unix seconds, as the token says. */
  readonly exp: number
}

export async function createTokens(
  secret: string,
  lifeSeconds: number,
  clock: Clock,
  verifiedMax: number = limits.tokens.verifiedMax,
): Promise<Tokens> {
  // Imported once: from text each check would import it anew, a third of its 30 µs.
  const key = await crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign', 'verify'],
  )
  const { sign, verify } = jwt({ name: 'jwt', secret: key, iss: issuer, aud: audience }).decorator
    .jwt
  // Fixing the algorithm refuses `none` and every key confusion; `crit` is refused by jose itself.
  const rules = { algorithms: ['HS256'], issuer, audience, requiredClaims: ['exp', 'sub', 'sid'] }
  const check = (token: string, currentDate: Date) => verify(token, { ...rules, currentDate })
  // By a digest of all of it, signature included: no part of a token stands for another.
  const verified = new Recent<string, Verified>(verifiedMax)

  async function verifyAnew(token: string): Promise<Verified> {
    if (!compact.test(token)) throw new Failure('tokenInvalid')
    const claims = await check(token, clock.now())
    if (!claims) {
      // The plugin does not say why. A token that was good at the beginning of time is expired.
      const once = await check(token, new Date(0))
      throw new Failure(once ? 'tokenExpired' : 'tokenInvalid')
    }
    const { sub, sid, typ, exp } = claims as Record<'sub' | 'sid' | 'typ' | 'exp', unknown>
    if (typ !== 'access' || typeof sub !== 'string' || !Number.isSafeInteger(sid)) {
      throw new Failure('tokenInvalid')
    }
    return { userId: sub, sessionId: sid as number, exp: exp as number }
  }

  async function remember(digest: string, coming: Promise<Verified>): Promise<Claims> {
    const found = await coming
    verified.set(digest, found)
    return found
  }

  return {
    lifeSeconds,
    sign({ userId, sessionId }, seconds = lifeSeconds) {
      const exp = Math.floor(clock.now().getTime() / 1000) + seconds
      return sign({ sub: userId, sid: sessionId, typ: 'access', exp })
    },
    verify(token, comes) {
      const digest = hash('sha256', token, 'base64url')
      const known = verified.get(digest)
      if (!known) return comes ? verifyAnew(token) : remember(digest, verifyAnew(token))
      // As jose counts: good until the second named by `exp` begins.
      if (known.exp > Math.floor(clock.now().getTime() / 1000)) return known
      verified.delete(digest)
      throw new Failure('tokenExpired')
    },
  }
}
