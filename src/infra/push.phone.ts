// Sends to phones by whichever provider: each says in a dialect of its own what is the same.
import { assert } from '../core/assert.ts'
import type { Access } from './push.access.ts'
import { ask, quotable, type Asked, type Heard, type Line } from './push.ask.ts'
import {
  isClearing,
  unanswered,
  type Notice,
  type Notification,
  type Phone,
  type PushAnswer,
  type PushOptions,
  type PushOutcome,
  type Pusher,
} from './push.ts'

/** `stale`: our access token is no good any more, and a new one may be. */
type Verdict = PushOutcome | 'stale'

/** What a code means; with a pause, where the provider names none and a short one would not help. */
export type Codes = Readonly<Record<string, Verdict | readonly [Verdict, waitSeconds: number]>>

export interface Dialect {
  /** Null where the key itself is shown each time. */
  readonly access: Access | null
  /** The largest payload, without the token. */
  readonly bytesMax: number
  request(to: Phone, notice: Notice, options: PushOptions, token: string): Asked
  /** The code in an answer; null: there is none. */
  codeOf(heard: Heard): string | null
  readonly codes: Codes
  /** What a status alone means here, where that is not what it means everywhere. */
  readonly statuses: Codes
}

interface Tried {
  readonly answer: PushAnswer
  /** It was our access token that they did not take. */
  readonly isStale: boolean
}

const silent = (outcome: PushOutcome): Tried => ({ answer: unanswered(outcome), isStale: false })

export class PhonePusher implements Pusher<Phone> {
  constructor(
    private readonly line: Line,
    private readonly dialect: Dialect,
  ) {}

  async send(to: Phone, notice: Notice, options: PushOptions): Promise<PushAnswer> {
    const first = await this.#try(to, notice, options)
    if (!first.isStale) return first.answer
    // With a token that was given a moment ago: if it is refused too, it is not the token.
    return (await this.#try(to, notice, options)).answer
  }

  async #try(to: Phone, notice: Notice, options: PushOptions): Promise<Tried> {
    const { access, bytesMax } = this.dialect
    const token = (await access?.get()) ?? ''
    if (typeof token !== 'string') return { answer: token, isStale: false }
    const asked = this.dialect.request(to, notice, options, token)
    const ownBytes = asked.url.endsWith(to.token) ? 0 : to.token.length
    if (Buffer.byteLength(asked.body) - ownBytes > bytesMax) return silent('tooLarge')
    const heard = await ask(this.line, asked)
    if (typeof heard === 'string') return silent(heard)
    const code = this.dialect.codeOf(heard)
    const [verdict, pause] = this.#verdictOf(heard.status, code)
    const isStale = verdict === 'stale'
    if (isStale) access?.drop(token)
    const outcome = isStale ? 'unauthorized' : verdict
    const waitSeconds = Math.max(heard.waitSeconds, pause)
    const answer = { outcome, status: heard.status, said: quotable(code), waitSeconds, held: false }
    return { answer, isStale }
  }

  #verdictOf(status: number, code: string | null): [Verdict, number] {
    const { codes, statuses } = this.dialect
    const [table, name] = code === null ? [statuses, String(status)] : [codes, code]
    const found = Object.hasOwn(table, name) ? table[name] : undefined
    if (found !== undefined) return typeof found === 'string' ? [found, 0] : [...found]
    return [outcomeOf(status), 0]
  }
}

/**
 * Only a code of theirs ends a registration: 404 may as well mean an address of ours. And only what they
 * say is sent is sent: a page that says 200 comes from somebody between us.
 */
function outcomeOf(status: number): PushOutcome {
  if (status >= 300 && status < 400) return 'redirected'
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 413) return 'tooLarge'
  if (status === 429) return 'limited'
  return status >= 500 ? 'unavailable' : 'refused'
}

export const json = { 'content-type': 'application/json; charset=utf-8' }
export const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }

/** As some of them name a notification on the phone: a number of 31 bits. */
export function numberOf({ conversation_id }: Notice): number {
  return conversation_id % 2 ** 31
}

/** What the app is told beside what is shown, as texts. */
export function dataOf(notice: Notice): Record<string, string> {
  const common = { conversation_id: String(notice.conversation_id), badge: String(notice.badge) }
  if (isClearing(notice)) return { ...common, clear: 'true' }
  return { ...common, from_user_id: notice.from_user_id, unread: String(notice.unread) }
}

/** Of providers that only show, see `wakes`. */
export function shownOf(notice: Notice): Notification {
  assert(!isClearing(notice), 'nothing is cleared where nothing can be')
  return notice
}

/** A name as given in settings, or within an address. */
export const part = encodeURIComponent

/** Providers count characters, and refuse one too many. */
export function cutTo(text: string, charactersMax: number): string {
  const characters = [...text]
  if (characters.length <= charactersMax) return text
  return `${characters.slice(0, charactersMax - 1).join('')}…`
}
