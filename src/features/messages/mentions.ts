// Whom a message mentions: members of its group by name, or everybody there.
import type { Actor } from '../../core/actor.ts'
import { invalid } from '../../core/failure.ts'
import type { Sql } from '../../infra/db.ts'
import type { SendMessage } from '../../protocol/messages.ts'
import type { ConversationRef } from '../conversations/directory.ts'
import { membersNamed } from '../conversations/membership.ts'
import { limits } from './limits.ts'

export interface Mentions {
  /** Accounts, 0 for everybody there; null without any. */
  readonly users: readonly number[] | null
  /** As the wire shows them: a JSON array of names; empty between two people. */
  readonly names: string
}

/** Where memory alone was asked. */
export const nobody: Mentions = { users: null, names: '[]' }

const everybody = 'all'

/** Who may mention everybody is judged by the statement. Names of others than members are refused. */
export async function mentionsIn(
  sql: Sql,
  ref: ConversationRef,
  actor: Actor,
  given: SendMessage['at_users'],
): Promise<Mentions> {
  const names = namesOf(given)
  if (names.length === 0) return nobody
  if (ref.kind === 'direct') throw invalid('at_users', 'conflict', { with: 'to_user_id' })
  if (names.includes(everybody)) return { users: [0], names: JSON.stringify([everybody]) }
  const found = await membersNamed(sql, ref.id, [...names, actor.userId])
  // A stranger learns nothing of who is in: the statement refuses the message.
  if (!found.some(({ id }) => id === actor.id)) return nobody
  const byName = new Map(found.map((each) => [each.userId.toLowerCase(), each]))
  const members = new Set(
    names.map((name) => {
      const member = byName.get(name.toLowerCase())
      if (!member) throw invalid('at_users', 'unknown_value')
      return member
    }),
  )
  return {
    users: [...members].map(({ id }) => id),
    names: JSON.stringify([...members].map(({ userId }) => userId)),
  }
}

function namesOf(given: SendMessage['at_users']): string[] {
  const list: unknown = typeof given === 'string' ? parsed(given) : (given ?? [])
  if (!Array.isArray(list)) throw invalid('at_users', 'type', { types: ['array'] })
  const { mentionsMax: max } = limits.message
  if (list.length > max) throw invalid('at_users', 'too_many', { max })
  if (!list.every((each) => typeof each === 'string')) {
    throw invalid('at_users', 'type', { types: ['string'] })
  }
  return [...new Set(list as string[])]
}

function parsed(text: string): unknown {
  if (text.trim() === '') return []
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('at_users', 'type', { types: ['array'] })
  }
}
