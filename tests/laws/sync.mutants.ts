// What was broken on purpose in catching up, and the law of sync has to notice: `bun run mutants laws/sync`.
import type { Mutant } from '../security/mutants.ts'

const law = 'laws/sync: whatever happens, an old picture'

export const sync: readonly Mutant[] = [
  {
    test: law,
    breaks: 'one kind of event is skipped: what somebody sets for a conversation',
    edits: [
      {
        file: 'src/protocol/kept.ts',
        from: `'conversation.set': ({ conversation_id, user }) => ({
    accounts: each([user], 'conversation', conversation_id),
  }),`,
        to: "'conversation.set': () => ({}),",
      },
    ],
  },
  {
    test: law,
    breaks: 'one kind of event is skipped: what somebody keeps',
    edits: [
      {
        file: 'src/protocol/kept.ts',
        from: `'favorite.set': ({ user, message_id }) => ({
    accounts: each([user], 'favorite', message_id),
  }),`,
        to: "'favorite.set': () => ({}),",
      },
    ],
  },
  {
    test: law,
    breaks: 'one kind of event is skipped: what somebody has scheduled',
    edits: [
      {
        file: 'src/protocol/kept.ts',
        from: `'scheduled.changed': ({ user, scheduled_id }) => ({
    accounts: each([user], 'scheduled', scheduled_id),
  }),`,
        to: "'scheduled.changed': () => ({}),",
      },
    ],
  },
  {
    test: law,
    breaks: 'one kind of event is skipped: messages that change',
    edits: [
      {
        file: 'src/protocol/kept.ts',
        from: `'message.changed': ({ conversation_id, message_id }) => ({
    messages: [{ conversation: conversation_id, message: message_id }],
  }),`,
        to: "'message.changed': () => ({}),",
      },
    ],
  },
  {
    test: law,
    breaks: 'the cursor is the number of the last transaction, as a serial id would be',
    edits: [
      {
        file: 'src/features/sync/store.ts',
        from: '(${xid} >= pg_snapshot_xmin(s.since) and not pg_visible_in_snapshot(${xid}, s.since))',
        to: '(${xid} >= pg_snapshot_xmax(s.since))',
      },
    ],
  },
  {
    test: law,
    breaks: 'a message whose transaction began before the cursor and committed after it is dropped',
    edits: [
      {
        file: 'src/features/messages/catchup.store.ts',
        from: 'pg_visible_in_snapshot(x.xid, s.since)\n        order',
        to: 'x.xid < pg_snapshot_xmax(s.since)\n        order',
      },
    ],
  },
  {
    test: law,
    breaks: 'the tombstone of a friend who is gone is forgotten',
    edits: [
      {
        file: 'src/features/sync/account-events.ts',
        from: " : { type: 'friend_removed', data: { id: ref, user_id } })",
        to: " : { type: 'me', data: await me(ctx, actor) })",
      },
    ],
  },
  {
    test: law,
    breaks: 'the tombstone of a deleted message is forgotten',
    edits: [
      {
        file: 'src/features/sync/account-events.ts',
        from: "if (data) tell({ type: 'message_deleted', data })",
        to: 'void data',
      },
    ],
  },
  {
    test: law,
    breaks: 'the tombstone of a conversation that somebody has left is forgotten',
    edits: [
      {
        file: 'src/features/sync/conversation-events.ts',
        from: 'const isGone = news ? news.is_listed : left.has(id)',
        to: 'const isGone = false',
      },
    ],
  },
  {
    test: law,
    breaks: 'the next cursor is taken after what is new was read, not before',
    edits: [
      {
        file: 'src/features/sync/sync.ts',
        from: 'pass?.to ?? found.now,',
        to: 'pass?.to ?? (await whereNow(ctx)).since,',
      },
    ],
  },
  {
    test: law,
    breaks: 'a block is not told to whoever is in a group with both',
    edits: [
      {
        file: 'src/protocol/kept.ts',
        from: "      ...each([other], 'fellow', by),\n",
        to: '',
      },
    ],
  },
  {
    test: law,
    breaks: 'what becomes of a request to join is noted for nobody',
    edits: [
      {
        file: 'src/features/groups/entry/requests.store.ts',
        from: '      select user_id, id from closed\n',
        to: '      select user_id, id from closed where false\n',
      },
      {
        file: 'src/features/groups/entry/requests.store.ts',
        from: 'm.left_at is null and m.role >= ${roles.admin}`,',
        to: 'm.left_at is null and m.role > ${roles.owner}`,',
      },
    ],
  },
]
