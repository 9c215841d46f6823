// Laws of how people are brought into a group, and kept out of it.
import type { operations } from '../../../src/protocol/groups.entry.ts'
import { bans, invitations, links } from '../crowds.ts'
import { membersOnly, ownerOnly, signedIn } from './access.ts'
import { both, cursor, fixed, text } from './longest.ts'
import { seesNothing, type Rows, type Scene } from './row.ts'
import { each, once } from './twice.ts'

interface Protocol {
  readonly operations: typeof operations
}

const invited = 'select count(*) from group_invitations where status = 0'
const linksMade = 'select count(*) from group_links'
const banned = 'select count(*) from group_bans'
const inGroups = `select count(*) from conversation_members m
  join conversations c on c.id = m.conversation_id where c.kind = 2 and m.left_at is null`

const itsGroup: Scene = async (stage) => ({ group_id: (await stage.group()).group_id })
const leaders = membersOnly('groupNotFound', { member: 'notAllowed' })
const itsInvitation: Scene = async (stage) => ({ id: await stage.invitation() })

export const groupsEntry: Rows<Protocol> = {
  operations: {
    'groups.invite': {
      async scene(stage) {
        const group = await itsGroup(stage)
        return { ...group, invitee_user_id: (await stage.newFriend()).userId }
      },
      // A friend of the owner's is none of the member's.
      access: membersOnly('groupNotFound', { member: 'notAllowed' }),
      twice: once(invited, ['invitationExists']),
      budget: 17,
      sight: seesNothing(({ group, alice }) => ({
        group_id: group,
        invitee_user_id: alice.userId,
      })),
      longest: ({ group, stranger }) => ({
        whole: both({ group_id: fixed(group), invitee_user_id: stranger }),
      }),
    },
    'groups.acceptInvitation': {
      scene: itsInvitation,
      access: ownerOnly('invitationNotFound'),
      twice: once(inGroups, ['invitationHandled']),
      budget: 20,
      sight: seesNothing(({ request }) => ({ id: request })),
    },
    'groups.rejectInvitation': {
      scene: itsInvitation,
      access: ownerOnly('invitationNotFound'),
      twice: once(invited, ['invitationHandled'], -1),
      budget: 10,
      sight: seesNothing(({ request }) => ({ id: request })),
    },
    'groups.receivedInvitations': {
      scene: () => ({}),
      access: signedIn(),
      budget: 2,
      grows: {
        'by page': invitations({ page_size: 100 }),
        'by cursor': invitations({ limit: 100 }),
      },
      sight: seesNothing(() => ({})),
      longest: () => ({ whole: both({ cursor }) }),
    },
    'groups.createLink': {
      scene: itsGroup,
      access: leaders,
      twice: each(linksMade, 'each link ends by itself'),
      budget: 8,
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group) }) }),
    },
    'groups.links': {
      scene: itsGroup,
      access: leaders,
      budget: 4,
      grows: { whole: links() },
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group) }) }),
    },
    'groups.revokeLink': {
      async scene(stage) {
        const group = await stage.group()
        return { group_id: group.group_id, link_id: (await stage.link(group.group_id)).id }
      },
      access: leaders,
      twice: once(linksMade, ['invitationNotFound'], -1),
      budget: 6,
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group), link_id: fixed(1) }) }),
    },
    'groups.joinByLink': {
      async scene(stage) {
        const group = await stage.group()
        if (stage.role === 'owner') await stage.asNewPerson()
        return { code: (await stage.link(group.group_id)).code }
      },
      access: signedIn(),
      twice: once(inGroups, 'ok'),
      budget: 19,
      secret: null,
      sight: seesNothing(() => ({ code: 'none' })),
      longest: () => ({ whole: both({ code: text('c'.repeat(22), 'c'.repeat(64)) }) }),
    },
    'groups.ban': {
      scene: async (stage) => ({
        ...(await itsGroup(stage)),
        target_user_id: stage.cast.member.userId,
      }),
      access: membersOnly('groupNotFound', { member: 'notAllowed' }),
      twice: once(banned, 'same'),
      budget: 17,
      longest: ({ group, stranger }) => ({
        whole: both({ group_id: fixed(group), target_user_id: stranger }),
      }),
    },
    'groups.unban': {
      async scene(stage) {
        const { group_id } = await stage.group()
        const { userId } = await stage.newcomer()
        await stage.owner.does('groups.ban', { group_id, target_user_id: userId })
        return { group_id, user_id: userId }
      },
      access: leaders,
      twice: once(banned, ['userNotFound'], -1),
      budget: 7,
      longest: ({ group, stranger }) => ({
        whole: both({ group_id: fixed(group), user_id: stranger }),
      }),
    },
    'groups.bans': {
      scene: itsGroup,
      access: leaders,
      budget: 3,
      grows: { 'by page': bans({ page_size: 100 }), 'by cursor': bans({ limit: 100 }) },
      sight: seesNothing(({ group }) => ({ group_id: group })),
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group), cursor }) }),
    },
  },
}
