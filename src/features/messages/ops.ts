// Socket operations of messages and conversations.
import type { Actor } from '../../core/actor.ts'
import { Failure, invalid } from '../../core/failure.ts'
import type { Context } from '../../context.ts'
import type { ClientAnswer, ClientData, ClientFrameType } from '../../protocol/frames.ts'
import { markRead } from '../conversations/read.ts'
import { recall } from './recall.ts'
import { findPlace, findPlaceHere, submit } from './send.ts'
import { typing } from './typing.ts'

type Called = Exclude<ClientFrameType, 'ping'>

/**
 * An operation waits for what came before it on its socket, and what comes after waits for it.
 * A pipelined one is done in two steps: others wait only until it has found its place, and are
 * then handled while its commit is under way.
 */
export type Op<T extends Called> =
  | {
      readonly run: (ctx: Context, actor: Actor, data: ClientData<T>) => Promise<ClientAnswer<T>>
    }
  | {
      readonly begin: (
        ctx: Context,
        actor: Actor,
        data: ClientData<T>,
        origin: string,
      ) => Begun<ClientAnswer<T>> | Promise<Begun<ClientAnswer<T>>>
    }

/** Wrapped, so that waiting for the beginning does not wait for the answer. */
export interface Begun<A> {
  readonly answer: Promise<A>
}

export const ops: { readonly [T in Called]: Op<T> } = {
  send_message: {
    begin(ctx, actor, data, origin) {
      const here = findPlaceHere(ctx, actor, data)
      if (here) return { answer: submit(ctx, actor, here, data, origin) }
      return findPlace(ctx, actor, data).then((place) => ({
        answer: submit(ctx, actor, place, data, origin),
      }))
    },
  },
  mark_read: {
    run: (ctx, actor, data) => markRead(ctx, actor, { id: data.conversation_id, seq: data.seq }),
  },
  recall_message: { run: recall },
  typing: {
    async run(ctx, actor, data) {
      if (data.conversation_id === undefined) {
        if (data.group_id !== undefined) throw new Failure('groupNotFound')
        throw invalid('conversation_id', 'missing')
      }
      await typing(ctx, actor, { conversation_id: data.conversation_id })
      return {}
    },
  },
}
