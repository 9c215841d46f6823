// Send a message: find where it goes, check what it says, hand it to the writer.
import type { Actor } from '../../core/actor.ts'
import { must } from '../../core/assert.ts'
import { Failure, invalid, isFailure } from '../../core/failure.ts'
import { newUuid } from '../../core/ids.ts'
import { cleanUrl } from '../../core/urls.ts'
import type { BaseContext, Context } from '../../context.ts'
import type { Origin } from '../../infra/relay.ts'
import { fileIn } from '../../protocol/paths.ts'
import type { Sent } from '../../protocol/messages.told.ts'
import type { Message, SendMessage } from '../../protocol/messages.ts'
import { useInMessage } from '../media/use.ts'
import { findPerson } from '../people/people.ts'
import { mayBeIn, peerOf, type ConversationRef } from '../conversations/directory.ts'
import { openNotes } from '../conversations/notes.ts'
import { whyClosed } from '../friends/policy.ts'
import type { Begun } from '../feature.ts'
import type { Accepted, Draft } from './commit/draft.ts'
import { mentionsIn, nobody, type Mentions } from './mentions.ts'
import { checkContent, digestOf, withPath } from './policy.ts'
import { shownTo } from './shown.ts'
import { findMessages } from './store.ts'
import { freshMessage, messageView } from './view.ts'
import { directory } from '../conversations/state.ts'
import { writer } from './state.ts'

/**
 * REST: the whole message, as it stands now when it had been said before. `passedOn` are the files of
 * others in it, which its sender may fetch.
 */
export async function send(
  ctx: Context,
  actor: Actor,
  input: SendMessage,
  passedOn?: readonly number[],
): Promise<Message> {
  const target = findTargetHere(ctx, actor, input) ?? (await findTarget(ctx, actor, input))
  const draft = draftOf(ctx, actor, target, input, actor.sessionId)
  const using = passedOn ? passOn(ctx, draft, passedOn) : useFile(ctx, draft)
  if (using) await using
  const accepted = await ctx
    .of(writer)
    .submit(draft)
    .catch((error) => explain(ctx, draft, input, error))
  const fresh = freshMessage(draft, accepted)
  // What burned meanwhile is answered as it was at first.
  const said = (accepted.repeated && (await stored(ctx, target.ref, accepted.id))) || fresh
  // What is plain is shown as it was said, and asks nothing.
  if (!accepted.repeated && said.reply_to_id === null) return said
  const [shown] = await shownTo(ctx.sql, actor.id, [said])
  return must(shown, 'one is one')
}

async function stored(
  ctx: Context,
  ref: ConversationRef,
  id: number,
): Promise<Message | undefined> {
  const [row] = await findMessages(ctx.sql, [id])
  return row && messageView(row, ref)
}

/**
 * The socket's door, in two steps so that order holds without waiting for commits: the conversation is
 * found first, then the draft is queued at once and only its answer is waited for. Who sends a file waits
 * until that is noted, and what they say next waits as well.
 */
export function begin(
  ctx: Context,
  actor: Actor,
  input: SendMessage,
  origin: string,
): Begun<Sent> | Promise<Begun<Sent>> {
  const queue = (target: Target): Begun<Sent> | Promise<Begun<Sent>> => {
    const draft = draftOf(ctx, actor, target, input, origin)
    const using = useFile(ctx, draft)
    if (!using) return { answer: submit(ctx, draft, input) }
    return using.then(() => ({ answer: submit(ctx, draft, input) }))
  }
  const here = findTargetHere(ctx, actor, input)
  return here ? queue(here) : findTarget(ctx, actor, input).then(queue)
}

function submit(ctx: Context, draft: Draft, input: SendMessage): Promise<Sent> {
  return ctx
    .of(writer)
    .submit(draft)
    .then(
      (accepted) => sentOf(draft, accepted),
      (error) => explain(ctx, draft, input, error),
    )
}

/** Nothing to wait for where there is no file. */
function useFile(ctx: BaseContext, draft: Draft): Promise<void> | undefined {
  const id = fileIn(draft.type, draft.mediaUrl)
  return id === undefined ? undefined : useInMessage(ctx, nameOf(draft), [id], true)
}

function passOn(ctx: BaseContext, draft: Draft, files: readonly number[]) {
  return files.length === 0 ? undefined : useInMessage(ctx, nameOf(draft), files, false)
}

const nameOf = ({ ref, senderId, clientMsgId }: Draft) => ({
  conversation: ref.id,
  sender: senderId,
  clientMsgId,
})

/** What is said at another time: checked as when it is said now. */
export async function draftLater(
  ctx: BaseContext,
  actor: Actor,
  input: SendMessage,
): Promise<Draft> {
  oneTarget(input)
  const draft = draftOf(ctx, actor, await findTarget(ctx, actor, input), input, '')
  await useFile(ctx, draft)
  return draft
}

/** To whom it goes, under the names it was said to. */
export function recipientOf(ref: ConversationRef, sender: number, atNames: string) {
  return ref.kind === 'direct'
    ? { to_user_id: peerOf(ref, sender).userId }
    : { group_id: ref.groupId, at_users: atNames }
}

