// What nodes ask and are told of channels: whose sockets belong to one.
import type { BaseContext } from '../../context.ts'
import type { Sql } from '../../infra/db.ts'
import type { EventData } from '../../protocol/events.ts'
import { everybodyIn } from './audience.ts'
import {
  findInChannel,
  findNamedInChannel,
  listChannelsOf,
  listHeads,
  type InChannel,
} from './channels.store.ts'
import { limits } from './limits.ts'

export type { InChannel }

export function channelsOf(sql: Sql, users: readonly number[]): Promise<InChannel[]> {
  return listChannelsOf(sql, users)
}

/** Where the seq of each of these stands. */
export async function headsOf(
  sql: Sql,
  conversations: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const rows = await listHeads(sql, conversations)
  return new Map(rows.map(({ id, last_seq }) => [id, last_seq]))
}

export interface Standing {
  readonly head: number
  /** Up to here everything was told long ago. */
  readonly settled: number
  /** Those of the people asked about who are in it, and after which seq it is for them. */
  readonly since: ReadonlyMap<number, number>
}

/** As of one moment: who is in it is who was in it at `head`. */
export async function standingOf(
  sql: Sql,
  conversation: number,
  users: readonly number[],
): Promise<Standing> {
  const rows = await findInChannel(sql, conversation, users, limits.audience.recentMs)
  const since = rows.flatMap(({ user_id, sees_after }): [number, number][] =>
    user_id === null || sees_after === null ? [] : [[user_id, sees_after]],
  )
  const { last_seq = 0, settled_seq = 0 } = rows[0] ?? {}
  return { head: last_seq, settled: settled_seq, since: new Map(since) }
}

/** By account; null for whoever is not in it. */
export async function standingOfNamed(
  sql: Sql,
  conversation: number,
  names: readonly string[],
): Promise<ReadonlyMap<number, number | null>> {
  const rows = await findNamedInChannel(sql, conversation, names)
  return new Map(rows.map(({ user_id, sees_after }) => [user_id, sees_after]))
}

/** A reaction: the nodes of whoever came in, for they may not host it yet. */
export async function tellEntered(
  ctx: BaseContext,
  { conversation_id: conversation, users }: EventData<'channel.entered'>,
): Promise<void> {
  if (users.length > 0) return tellNodes(ctx, conversation, users)
  for await (const page of everybodyIn(ctx.sql, conversation)) {
    await tellNodes(ctx, conversation, page)
  }
}

async function tellNodes(
  { registry, relay }: BaseContext,
  conversation: number,
  users: readonly number[],
): Promise<void> {
  const found = await registry.connections(users)
  const there = new Map<string, Set<number>>()
  users.forEach((user, index) => {
    for (const id of found[index] ?? []) {
      const node = registry.nodeOf(id)
      there.set(node, (there.get(node) ?? new Set()).add(user))
    }
  })
  await Promise.all(
    [...there].map(([node, some]) =>
      relay.command(node, { do: 'enter', conversation, users: [...some] }),
    ),
  )
}
