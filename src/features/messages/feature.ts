// Messages: said, read again, edited, reacted to, taken back.
import { invalid } from '../../core/failure.ts'
import type * as protocol from '../../protocol/messages.ts'
import type * as emoji from '../../protocol/messages.emoji.ts'
import type * as passed from '../../protocol/messages.forward.ts'
import type * as told from '../../protocol/messages.told.ts'
import { conversations } from '../conversations/feature.ts'
import { deletions } from '../deletions/feature.ts'
import { feature } from '../feature.ts'
import { friends } from '../friends/feature.ts'
import { media } from '../media/feature.ts'
import { people } from '../people/feature.ts'
import { custody } from './custody.ts'
import { edit, revisions } from './edit.ts'
import { react, reactBySocket, reactions, tellReacted, unreact } from './emoji/react.ts'
import { forward } from './forward.ts'
import { history } from './history.ts'
import { create } from './open.ts'
import { recall } from './recall.ts'
import { tellChange } from './delivery/replay.ts'
import { begin, send } from './send.ts'
import { tellPosted } from './system.ts'
import { issueTicket } from './ticket.ts'
import { typing } from './typing.ts'
import { localSockets } from './delivery/local-sockets.ts'
import { handedBatcher, writer } from './state.ts'
import * as bounds from './limits.ts'

interface Protocol {
  readonly operations: typeof protocol.operations &
    typeof emoji.operations &
    typeof passed.operations
  readonly clientFrames: typeof told.clientFrames & typeof emoji.clientFrames
  readonly events: typeof told.events & typeof emoji.events
  readonly exportFiles: typeof told.exportFiles & typeof emoji.exportFiles
  readonly limits: typeof bounds.limits
  readonly buckets: typeof bounds.buckets
}

export const messages = feature<Protocol>({
  name: 'messages',
  uses: [media, people, conversations, friends, deletions],
  routes: {
    'messages.send': (ctx, actor, input) => send(ctx, actor, input),
    'messages.recall': recall,
    'messages.edit': edit,
    'messages.revisions': revisions,
    'messages.forward': forward,
    'messages.react': react,
    'messages.unreact': unreact,
    'messages.reactions': reactions,
    async 'messages.typing'(ctx, actor, input) {
      await typing(ctx, actor, input)
      return { message: 'told' }
    },
    'messages.history': history,
    'messages.ticket': issueTicket,
    'conversations.create': create,
  },
  ops: {
    send_message: { begin },
    recall_message: { run: recall },
    edit_message: { run: edit },
    react: { run: reactBySocket },
    typing: {
      async run(ctx, actor, data) {
        const { conversation_id, group_id } = data
        if (conversation_id !== undefined) await typing(ctx, actor, { conversation_id })
        else if (group_id !== undefined) await typing(ctx, actor, { group_id })
        else throw invalid('conversation_id', 'missing')
        return {}
      },
    },
  },
  reactions: {
    'message.changed': tellChange,
    'message.posted': tellPosted,
    'message.reacted': tellReacted,
  },
  states: [localSockets, handedBatcher, writer],
  custody,
  limits: bounds.limits,
  buckets: bounds.buckets,
})
