// Laws of groups: who makes, joins, leads and leaves them.
import type * as inside from '../../../src/protocol/groups.members.ts'
import type * as told from '../../../src/protocol/groups.told.ts'
import type * as protocol from '../../../src/protocol/groups.ts'
import { groups as made, members, requests } from '../crowds.ts'
import { membersOnly, ownerOnly, signedIn } from './access.ts'
import { both, cursor, fixed, text, words } from './longest.ts'
import { seesName, seesNothing, type Rows, type Scene } from './row.ts'
import { each, once } from './twice.ts'

interface Protocol {
  readonly operations: typeof protocol.operations & typeof inside.operations
  readonly serverFrames: typeof told.serverFrames
}

const groupsMade = 'select count(*) from groups'
const gone = 'select count(*) from groups where dissolved_at is not null'
const inGroups = `select count(*) from conversation_members m
  join conversations c on c.id = m.conversation_id where c.kind = 2 and m.left_at is null`
const waiting = 'select count(*) from group_requests where status = 0'

const itsGroup: Scene = async (stage) => ({ group_id: (await stage.group()).group_id })
/** Its owner does something about the member, whoever asks. */
const itsMember: Scene = async (stage) => ({
  ...(await itsGroup(stage)),
  target_user_id: stage.cast.member.userId,
})
const itsRequest: Scene = async (stage) => ({ id: await stage.joinRequest() })

const insiders = membersOnly('groupNotFound')
/** The member sees that it is there. */
const leaders = membersOnly('groupNotFound', { member: 'notAllowed' })
/** About the member: whoever asks that of themselves has aimed wrong, or may not. */
const settings = {
  name: text('Herons', words(64)),
  description: text('Every Sunday.', words(500)),
}

