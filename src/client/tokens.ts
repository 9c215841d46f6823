// Holds the tokens and swaps them: once for any number of concurrent calls, never a spent one.
//
// Tabs that share what the application stored swap one after the other, under a lock, and each
// looks there before: what another tab has got meanwhile is taken instead of asked for.
import { asCurlewError, CurlewError, notSignedIn } from './error.ts'
import type { Limits } from './limits.ts'
import { alone } from './locks.ts'
import type { Clock, Locks } from './ports.ts'

export interface Tokens {
  readonly token: string
  readonly refresh_token?: string
  /** Seconds from now; without it expiry shows by the server's answer. */
  readonly expires_in?: number
}

export interface TokenPorts {
  readonly clock: Clock
  readonly limits: Limits
  readonly locks: Locks
  /** What the application has stored now, by whichever tab. */
  stored(): Tokens | undefined
  /** Asks the server to swap. */
  swap(refreshToken: string): Promise<Required<Tokens>>
  /**
   * Told of every change before the new ones are used, `null` when the session is over. Not waited
   * for: an application that calls or closes its client in there would wait for itself.
   */
  changed(tokens: Tokens | null): void
}

const spentMax = 16

export class TokenHolder {
  readonly #ports: TokenPorts
  #tokens: Tokens | undefined
  #dueAt = Infinity
  #swapping: Promise<void> | undefined
  /** Refresh tokens held before, newest last: what is stored may be behind what is held. */
  readonly #spent: string[] = []

  constructor(ports: TokenPorts, tokens: Tokens | undefined) {
    this.#ports = ports
    if (tokens) this.#hold(tokens)
  }

  get held(): Tokens | undefined {
    return this.#tokens
  }

  /** The claim `sub` of the access token: whose it is. Not verified, only used to tell accounts apart. */
  get subject(): string | undefined {
    return subjectOf(this.#tokens)
  }

  #hold(tokens: Tokens): void {
    const { refresh_token: before } = this.#tokens ?? {}
    if (before !== undefined && before !== tokens.refresh_token) this.#forget(before)
    this.#tokens = tokens
    const { clock, limits } = this.#ports
    const life = tokens.expires_in === undefined ? Infinity : tokens.expires_in * 1000
    // A life shorter than the margin must not lead to a swap before every call.
    this.#dueAt = clock.now() + Math.max(life - limits.expiryMarginMs, life / 2)
  }

  #forget(refreshToken: string): void {
    this.#spent.push(refreshToken)
    if (this.#spent.length > spentMax) this.#spent.shift()
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
    const { clock, limits, locks } = this.#ports
    const held = this.#tokens
    if (!held?.refresh_token) throw notSignedIn()
    const before = this.#newer()?.refresh_token
    const turn = { locks, clock, waitMs: limits.swapMs }
    await alone(turn, `curlew:tokens:${this.subject ?? ''}`, async () => {
      // Signed in anew, or out, while waiting.
      if (this.#tokens !== held) return
      const newer = this.#newer()
      // Came while waiting: another tab has just swapped, and this is fresh. What was there before
      // may be as old as what is held, but is what the session goes on with.
      if (newer && newer.refresh_token !== before) this.set(newer)
      else await this.#ask(newer ?? held)
    })
  }

  /** What the application has stored, when it is of this account and none of those of before. */
  #newer(): Tokens | undefined {
    const stored = this.#ports.stored()
    const { refresh_token: token } = stored ?? {}
    if (!token || token === this.#tokens?.refresh_token || this.#spent.includes(token)) {
      return undefined
    }
    return subjectOf(stored) === this.subject ? stored : undefined
  }

  async #ask(shown: Tokens): Promise<void> {
    const before = this.#tokens
    const spent = shown.refresh_token
    if (spent === undefined) throw notSignedIn()
    let fresh: Required<Tokens>
    try {
      fresh = await this.#ports.swap(spent)
    } catch (thrown) {
      const error = asCurlewError(thrown)
      const over = error.reason === 'refused' && error.status === 401
      // Without an answer the token may be spent or not. It is kept: asking with it again loses
      // nothing that is not lost already, and forgetting it would lose a session that may live.
      if (!over) throw error
      // Signed in anew meanwhile: the refusal is about tokens of the past.
      if (this.#tokens === before) this.set(null)
      throw new CurlewError({ ...error, reason: 'signed_out', cause: error })
    }
    this.#forget(spent)
    if (this.#tokens === before) this.set(fresh)
  }
}

function subjectOf(tokens: Tokens | undefined): string | undefined {
  const payload = tokens?.token.split('.')[1]
  if (!payload) return undefined
  try {
    const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    return claims.sub === undefined ? undefined : String(claims.sub)
  } catch {
    return undefined
  }
}
