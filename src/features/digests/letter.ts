// For the workers: what a digest says, looked up when it is sent. Whoever came back meanwhile gets none,
// and what was read, recalled or burned meanwhile is not in it.
import type { BaseContext } from '../../context.ts'
import type { User } from '../../protocol/people.ts'
import type { PushSettings } from '../../protocol/push.ts'
import type { Heard, MailWords } from '../../texts/mails.ts'
import { letterTo, type Letter } from '../mails/letter.ts'
import { findUser } from '../people/accounts.ts'
import { findProfiles } from '../people/people.ts'
import { wordsOf } from '../push/rules.ts'
import { readPushSettings } from '../settings/push.ts'
import { lastSeen, periodOf } from './away.ts'
import { limits } from './limits.ts'
import { findOwed, findWaitingFor, markMailed, type WaitingRow } from './store.ts'
import { linkToStop } from './stopping.ts'

export interface Owed {
  readonly user: number
  /** Unix ms: when it was due. */
  readonly at: number
}

/** Null: there is nothing to say, or nobody to be told. */
export async function digestFor(
  ctx: BaseContext,
  { user, at }: Owed,
): Promise<Letter<'digest'> | null> {
  const { publicUrl } = ctx.config
  const row = publicUrl === '' ? undefined : await findOwed(ctx.sql, user, new Date(at))
  if (!row) return null
  const seen = (await lastSeen(ctx, [row])).get(user) ?? 0
  if (seen + periodOf(row) > at) return null
  const [to, waiting, { preview }] = await Promise.all([
    findUser(ctx.sql, user),
    findWaitingFor(ctx.sql, user, limits.digest.namedMax),
    readPushSettings(ctx.sql, user),
  ])
  const [first] = waiting
  if (!to || !first) return null
  const people = waiting.flatMap(({ peer_id, sender_id }) => [peer_id ?? sender_id, sender_id])
  const profiles = await findProfiles(ctx.sql, user, people)
  const shown: Shown = { profiles, preview, locale: to.locale }
  const words: MailWords['digest'] = {
    nickname: to.nickname,
    messages: first.messages,
    heard: waiting.map((each) => heardOf(each, shown)),
    more: first.conversations - waiting.length,
    url: publicUrl,
    stop: linkToStop(ctx, user),
  }
  return letterTo('digest', to, words, { at, lifeMs: limits.digest.lifeMs })
}

/** From now on it is not mailed again. */
export function noteMailed({ sql }: BaseContext, { user, at }: Owed): Promise<void> {
  return markMailed(sql, user, new Date(at))
}

interface Shown {
  readonly profiles: ReadonlyMap<number, User>
  readonly preview: PushSettings['preview']
  readonly locale: string
}

function heardOf(row: WaitingRow, { profiles, preview, locale }: Shown): Heard {
  const { unread, group_name: group, peer_id, sender_id, remark } = row
  const nameOf = (id: number) => profiles.get(id)?.nickname ?? ''
  const words = preview === 'text' && row.may_be_said ? wordsOf(row, locale) : null
  const said = words === null || group === null ? words : `${nameOf(sender_id)}: ${words}`
  return { name: group ?? remark ?? nameOf(peer_id ?? sender_id), unread, said }
}
