// For reactions: one frame to people, on all their devices.
import type { BaseContext } from '../context.ts'
import { parcel } from '../infra/courier.ts'
import { encode } from '../protocol/codec.ts'
import type { ServerData, ServerFrameType } from '../protocol/frames.ts'

export async function tell<T extends ServerFrameType>(
  ctx: BaseContext,
  users: readonly number[],
  type: T,
  data: ServerData<T>,
): Promise<void> {
  const now = ctx.clock.now().getTime()
  await ctx.courier.deliver([parcel(encode(type, data, Math.floor(now / 1000)), users)], now)
}
