// The access token a provider gives for our key: asked for once, used until shortly before its end.
import type { Clock } from '../core/clock.ts'
import { limits } from './limits.ts'
import { ask, quotable, type Asked, type Heard, type Line } from './push.ask.ts'
import { unanswered, type PushAnswer } from './push.ts'

export interface Access {
  /** A token, or why there is none. */
  get(): Promise<string | PushAnswer>
  /** It was refused. */
  drop(token: string): void
}

export interface Granted {
  readonly token: string
  readonly lifeSeconds: number
}

/** Where it is asked for, and what an answer grants; null: nothing. */
export interface Grant {
  /** Made anew each time: most are signed with the time. */
  readonly request: () => Asked
  readonly granted: (heard: Heard) => Granted | null
  /** A code of the provider's beside the status. */
  readonly said: (heard: Heard) => string | null
}

export class AccessTokens implements Access {
  #held: { token: string; until: number } | null = null
  /** Whoever needs one meanwhile waits for the same. */
  #asking: Promise<string | PushAnswer> | null = null

  constructor(
    private readonly line: Line,
    private readonly grant: Grant,
  ) {}

  async get(): Promise<string | PushAnswer> {
    if (this.#held && this.#held.until > this.#clock.elapsed()) return this.#held.token
    this.#asking ??= this.#ask().finally(() => (this.#asking = null))
    return this.#asking
  }

  /** One that came meanwhile is kept. */
  drop(token: string): void {
    if (this.#held?.token === token) this.#held = null
  }

  get #clock(): Clock {
    return this.line.clock
  }

  async #ask(): Promise<string | PushAnswer> {
    const heard = await ask(this.line, this.grant.request())
    if (typeof heard === 'string') return unanswered(heard)
    const granted = this.grant.granted(heard)
    if (!granted) return refusalOf(heard, this.grant.said(heard))
    const { spareSeconds, lifeSecondsMin } = limits.phones.access
    // One that would end at once is used for a while all the same: asking each time helps nobody.
    const life = Math.max(lifeSecondsMin, granted.lifeSeconds - spareSeconds)
    this.#held = { token: granted.token, until: this.#clock.elapsed() + life * 1000 }
    return granted.token
  }
}

/** Whatever was wrong with asking for a token is wrong with our key, unless they say otherwise. */
function refusalOf({ status, waitSeconds }: Heard, said: string | null): PushAnswer {
  const busy = status === 429 ? 'limited' : status >= 500 ? 'unavailable' : 'unauthorized'
  const outcome = status >= 300 && status < 400 ? 'redirected' : busy
  return { outcome, status, said: quotable(said), waitSeconds, held: false }
}