export const groups: Rows<Protocol> = {
  operations: {
    'groups.create': {
      scene: () => ({ name: 'Herons' }),
      access: signedIn(),
      twice: each(groupsMade, 'two groups may have one name'),
      budget: 15,
      also: {
        'with an avatar': {
          scene: async (stage) => ({ name: 'Herons', avatar_media_id: await stage.file() }),
          access: ownerOnly('notFound'),
          twice: each(groupsMade, 'two groups may have one name'),
          budget: 17,
        },
      },
      sight: seesNothing(() => ({ name: 'Herons' })),
      longest: ({ friend }) => ({
        whole: both({
          ...settings,
          member_ids: { ordinary: [friend.ordinary], longest: [friend.longest] },
        }),
      }),
    },
    'groups.mine': {
      scene: () => ({}),
      access: signedIn(),
      budget: 3,
      grows: { 'by page': made({ page_size: 100 }), 'by cursor': made({ limit: 100 }) },
      sight: seesNothing(() => ({})),
      longest: () => ({ whole: both({ cursor }) }),
    },
    'groups.search': {
      scene: () => ({ keyword: 'her' }),
      access: signedIn(),
      budget: 4,
      also: {
        'by page': {
          scene: () => ({ keyword: 'her', page: 1, page_size: 20 }),
          access: signedIn(),
          budget: 4,
        },
      },
      grows: { whole: made({ keyword: 'Herons' }) },
      sight: seesNothing(() => ({ keyword: 'her' })),
      longest: () => ({ whole: both({ keyword: text('her', words(64)) }) }),
    },
    'groups.get': {
      scene: itsGroup,
      access: insiders,
      also: {
        'a public one': {
          scene: async (stage) => ({ group_id: (await stage.group({ is_public: true })).group_id }),
          access: signedIn(),
          budget: 3,
        },
      },
      budget: 3,
      sight: seesNothing(({ group }) => ({ group_id: group })),
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group) }) }),
    },
    'groups.update': {
      scene: async (stage) => ({ ...(await itsGroup(stage)), name: 'Storks' }),
      access: leaders,
      twice: once(`${groupsMade} where name = 'Storks'`, 'ok'),
      budget: 13,
      also: {
        'with an avatar': {
          scene: async (stage) => ({
            ...(await itsGroup(stage)),
            avatar_media_id: await stage.file(),
          }),
          access: leaders,
          twice: once(`${groupsMade} where avatar like '/api/v1/media/%'`, 'ok'),
          budget: 15,
        },
      },
      sight: seesNothing(({ group }) => ({ group_id: group, name: 'Storks' })),
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group), ...settings }) }),
    },
    'groups.dissolve': {
      scene: itsGroup,
      access: leaders,
      twice: once(gone, ['groupNotFound']),
      budget: 13,
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group) }) }),
    },
    'groups.join': {
      scene: async (stage) => ({ group_id: (await stage.group({ is_public: true })).group_id }),
      access: signedIn(),
      twice: once(inGroups, 'ok', 0),
      budget: 8,
      also: {
        'by asking': {
          async scene(stage) {
            const group = await stage.group({ is_public: true, join_approval: true })
            if (stage.role === 'owner') await stage.asNewPerson()
            return { group_id: group.group_id }
          },
          access: signedIn(),
          twice: once(waiting, ['requestExists']),
          budget: 12,
        },
      },
      sight: seesNothing(({ group }) => ({ group_id: group })),
      longest: ({ group }) => ({
        whole: both({ group_id: fixed(group), message: text('Me too.', words(200)) }),
      }),
    },
    'groups.requests': {
      scene: itsGroup,
      access: leaders,
      budget: 3,
      grows: { 'by page': requests({ page_size: 100 }), 'by cursor': requests({ limit: 100 }) },
      sight: seesNothing(({ group }) => ({ group_id: group })),
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group), cursor }) }),
    },
    'groups.acceptRequest': {
      scene: itsRequest,
      access: membersOnly('requestNotFound', { member: 'notAllowed' }),
      twice: once(inGroups, ['requestNotFound']),
      budget: 21,
      sight: seesNothing(({ request }) => ({ id: request })),
    },
    'groups.rejectRequest': {
      scene: itsRequest,
      access: membersOnly('requestNotFound', { member: 'notAllowed' }),
      twice: once(waiting, ['requestNotFound'], -1),
      budget: 10,
      sight: seesNothing(({ request }) => ({ id: request })),
    },
    'groups.leave': {
      scene: async (stage) => ({ group_id: (await stage.group({ member_ids: [] })).group_id }),
      access: ownerOnly('groupNotFound'),
      twice: once(inGroups, ['groupNotFound'], -1),
      budget: 13,
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group) }) }),
    },
    'groups.kick': {
      scene: itsMember,
      access: leaders,
      twice: once(inGroups, ['notMember'], -1),
      budget: 14,
      longest: ({ group, stranger }) => ({
        whole: both({ group_id: fixed(group), target_user_id: stranger }),
      }),
    },
    'groups.setRole': {
      scene: async (stage) => ({ ...(await itsMember(stage)), role: 2 }),
      access: leaders,
      twice: once('select count(*) from conversation_members where role = 2', 'same'),
      budget: 15,
      sight: seesNothing(({ group, alice }) => ({
        group_id: group,
        target_user_id: alice.userId,
        role: 2,
      })),
      longest: ({ group, stranger }) => ({
        whole: both({ group_id: fixed(group), target_user_id: stranger, role: fixed(2) }),
      }),
    },
    'groups.mute': {
      scene: async (stage) => ({ ...(await itsMember(stage)), until: '2100-01-01T00:00:00Z' }),
      access: leaders,
      twice: once(
        'select count(*) from conversation_members where muted_until is not null',
        'same',
      ),
      budget: 15,
      sight: seesNothing(({ group, alice }) => ({
        group_id: group,
        target_user_id: alice.userId,
        until: null,
      })),
      longest: ({ group, stranger }) => ({
        whole: both({ group_id: fixed(group), target_user_id: stranger, until: fixed(null) }),
      }),
    },
    'groups.transfer': {
      scene: itsMember,
      access: leaders,
      twice: once('select count(*) from conversation_members where role = 2', ['notAllowed']),
      budget: 18,
      sight: seesNothing(({ group, alice }) => ({
        group_id: group,
        target_user_id: alice.userId,
      })),
      longest: ({ group, stranger }) => ({
        whole: both({ group_id: fixed(group), target_user_id: stranger }),
      }),
    },
    'groups.members': {
      scene: itsGroup,
      access: insiders,
      budget: 4,
      also: {
        'by name': {
          scene: async (stage) => ({ ...(await itsGroup(stage)), keyword: 'mem' }),
          access: insiders,
          budget: 6,
        },
      },
      grows: {
        'by page': members({ page_size: 100 }),
        'by cursor': members({ limit: 100 }),
        'by name': members({ keyword: 'new', page_size: 100 }),
      },
      sight: seesName(({ group }) => ({ group_id: group })),
      longest: ({ group }) => ({
        whole: both({ group_id: fixed(group), cursor }),
        'by name': both({ group_id: fixed(group), keyword: text('mem', words(64)) }),
      }),
    },
  },
  told: {
    group_invitation: 'not heard',
    group_member_join: 'heard',
    group_info_update: 'not heard',
  },
}
