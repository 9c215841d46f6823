// What a committed batch becomes: one job with its frames, encoded once.
import type { MessageItem, MessagesJob } from '../../infra/queues.ts'
import { encode } from '../../protocol/codec.ts'
import { addressOf } from '../conversations/audience.ts'
import type { ConversationRef } from '../conversations/directory.ts'
import type { Accepted, Draft } from './draft.ts'
import { freshMessage } from './view.ts'

export function jobOf(
  outbox: number,
  stored: readonly { readonly draft: Draft; readonly accepted: Accepted }[],
  at: number,
): MessagesJob {
  const seconds = Math.floor(at / 1000)
  return {
    outbox,
    at,
    items: stored.map(({ draft, accepted }) =>
      itemOf(draft.ref, {
        m: accepted.id,
        s: accepted.seq,
        by: draft.senderId,
        x: draft.origin,
        f: accepted.follows,
      }),
    ),
    frames: stored
      .map(({ draft, accepted }) => encode('message', freshMessage(draft, accepted), seconds))
      .join('\n'),
  }
}

export function itemOf(
  ref: ConversationRef,
  item: Pick<MessageItem, 'm' | 's' | 'by' | 'x' | 'f'>,
): MessageItem {
  return { ...item, c: ref.id, to: addressOf(ref) }
}
