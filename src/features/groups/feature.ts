// Groups: made, joined, led and left; what is said in them takes the road of all messages.
import type * as board from '../../protocol/groups.board.ts'
import type * as entry from '../../protocol/groups.entry.ts'
import type * as inside from '../../protocol/groups.members.ts'
import type * as said from '../../protocol/groups.messages.ts'
import type * as told from '../../protocol/groups.told.ts'
import type * as protocol from '../../protocol/groups.ts'
import { conversations } from '../conversations/feature.ts'
import { feature } from '../feature.ts'
import { friends } from '../friends/feature.ts'
import { media } from '../media/feature.ts'
import { messages } from '../messages/feature.ts'
import { people } from '../people/feature.ts'
import { settings } from '../settings/feature.ts'
import {
  announce,
  announcementReaders,
  announcements,
  changeAnnouncement,
  readAnnouncement,
  removeAnnouncement,
} from './board/announcements.ts'
import { ban, bans, unban } from './entry/bans.ts'
import { create } from './create.ts'
import { custody } from './custody.ts'
import {
  acceptInvitation,
  invite,
  receivedInvitations,
  rejectInvitation,
} from './entry/invitations.ts'
import { acceptRequest, join, leave, rejectRequest, requests } from './entry/joining.ts'
import { createLink, joinByLink, links, revokeLink } from './entry/links.ts'
import { kick, members, mute, rename, setRole, transfer } from './members.ts'
import {
  history,
  markMessages,
  mentions,
  readers,
  recall,
  send,
  typing,
  unreadCount,
  unreadCounts,
} from './messages.ts'
import { pin, pinned, unpin } from './board/pins.ts'
import {
  countReceipts,
  tellAnnounced,
  tellAsked,
  tellChanged,
  tellDissolved,
  tellInvited,
  tellJoined,
  tellLeft,
  tellUninvited,
} from './reactions.ts'
import { dissolve, get, mine, search, update } from './settings.ts'
import * as bounds from './limits.ts'

interface Protocol {
  readonly operations: typeof protocol.operations &
    typeof inside.operations &
    typeof entry.operations &
    typeof board.operations &
    typeof said.operations
  readonly events: typeof told.events
  readonly exportFiles: typeof told.exportFiles
  readonly limits: typeof bounds.limits
  readonly buckets: typeof bounds.buckets
}

export const groups = feature<Protocol>({
  name: 'groups',
  uses: [media, people, settings, conversations, friends, messages],
  routes: {
    'groups.create': create,
    'groups.mine': mine,
    'groups.search': search,
    'groups.get': get,
    'groups.update': update,
    'groups.dissolve': dissolve,
    'groups.join': join,
    'groups.requests': requests,
    'groups.acceptRequest': acceptRequest,
    'groups.rejectRequest': rejectRequest,
    'groups.leave': leave,
    'groups.kick': kick,
    'groups.setRole': setRole,
    'groups.mute': mute,
    'groups.transfer': transfer,
    'groups.members': members,
    'groups.invite': invite,
    'groups.acceptInvitation': acceptInvitation,
    'groups.rejectInvitation': rejectInvitation,
    'groups.receivedInvitations': receivedInvitations,
    'groups.createLink': createLink,
    'groups.links': links,
    'groups.revokeLink': revokeLink,
    'groups.joinByLink': joinByLink,
    'groups.ban': ban,
    'groups.unban': unban,
    'groups.bans': bans,
    'groups.announce': announce,
    'groups.announcements': announcements,
    'groups.changeAnnouncement': changeAnnouncement,
    'groups.removeAnnouncement': removeAnnouncement,
    'groups.readAnnouncement': readAnnouncement,
    'groups.announcementReaders': announcementReaders,
    'groups.pin': pin,
    'groups.unpin': unpin,
    'groups.pinned': pinned,
    'groups.rename': rename,
    'groups.send': send,
    'groups.history': history,
    'groups.recall': recall,
    'groups.read': markMessages,
    'groups.unreadCount': unreadCount,
    'groups.unreadCounts': unreadCounts,
    'groups.readers': readers,
    'groups.mentions': mentions,
    'groups.typing': typing,
  },
  reactions: {
    'group.joined': tellJoined,
    'group.left': tellLeft,
    'group.invited': tellInvited,
    'group.uninvited': tellUninvited,
    'group.asked': tellAsked,
    'receipts.changed': countReceipts,
    'group.announced': tellAnnounced,
    'group.changed': tellChanged,
    'group.dissolved': tellDissolved,
  },
  custody,
  limits: bounds.limits,
  buckets: bounds.buckets,
})
