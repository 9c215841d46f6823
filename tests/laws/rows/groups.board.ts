// Laws of what a group keeps in sight: announcements, pinned messages, names.
import type { operations } from '../../../src/protocol/groups.board.ts'
import { announcementReaders, announcements, pins } from '../crowds.ts'
import { membersOnly } from './access.ts'
import { both, cursor, fixed, text, words } from './longest.ts'
import { seesNothing, type Rows, type Scene } from './row.ts'
import { each, messages as said, once, traceless } from './twice.ts'

interface Protocol {
  readonly operations: typeof operations
}

const announced = 'select count(*) from group_announcements'
const read = 'select count(*) from announcement_reads'
const pinned = 'select count(*) from group_pins'

const itsGroup: Scene = async (stage) => ({ group_id: (await stage.group()).group_id })
const itsAnnouncement: Scene = async (stage) => {
  const { group_id } = await stage.group()
  return { id: await stage.announcement(group_id) }
}
const itsMessage: Scene = async (stage) => {
  const { group_id } = await stage.group()
  return { group_id, id: await stage.groupMessage(group_id) }
}

const insiders = membersOnly('groupNotFound')
const leaders = membersOnly('groupNotFound', { member: 'notAllowed' })
const announcers = membersOnly('announcementNotFound', { member: 'notAllowed' })
const content = text('Bring towels.', words(2_000))

export const groupsBoard: Rows<Protocol> = {
  operations: {
    'groups.announce': {
      scene: async (stage) => ({ ...(await itsGroup(stage)), content: 'Bring towels.' }),
      access: leaders,
      twice: each(announced, 'the same may be announced again'),
      budget: 11,
      sight: seesNothing(({ group }) => ({ group_id: group, content: 'Bring towels.' })),
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group), content }) }),
    },
    'groups.announcements': {
      scene: itsGroup,
      access: insiders,
      budget: 3,
      grows: { whole: announcements() },
      sight: seesNothing(({ group }) => ({ group_id: group })),
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group) }) }),
    },
    'groups.changeAnnouncement': {
      scene: async (stage) => ({ ...(await itsAnnouncement(stage)), content: 'No towels.' }),
      access: announcers,
      twice: once(`${announced} where content = 'No towels.'`, 'same'),
      budget: 10,
      sight: seesNothing(({ request }) => ({ id: request, content: 'No towels.' })),
      longest: () => ({ whole: both({ id: fixed(1), content }) }),
    },
    'groups.removeAnnouncement': {
      scene: itsAnnouncement,
      access: announcers,
      twice: once(announced, ['announcementNotFound'], -1),
      budget: 8,
    },
    'groups.readAnnouncement': {
      scene: itsAnnouncement,
      access: membersOnly('announcementNotFound'),
      twice: once(read, 'same'),
      budget: 3,
    },
    'groups.announcementReaders': {
      scene: itsAnnouncement,
      access: announcers,
      budget: 4,
      grows: {
        'by page': announcementReaders({ page_size: 100 }),
        'by cursor': announcementReaders({ limit: 100 }),
      },
      sight: seesNothing(({ request }) => ({ id: request })),
      longest: () => ({ whole: both({ id: fixed(1), cursor }) }),
    },
    'groups.pin': {
      scene: itsMessage,
      access: leaders,
      twice: once(pinned, 'same'),
      budget: 10,
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group), id: fixed(1) }) }),
    },
    'groups.unpin': {
      async scene(stage) {
        const message = (await itsMessage(stage)) as { group_id: string; id: number }
        await stage.owner.does('groups.pin', message)
        return message
      },
      access: leaders,
      twice: once(pinned, ['messageNotFound'], -1),
      budget: 6,
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group), id: fixed(1) }) }),
    },
    'groups.pinned': {
      scene: itsGroup,
      access: insiders,
      budget: 4,
      grows: { whole: pins() },
      sight: seesNothing(({ group }) => ({ group_id: group })),
      longest: ({ group }) => ({ whole: both({ group_id: fixed(group) }) }),
    },
    'groups.rename': {
      scene: async (stage) => ({ ...(await itsGroup(stage)), nickname: 'Captain' }),
      access: insiders,
      twice: traceless(said, 'same'),
      budget: 11,
      sight: seesNothing(({ group }) => ({ group_id: group, nickname: 'Captain' })),
      longest: ({ group }) => ({
        whole: both({ group_id: fixed(group), nickname: text('Captain', words(64)) }),
      }),
    },
  },
}
