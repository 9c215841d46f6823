// Every row of the laws by name. A feature with operations or frames is one line of `features`.
import type { ClientFrameType } from '../../../src/protocol/frames.ts'
import type { OperationName } from '../../../src/protocol/operations.ts'
import type { Crowd } from '../crowds.ts'
import { bySocket, signedIn } from './access.ts'
import { burning } from './burning.ts'
import { conversations } from './conversations.ts'
import { deletions } from './deletions.ts'
import { departure } from './departure.ts'
import { favorites } from './favorites.ts'
import { friends } from './friends.ts'
import { groups } from './groups.ts'
import { groupsBoard } from './groups.board.ts'
import { groupsEntry } from './groups.entry.ts'
import { groupsMessages } from './groups.messages.ts'
import { inbox } from './inbox.ts'
import type { Longest } from './longest.ts'
import { media } from './media.ts'
import { messages } from './messages.ts'
import { messagesEmoji } from './messages.emoji.ts'
import { messagesForward } from './messages.forward.ts'
import { moments } from './moments.ts'
import { people } from './people.ts'
import { presence } from './presence.ts'
import { push } from './push.ts'
import type { Answered, FrameRow, Heard, Sight, Way } from './row.ts'
import { scheduled } from './scheduled.ts'
import { search } from './search.ts'
import { settings } from './settings.ts'
import { signin } from './signin.ts'
import { sync } from './sync.ts'

/** What belongs to no feature: the line itself. */
const line = {
  frames: {
    ping: {
      scene: () => ({}),
      access: bySocket(signedIn()),
      budget: 0,
      rest: { none: 'it asks whether the socket lives' },
    },
  },
} satisfies { frames: Record<string, FrameRow> }

const features = [
  people,
  settings,
  signin,
  friends,
  presence,
  messages,
  messagesEmoji,
  messagesForward,
  deletions,
  groups,
  groupsEntry,
  groupsBoard,
  groupsMessages,
  favorites,
  scheduled,
  inbox,
  sync,
  search,
  conversations,
  // Behind sync, whose first page is as long as what the owner has by then.
  burning,
  moments,
  media,
  push,
  departure,
  line,
] as const

/** What all rows of operations have, whichever they are. */
export interface AnyRow extends Way {
  readonly also?: Readonly<Record<string, Way>>
  readonly secret?: string | null
  readonly longest?: Longest
  readonly grows?: Readonly<Record<string, Crowd>> | Answered
  readonly sight?: Sight
}

type Part = 'operations' | 'frames' | 'told'
type Known<K extends Part, F = (typeof features)[number]> = F extends {
  readonly [X in K]: infer T
}
  ? keyof T
  : never

/** One table of all features; a name without a row is asked for as an argument, by its name. */
function union<K extends Part, N extends string, T>(
  part: K,
  ..._missing: Exclude<N, Known<K>> extends never ? [] : [unwritten: Exclude<N, Known<K>>]
): { readonly [X in N]: T } {
  return Object.assign({}, ...features.map((each) => (part in each ? each[part as never] : {})))
}

export const operationRows = union<'operations', OperationName, AnyRow>('operations')
export const frameRows = union<'frames', ClientFrameType, FrameRow>('frames')
export const heard: Readonly<Record<string, Heard>> = union<'told', Known<'told'>, Heard>('told')

const framePrefix = 'frame '

/** Every way to ask, by the name tests show: `messages.send to a person`, `frame typing`. */
export const ways: ReadonlyMap<string, Way> = new Map([
  ...Object.entries(operationRows).flatMap(([name, row]): [string, Way][] => [
    [name, row],
    ...Object.entries(row.also ?? {}).map(([how, way]): [string, Way] => [`${name} ${how}`, way]),
  ]),
  ...Object.entries(frameRows).map(([type, row]): [string, Way] => [`${framePrefix}${type}`, row]),
])

export const frameOf = (way: string): ClientFrameType | undefined =>
  way.startsWith(framePrefix) ? (way.slice(framePrefix.length) as ClientFrameType) : undefined

export const operationNameOf = (way: string): OperationName => way.split(' ')[0] as OperationName
