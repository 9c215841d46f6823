// My conversations with people and groups, pinned first, then by last activity, each with its newest message.
import type { Actor } from '../../core/actor.ts'
import type { Context } from '../../context.ts'
import type { Group } from '../../protocol/groups.ts'
import type { GroupConversation } from '../../protocol/inbox.ts'
import type { DirectConversation, GroupMessage, Message } from '../../protocol/messages.ts'
import type { InputOf, OutputOf } from '../../protocol/operations.ts'
import { listPage, showDirect, type Listed } from '../conversations/listing.ts'
import { draftView } from '../conversations/settings.ts'
import { groupsById } from '../groups/group.ts'
import { newestOf } from '../messages/newest.ts'

type Conversation = DirectConversation | GroupConversation
type Row = Listed['rows'][number]

export async function list(
  ctx: Context,
  actor: Actor,
  input: InputOf<'conversations.list'>,
): Promise<OutputOf<'conversations.list'>> {
  const { rows, cursor } = await listPage(ctx, actor, input)
  const shown = await show(ctx, actor, rows)
  return cursor ? { list: shown, ...cursor } : shown
}

/** As whoever they belong to sees them. */
export async function show(
  ctx: Context,
  actor: Actor,
  rows: readonly Row[],
): Promise<Conversation[]> {
  const [direct, groups, lastOf] = await Promise.all([
    showDirect(ctx, actor, rows),
    groupsById(ctx, actor.id, idsOfGroups(rows)),
    newestOf(ctx, actor.id, rows),
  ])
  const people = new Map(direct.map((each) => [each.id, each]))
  return rows.flatMap((row): Conversation[] => {
    const last = lastOf.get(row.id)
    const group = groups.get(row.id)
    if (group) return [groupConversation(row, group, last)]
    const pair = people.get(row.id)
    if (!pair) return []
    const shown = { ...pair, last_message_id: last?.id ?? null }
    return [last ? { ...shown, last_message: last } : shown]
  })
}

const idsOfGroups = (rows: readonly Row[]) =>
  rows.flatMap(({ id, group_id }) => (group_id === null ? [] : [id]))

function groupConversation(row: Row, group: Group, last: Message | undefined): GroupConversation {
  const isForMe = last !== undefined && last.seq > row.sees_after
  return {
    id: row.id,
    kind: 'group',
    group_id: group.group_id,
    group,
    last_message_id: last?.id ?? null,
    last_message_time: row.last_message_at?.toISOString() ?? null,
    last_seq: row.last_seq,
    read_seq: row.read_seq,
    unread: row.unread,
    is_pinned: row.is_pinned,
    is_muted: row.is_muted,
    is_archived: row.is_archived,
    is_marked_unread: row.is_marked_unread,
    ...(row.draft ? { draft: draftView(row.draft) } : {}),
    burn_after: row.burn_seconds || null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    ...(isForMe ? { last_message: last as GroupMessage } : {}),
  }
}
