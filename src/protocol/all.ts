// The features' parts of the protocol: the one list that all tables of names are collected from.
import * as burning from './burning.ts'
import * as conversations from './conversations.ts'
import * as deletions from './deletions.ts'
import * as departure from './departure.ts'
import * as digests from './digests.ts'
import * as favorites from './favorites.ts'
import * as fetching from './fetching.ts'
import * as friends from './friends.ts'
import * as friendsTold from './friends.told.ts'
import * as groups from './groups.ts'
import * as groupsBoard from './groups.board.ts'
import * as groupsEntry from './groups.entry.ts'
import * as groupsMembers from './groups.members.ts'
import * as groupsMessages from './groups.messages.ts'
import * as groupsTold from './groups.told.ts'
import * as inbox from './inbox.ts'
import * as mails from './mails.ts'
import * as media from './media.ts'
import { merge, type Merged } from './merge.ts'
import * as messages from './messages.ts'
import * as messagesEmoji from './messages.emoji.ts'
import * as messagesForward from './messages.forward.ts'
import * as messagesTold from './messages.told.ts'
import * as moments from './moments.ts'
import * as momentsTold from './moments.told.ts'
import * as people from './people.ts'
import * as presence from './presence.ts'
import * as push from './push.ts'
import * as scheduled from './scheduled.ts'
import * as search from './search.ts'
import * as settings from './settings.ts'
import * as signin from './signin.ts'
import * as sync from './sync.ts'

/** In the order in which documents show them. */
const parts = [
  people,
  settings,
  signin,
  friends,
  friendsTold,
  messages,
  messagesTold,
  messagesEmoji,
  messagesForward,
  deletions,
  search,
  groups,
  groupsMembers,
  groupsEntry,
  groupsBoard,
  groupsMessages,
  groupsTold,
  favorites,
  scheduled,
  inbox,
  burning,
  sync,
  conversations,
  presence,
  moments,
  momentsTold,
  media,
  fetching,
  push,
  departure,
  mails,
  digests,
] as const

type Kind = 'operations' | 'clientFrames' | 'serverFrames' | 'events' | 'exportFiles'

type Table<K extends Kind, P = (typeof parts)[number]> = P extends {
  readonly [X in K]: infer T extends object
}
  ? T
  : never

/** One table of all features. */
export function collect<K extends Kind>(kind: K): Merged<Table<K>> {
  return merge<Table<K>>(parts.map((part) => (kind in part ? part[kind as never] : {}) as never))
}
