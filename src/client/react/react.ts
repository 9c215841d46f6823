// React hooks over a replica: each shows something as it is, and is drawn again when it changes.
import {
  createContext,
  createElement,
  useCallback,
  useContext,
  useMemo,
  useSyncExternalStore,
  type ReactElement,
  type ReactNode,
} from 'react'
import type { Favorite } from '../../protocol/favorites.ts'
import type { Block, Friend, FriendRequest } from '../../protocol/friends.ts'
import type { GroupInvitation } from '../../protocol/groups.entry.ts'
import type { GroupMember, JoinRequest } from '../../protocol/groups.members.ts'
import type { Me } from '../../protocol/people.ts'
import type { Presence } from '../../protocol/presence.ts'
import type { ScheduledMessage } from '../../protocol/scheduled.ts'
import type {
  Conversation,
  Observable,
  Replica,
  Standing,
  Timeline,
  Typist,
} from '../replica/replica.ts'

const Held = createContext<Replica | undefined>(undefined)

/** Gives a replica to all below. */
export function ReplicaProvider(props: {
  readonly replica: Replica
  readonly children?: ReactNode
}): ReactElement {
  return createElement(Held.Provider, { value: props.replica }, props.children)
}

/** To send, to retry and discard, and for calls of its `client`. */
export function useReplica(): Replica {
  const replica = useContext(Held)
  if (!replica) throw new Error('There is no <ReplicaProvider> above this component.')
  return replica
}

/** Whatever can be looked at; asked for by the same name it is the same one at each drawing. */
export function useObservable<T>(observable: Observable<T>): T {
  const subscribe = useCallback(
    (changed: () => void) => observable.subscribe(changed),
    [observable],
  )
  const now = () => observable.current
  return useSyncExternalStore(subscribe, now, now)
}

export function useStanding(): Standing {
  return useObservable(useReplica().state())
}

export function useConversations(
  which: 'active' | 'archived' | 'all' = 'active',
): readonly Conversation[] {
  return useObservable(useReplica().conversations(which))
}

export function useConversation(id: number): Conversation | undefined {
  return useObservable(useReplica().conversation(id))
}

/** With `more()`, which shows older ones. */
export function useTimeline(id: number): Timeline & { more(): Promise<void> } {
  const timeline = useReplica().timeline(id)
  const shown = useObservable(timeline)
  return useMemo(() => ({ ...shown, more: () => timeline.more() }), [shown, timeline])
}

export function useMembers(id: number): readonly GroupMember[] {
  return useObservable(useReplica().members(id))
}

export function useTyping(id: number): readonly Typist[] {
  return useObservable(useReplica().typing(id))
}

/** Who of these is there; watched while the component is shown. */
export function usePresence(ids: readonly string[]): ReadonlyMap<string, Presence> {
  return useObservable(useReplica().presence(ids))
}

export function useMe(): Me | undefined {
  return useObservable(useReplica().me())
}

export function useFriends(): readonly Friend[] {
  return useObservable(useReplica().friends())
}

export function useRequests(): readonly FriendRequest[] {
  return useObservable(useReplica().requests())
}

export function useBlocks(): readonly Block[] {
  return useObservable(useReplica().blocks())
}

export function useInvitations(): readonly GroupInvitation[] {
  return useObservable(useReplica().invitations())
}

export function useJoinRequests(): readonly JoinRequest[] {
  return useObservable(useReplica().joinRequests())
}

export function useFavorites(): readonly Favorite[] {
  return useObservable(useReplica().favorites())
}

export function useScheduled(): readonly ScheduledMessage[] {
  return useObservable(useReplica().scheduled())
}
