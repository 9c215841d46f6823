// Pure: who may do what in a group, and what may be set there.
import type { GroupBounds } from '../../config.ts'
import { invalid } from '../../core/failure.ts'
import type { Installation } from '../../core/urls.ts'
import { roles, type History } from '../../protocol/groups.ts'
import type { InputOf } from '../../protocol/operations.ts'
import { avatarNamed, checkName, cleanAvatar, cleanLines } from '../people/policy.ts'
import { limits } from './limits.ts'

/** The lowest role that may. */
const needs = {
  read: roles.member,
  change: roles.admin,
  admit: roles.admin,
  kick: roles.admin,
  mute: roles.admin,
  announce: roles.admin,
  pin: roles.admin,
  setRole: roles.owner,
  transfer: roles.owner,
  dissolve: roles.owner,
} as const

export type Right = keyof typeof needs

export function may(role: number, right: Right): boolean {
  return role >= needs[right]
}

/** Nobody acts on a peer, nor on whoever stands above. */
export function outranks(role: number, other: number): boolean {
  return role > other
}

export const historyNumbers: Readonly<Record<History, number>> = { joining: 0, recent: 1, all: 2 }
export const historyNames: readonly History[] = ['joining', 'recent', 'all']

/** The seq up to which nothing is for whoever comes now. */
export function seesAfter(history: number, lastSeq: number): number {
  if (history === historyNumbers.all) return 0
  if (history === historyNumbers.recent) return Math.max(0, lastSeq - limits.groups.recentMessages)
  return lastSeq
}

export interface Settings {
  name?: string
  description?: string
  avatar?: string
  max_members?: number
  is_public?: boolean
  join_approval?: boolean
  history?: number
}

type Asked = Omit<InputOf<'groups.update'>, 'group_id' | 'mute_all' | 'slow_seconds'>

/** What is asked for, in the form it is stored; throws `validation`. */
export function settingsOf(
  input: Asked,
  installation: Installation & { readonly groups: GroupBounds },
): Settings {
  const { name, history, description, max_members, is_public, join_approval } = input
  const avatar = avatarNamed(input.avatar, input.avatar_media_id)
  return {
    ...(name === undefined ? {} : { name: checkName('name', name) }),
    ...(description === undefined ? {} : { description: cleanLines('description', description) }),
    ...(avatar === undefined ? {} : { avatar: cleanAvatar(avatar, installation) }),
    ...(max_members === undefined
      ? {}
      : { max_members: membersMaxOf(max_members, installation.groups) }),
    ...(is_public === undefined ? {} : { is_public }),
    ...(join_approval === undefined ? {} : { join_approval }),
    ...(history === undefined ? {} : { history: historyNumbers[history] }),
  }
}

/** The protocol's bound is of any installation, this one may have a lower one. */
function membersMaxOf(asked: number, { membersMax: max }: GroupBounds): number {
  if (asked > max) throw invalid('max_members', 'too_large', { max })
  return asked
}
