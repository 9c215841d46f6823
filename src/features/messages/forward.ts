// Pass on what somebody may read: a copy, said by whoever passes it on, by the road of all messages.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import { Failure, invalid, isFailure } from '../../core/failure.ts'
import { derivedUuid, newUuid } from '../../core/ids.ts'
import type { Context } from '../../context.ts'
import { messageTypes } from '../../protocol/messages.types.ts'
import type { Message, SendMessage } from '../../protocol/messages.ts'
import type { MergedMessages } from '../../protocol/messages.forward.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { findProfiles } from '../people/people.ts'
import { showMessages } from './delivery/replay.ts'
import { send } from './send.ts'
import { listFiles, listReadable } from './store.ts'

type Input = InputOf<'messages.forward'>
type Words = Pick<SendMessage, 'message_type' | 'content' | 'media_url'>

/** What means something only where it was said. */
const bound = new Set<number>([
  messageTypes.system,
  messageTypes.poll,
  messageTypes.call,
  messageTypes.encrypted,
])

/**
 * To each target, judged there as a message of its own. What could be said stays said where something else
 * could not: the same call again, with its `client_msg_id`, says the rest and nothing twice.
 */
export async function forward(
  ctx: Context,
  actor: Actor,
  input: Input,
): Promise<OutputOf<'messages.forward'>> {
  const names = input.targets.map((target) => JSON.stringify(target).toLowerCase())
  if (new Set(names).size < names.length) throw invalid('targets', 'duplicate')
  const { words, files } = await wordsOf(ctx, actor, input)
  const own = input.client_msg_id?.toLowerCase() ?? newUuid()
  const done = await Promise.allSettled(
    input.targets.map((target, at) => {
      const client_msg_id = derivedUuid(own, names[at] as string)
      return send(ctx, actor, { ...target, ...words, client_msg_id }, files)
    }),
  )
  const failed = done.flatMap((each, index) =>
    each.status === 'rejected' ? [{ index, error: each.reason as unknown }] : [],
  )
  if (failed.length > 0) throw failure(failed, done.length)
  return done.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
}

/** Of one target it is its own; of many it says which, and why. What nobody expected goes on as it is. */
function failure(failed: readonly { index: number; error: unknown }[], of: number): unknown {
  const first = must(failed[0], 'something failed').error
  const unexpected = failed.find(({ error }) => !isFailure(error))
  if (of === 1 || unexpected) return unexpected?.error ?? first
  return new Failure('forwardFailed', {
    sent: of - failed.length,
    failed: failed.map(({ index, error }) => ({ index, code: (error as Failure).code })),
  })
}

interface Said {
  readonly words: Words
  /** Whoever may read a message may pass on what it holds, too. */
  readonly files: readonly number[]
}

async function wordsOf(ctx: Context, actor: Actor, input: Input): Promise<Said> {
  const { message_id: one, message_ids: many } = input
  if (one === undefined && many === undefined) {
    throw invalid('message_id', 'missing', { one_of: ['message_id', 'message_ids'] })
  }
  if (one !== undefined && many !== undefined) {
    throw invalid('message_id', 'conflict', { with: 'message_ids' })
  }
  const ids = many ?? [one as number]
  const found = await listReadable(ctx.sql, ids, actor.id)
  if (found.length < ids.length) throw new Failure('messageNotFound')
  const messages = await showMessages(ctx, actor.id, ids)
  if (messages.some((each) => each.is_recalled || bound.has(each.message_type))) {
    throw new Failure('notAllowed')
  }
  const [first] = messages
  const files = messages.some(mayHoldFiles) ? await listFiles(ctx.sql, ids) : []
  if (many === undefined) return { words: copyOf(must(first, 'it was found')), files }
  if (messages.some((each) => each.conversation_id !== first?.conversation_id)) {
    throw invalid('message_ids', 'conflict')
  }
  const senders = new Map(found.map((row) => [row.id, row.sender_id]))
  const profiles = await findProfiles(ctx.sql, actor.id, [...new Set(senders.values())])
  const nameOf = ({ id }: Message) => profiles.get(senders.get(id) ?? 0)?.nickname ?? ''
  return { words: merged(messages, nameOf), files }
}

/** A merged message holds those of all that are in it. */
const mayHoldFiles = ({ message_type: type, media_id: id }: Message) =>
  id !== undefined || type === messageTypes.forward

const copyOf = ({ message_type, content, media_url }: Message): Words => ({
  message_type,
  content,
  ...(media_url === '' ? {} : { media_url }),
})

/** In the order in which it was said. */
function merged(messages: readonly Message[], nameOf: (message: Message) => string): Words {
  const items: MergedMessages['items'] = messages.map((message) => ({
    from_user_id: message.from_user_id,
    nickname: nameOf(message),
    message_type: message.message_type,
    content: message.content,
    media_url: message.media_url,
    created_at: message.created_at,
  }))
  return { message_type: messageTypes.forward, content: JSON.stringify({ items }) }
}
