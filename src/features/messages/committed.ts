// What a node does once a batch is committed: a job for the workers, and word to whoever keeps order.
import type { Clock } from '../../core/clock.ts'
import type { MessagesJob } from '../../infra/queues.ts'
import type { MarkTeller } from '../conversations/marks.ts'
import { jobOf } from './announce.ts'
import type { LocalSend } from './draft.ts'
import type { OnCommitted } from './writer.ts'

export interface CommittedParts {
  readonly clock: Clock
  /** Enqueues, see infra/after-commit. */
  readonly afterCommit: { messages(job: MessagesJob): void }
  readonly marks: Pick<MarkTeller, 'note'>
  /** Told of each message that came by a socket of this node. */
  readonly onLocalSend: (send: LocalSend) => void
}

export function committed({ clock, afterCommit, marks, onLocalSend }: CommittedParts): OnCommitted {
  return (outboxId, stored) => {
    afterCommit.messages(jobOf(outboxId, stored, clock.now().getTime()))
    for (const { draft, accepted } of stored) {
      if (accepted.marked) {
        marks.note({
          ref: draft.ref,
          reader: { id: draft.senderId, userId: draft.senderUserId },
        })
      }
      if (typeof draft.origin !== 'string') continue
      const { seq, follows } = accepted
      onLocalSend({ conversation: draft.ref.id, user: draft.senderId, seq, follows })
    }
  }
}