/** Says it then, whoever is connected where. */
export async function submitDraft(ctx: BaseContext, draft: Draft): Promise<Accepted> {
  const { ref } = draft
  const input = ref.kind === 'group' ? { group_id: ref.groupId } : {}
  try {
    return await ctx.of(writer).submit(draft)
  } catch (error) {
    return explain(ctx, draft, input, error)
  }
}

/**
 * The statement says that a conversation is closed; why is asked only then. What is foreign answers as
 * what is not there would by the same name: a number tells nobody that it is a group's.
 */
export async function explain(
  ctx: BaseContext,
  { ref, senderId }: Draft,
  { group_id }: Pick<SendMessage, 'group_id'>,
  error: unknown,
): Promise<never> {
  if (ref.kind !== 'direct') {
    const isForeign = group_id !== undefined && isFailure(error, 'conversationNotFound')
    throw isForeign ? new Failure('groupNotFound') : error
  }
  if (!isFailure(error, 'notAllowed')) throw error
  throw await whyClosed(ctx.sql, senderId, peerOf(ref, senderId).id)
}

function sentOf(draft: Draft, accepted: Accepted): Sent {
  return {
    id: accepted.id,
    conversation_id: draft.ref.id,
    seq: accepted.seq,
    client_msg_id: draft.clientMsgId,
    created_at: accepted.createdAt.toISOString(),
    ...(accepted.expiresAt ? { expires_at: accepted.expiresAt.toISOString() } : {}),
  }
}

/** Where a message goes, and whom it mentions there. */
export interface Target {
  readonly ref: ConversationRef
  readonly mentions: Mentions
}

/** The same, if this process knows it already: it knows nobody of a group. */
export function findTargetHere(ctx: Context, actor: Actor, input: SendMessage): Target | undefined {
  oneTarget(input)
  if (input.at_users !== undefined) return undefined
  const ref = refHere(ctx, actor, input)
  return ref && { ref, mentions: nobody }
}

function refHere(ctx: Context, actor: Actor, input: SendMessage): ConversationRef | undefined {
  const { conversation_id: id, to_user_id: to, group_id: group } = input
  if (id !== undefined) return visible(actor, ctx.of(directory).peek(id))
  if (group !== undefined) return ctx.of(directory).peekGroup(group)
  return to === undefined ? undefined : ctx.of(directory).peekDirect(actor.id, to)
}

/** Where a message goes, or why it cannot. */
export async function findTarget(
  ctx: BaseContext,
  actor: Actor,
  input: SendMessage,
): Promise<Target> {
  const ref = await findRef(ctx, actor, input)
  return { ref, mentions: await mentionsIn(ctx.sql, ref, actor, input.at_users) }
}

async function findRef(
  ctx: BaseContext,
  actor: Actor,
  input: SendMessage,
): Promise<ConversationRef> {
  const { conversation_id: id, to_user_id: to, group_id: group } = input
  if (id !== undefined) {
    const ref = visible(actor, await ctx.of(directory).find(id))
    if (!ref) throw new Failure('conversationNotFound')
    return ref
  }
  if (group !== undefined) {
    const ref = await ctx.of(directory).findGroup(group)
    if (!ref) throw new Failure('groupNotFound')
    return ref
  }
  if (to === undefined) throw invalid('to_user_id', 'missing', { one_of: targets })
  const ref = await ctx.of(directory).findDirect(actor.id, to)
  if (ref) return ref
  // Never friends: say so, unless there is nobody of that name or it is the sender, who takes notes.
  const person = await findPerson(ctx.sql, to)
  if (person.id === actor.id) return openNotes(ctx, actor)
  throw await whyClosed(ctx.sql, actor.id, person.id)
}

function visible(actor: Actor, ref: ConversationRef | undefined): ConversationRef | undefined {
  return ref && mayBeIn(ref, actor.id) ? ref : undefined
}

const targets = ['to_user_id', 'conversation_id', 'group_id'] as const

function oneTarget(input: SendMessage): void {
  const [named, other] = targets.filter((name) => input[name] !== undefined)
  if (named === undefined) throw invalid('to_user_id', 'missing', { one_of: targets })
  if (other !== undefined) throw invalid(named, 'conflict', { with: other })
}

/** What is stored of it is also what a second time is compared with. */
function draftOf(
  ctx: BaseContext,
  actor: Actor,
  { ref, mentions }: Target,
  said: SendMessage,
  origin: Origin,
): Draft {
  const pathed = said.media_id === undefined ? said : withPath(said)
  checkContent(pathed)
  const { media_url: url = '' } = pathed
  const input =
    url === '' ? pathed : { ...pathed, media_url: cleanUrl('media_url', url, ctx.config) }
  return {
    ref,
    senderId: actor.id,
    senderUserId: actor.userId,
    clientMsgId: input.client_msg_id?.toLowerCase() ?? newUuid(),
    digest: digestOf(ref.id, input, mentions.names),
    type: input.message_type,
    content: input.content,
    mediaUrl: input.media_url ?? '',
    replyToId: input.reply_to_id ?? null,
    atUsers: mentions.users,
    atNames: mentions.names,
    origin,
  }
}
