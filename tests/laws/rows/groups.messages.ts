// Laws of what is said in groups.
import type { operations } from '../../../src/protocol/groups.messages.ts'
import { audience, groupHistory, mentions } from '../crowds.ts'
import { membersOnly, signedIn } from './access.ts'
import { both, cursor, fixed, image, text, words } from './longest.ts'
import { seesName, seesNothing, type Rows, type Scene } from './row.ts'
import { messages as said, once, recalls, traceless } from './twice.ts'

interface Protocol {
  readonly operations: typeof operations
}

const itsGroup: Scene = async (stage) => ({ group_id: (await stage.group()).group_id })
const itsMessage: Scene = async (stage) => {
  const { group_id } = await stage.group()
  return { id: await stage.groupMessage(group_id) }
}
const read = `select count(*) from conversation_members m
  join conversations c on c.id = m.conversation_id and c.last_seq = m.read_seq
  where c.kind = 2 and c.last_seq > 0 and m.left_at is null`

const insiders = membersOnly('groupNotFound')

export const groupsMessages: Rows<Protocol> = {
  operations: {
    'groups.send': {
      scene: async (stage) => ({
        ...(await itsGroup(stage)),
        message_type: 1,
        content: 'hi all',
        client_msg_id: crypto.randomUUID(),
      }),
      access: insiders,
      twice: once(said, 'same'),
      budget: 4,
      also: {
        'in answer': {
          async scene(stage) {
            const { group_id } = await stage.group()
            const reply_to_id = await stage.groupMessage(group_id)
            const client_msg_id = crypto.randomUUID()
            return { group_id, message_type: 1, content: 'hi', reply_to_id, client_msg_id }
          },
          access: insiders,
          twice: once(said, 'same'),
          // Its answer shows what it answers.
          budget: 3,
        },
        'to somebody there': {
          scene: async (stage) => ({
            ...(await itsGroup(stage)),
            message_type: 1,
            content: 'hi',
            at_users: [stage.cast.member.userId],
            client_msg_id: crypto.randomUUID(),
          }),
          access: insiders,
          twice: once(said, 'same'),
          budget: 5,
        },
      },
      sight: seesNothing(({ group }) => ({ group_id: group, message_type: 1, content: 'hi' })),
      longest: ({ group }) => ({
        whole: both({
          group_id: fixed(group),
          message_type: fixed(1),
          content: text('hi all', words(5_000)),
          media_url: text('https://example.com/a.png', image(0)),
        }),
      }),
    },
    'groups.history': {
      scene: itsGroup,
      access: insiders,
      budget: 5,
      grows: {
        'by page': groupHistory({ page_size: 100 }),
        'by seq': groupHistory({ after_seq: 0, limit: 100 }),
        'by cursor': groupHistory({ cursor: '', limit: 100 }),
      },
      sight: seesNothing(({ group }) => ({ group_id: group })),
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group), cursor }) }),
    },
    'groups.recall': {
      scene: itsMessage,
      access: membersOnly('messageNotFound', { member: 'notAllowed' }),
      twice: once(recalls, 'same'),
      budget: 10,
      sight: seesNothing(({ groupSaid }) => ({ id: groupSaid })),
    },
    'groups.read': {
      async scene(stage) {
        const group = await itsGroup(stage)
        const input = { ...group, message_type: 1, content: 'read me' }
        await stage.cast.member.does('groups.send', input as never)
        return group
      },
      access: insiders,
      twice: once(read, 'same'),
      budget: 6,
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group) }) }),
    },
    'groups.unreadCount': {
      scene: itsGroup,
      access: insiders,
      budget: 2,
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group) }) }),
    },
    'groups.unreadCounts': {
      scene: async (stage) => ({ group_ids: [(await stage.group()).group_id] }),
      access: signedIn(),
      twice: traceless(said, 'same'),
      budget: 2,
      longest: ({ group }) => ({
        whole: both({
          group_ids: {
            ordinary: [group],
            longest: Array.from({ length: 500 }, (_, n) => `G${n}`.padEnd(64, 'g')),
          },
        }),
      }),
    },
    'groups.readers': {
      scene: itsMessage,
      access: membersOnly('messageNotFound'),
      budget: 3,
      grows: {
        whole: audience((friend, { group_id }) => friend.does('groups.read', { group_id }), {}),
      },
      sight: seesName(({ groupSaid }) => ({ id: groupSaid })),
    },
    'groups.mentions': {
      scene: () => ({}),
      access: signedIn(),
      budget: 2,
      grows: { whole: mentions({ limit: 100 }) },
      sight: seesNothing(() => ({})),
      longest: () => ({ whole: both({ cursor }) }),
    },
    'groups.typing': {
      scene: itsGroup,
      access: insiders,
      twice: traceless(said, 'same'),
      budget: 4,
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group) }) }),
    },
  },
}
