// Holds the tokens and swaps them: once for any number of concurrent calls, never a spent one.
import { asCurlewError, CurlewError } from './error.ts'
import type { Limits } from './limits.ts'
import type { Clock } from './ports.ts'

export interface Tokens {
  readonly token: string
  readonly refresh_token?: string
  /** Seconds from now; without it expiry shows by the server's answer. */
  readonly expires_in?: number
}

export interface TokenPorts {
  readonly clock: Clock
  readonly limits: Limits
  /** Asks the server to swap. */
  swap(refreshToken: string): Promise<Required<Tokens>>
  /**
   * Told of every change before the new ones are used, `null` when the session is over. Not waited
   * for: an application that calls or closes its client in there would wait for itself.
   */
  changed(tokens: Tokens | null): void
}

export class TokenHolder {
  readonly #ports: TokenPorts
  #tokens: Tokens | undefined
  #dueAt = Infinity
  #swapping: Promise<void> | undefined

  constructor(ports: TokenPorts, tokens: Tokens | undefined) {
    this.#ports = ports
    if (tokens) this.#hold(tokens)
  }

  get held(): Tokens | undefined {
    return this.#tokens
  }

  /** The claim `sub` of the access token: whose it is. Not verified, only used to tell accounts apart. */
  get subject(): string | undefined {
    const payload = this.#tokens?.token.split('.')[1]
    if (!payload) return undefined
    try {
      const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
      return claims.sub === undefined ? undefined : String(claims.sub)
    } catch {
      return undefined
    }
  }

  #hold(tokens: Tokens): void {
    this.#tokens = tokens
    const { clock, limits } = this.#ports
    const life = tokens.expires_in === undefined ? Infinity : tokens.expires_in * 1000
    // A life shorter than the margin must not lead to a swap before every call.
    this.#dueAt = clock.now() + Math.max(life - limits.expiryMarginMs, life / 2)
  }

  /** Takes new tokens, or forgets the ones held. */
  set(tokens: Tokens | null): void {
    if (tokens) this.#hold(tokens)
    else this.#tokens = undefined
    this.#ports.changed(tokens)
  }

  /** Resolves when no swap is under way. */
  async settled(): Promise<void> {
    await this.#swapping?.catch(() => {})
  }

  /** The access token to use now; swapped first when it is known to be at its end. */
  async current(): Promise<string | undefined> {
    const tokens = this.#tokens
    if (this.#swapping) await this.#swapping
    else if (tokens?.refresh_token && this.#ports.clock.now() >= this.#dueAt) {
      await this.renew(tokens.token)
    }
    return this.#tokens?.token
  }

  /** Makes sure that `refused` is not the token in use any more. */
  async renew(refused: string): Promise<void> {
    if (this.#swapping) return await this.#swapping
    if (this.#tokens && this.#tokens.token !== refused) return
    this.#swapping = this.#swap().finally(() => (this.#swapping = undefined))
    await this.#swapping
  }

  async #swap(): Promise<void> {
    const before = this.#tokens
    if (!before?.refresh_token) {
      throw new CurlewError({ reason: 'signed_out', msg: 'Sign in first.', status: 401 })
    }
    let fresh: Required<Tokens>
    try {
      fresh = await this.#ports.swap(before.refresh_token)
    } catch (thrown) {
      const error = asCurlewError(thrown)
      const over = error.reason === 'refused' && error.status === 401
      // Without an answer the token may be spent or not. It is kept: asking with it again loses
      // nothing that is not lost already, and forgetting it would lose a session that may live.
      if (!over) throw error
      // Signed in anew meanwhile: the refusal is about tokens of the past.
      if (this.#tokens === before) this.set(null)
      throw new CurlewError({
        reason: 'signed_out',
        msg: error.msg,
        code: error.code,
        status: error.status,
        cause: error,
      })
    }
    if (this.#tokens === before) this.set(fresh)
  }
}
