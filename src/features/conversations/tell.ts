// For reactions: one frame to everybody in a conversation, or to those who may read what it is about.
import type { BaseContext } from '../../context.ts'
import { parcel } from '../../infra/courier.ts'
import { audiencesOf, hearersOf, type Audience } from './audience.ts'

/** `about`: the seq that it tells of. It is outside of the order, and comes after what was said before. */
export async function tellAudience(
  ctx: BaseContext,
  audience: Audience,
  frame: string,
  { at, about }: { at: number; about: number | null },
): Promise<void> {
  if ('people' in audience) {
    const users = about === null ? audience.people : hearersOf(audience, about)
    await ctx.courier.deliver([parcel(frame, users)], at)
  } else {
    const { channel: conversation, head: seq } = audience
    const signal = { kind: 'signal', seq, about: about ?? seq, by: 0, origin: '', frame } as const
    await ctx.relay.broadcast({ at, conversation, frames: [signal] })
  }
}

/** To everybody who is in a group now. */
export async function tellGroup(
  ctx: BaseContext,
  conversation: number,
  frame: string,
  at: number,
): Promise<void> {
  const audience = (await audiencesOf(ctx.sql, [{ conversation, to: 0 }])).get(conversation)
  if (audience) await tellAudience(ctx, audience, frame, { at, about: null })
}
