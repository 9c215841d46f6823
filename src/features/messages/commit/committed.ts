// What a node does once a batch is committed: its own sockets get the frames at once, the workers a job
// for everything else, and whoever keeps order hears of it.
import type { Clock } from '../../../core/clock.ts'
import type { MessagesJob } from '../../../infra/queues.ts'
import type { MarkTeller } from '../../conversations/marks.ts'
import type { AudienceCache } from '../../conversations/audience-cache.ts'
import {
  batchOf,
  broadcastsOf,
  envelopeOf,
  inGroups,
  jobOf,
  type Remembered,
} from '../delivery/announce.ts'
import type { HandedBatcher } from '../delivery/handed.ts'
import type { NodeSockets } from '../delivery/local-sockets.ts'
import type { OnCommitted } from './writer.ts'

export interface CommittedParts {
  readonly clock: Clock
  /** Enqueues, see infra/after-commit. */
  readonly afterCommit: { messages(job: MessagesJob): void }
  readonly handed: Pick<HandedBatcher, 'add'>
  readonly marks: Pick<MarkTeller, 'note'>
  readonly audiences: Pick<AudienceCache, 'hearers'>
  /** None where no door is open. */
  readonly sockets: () => NodeSockets | null
}

/**
 * Handing over needs nothing but this process, so it works without Redis and without a worker. The
 * job is added all the same: it reaches whoever is connected elsewhere, notifies whoever is not
 * connected at all, and deletes the outbox row. Where this node is the only one nobody waits for
 * that job, and those of many batches are one.
 */
export function committed(parts: CommittedParts): OnCommitted {
  const { clock, afterCommit, handed, marks, audiences } = parts
  const remembered: Remembered = (group, version, seq) => audiences.hearers(group, version, seq)
  return (outboxId, stored) => {
    const sockets = parts.sockets()
    const batch = batchOf(outboxId, stored, { at: clock.now().getTime(), remembered })
    const here = sockets?.deliver(envelopeOf(batch)) ? sockets.nodeId : undefined
    const channels = new Set<number>()
    for (const broadcast of broadcastsOf(batch.at, inGroups(batch))) {
      if (sockets?.broadcast(broadcast)) channels.add(broadcast.conversation)
    }
    const isForPeople = batch.items.every(({ to }) => to !== 0)
    if (here !== undefined && sockets?.isAlone && isForPeople) handed.add(here, batch)
    else afterCommit.messages(jobOf(batch, here))
    stored.forEach(({ draft, accepted }, index) => {
      const { ref, senderId: user } = draft
      if (accepted.marked) marks.note({ ref, reader: { id: user, userId: draft.senderUserId } })
      // Of what was handed over its sender's place in the order is known.
      const isKnown = batch.users[index] !== null
      const isHanded = isKnown ? here !== undefined : channels.has(ref.id)
      if (isHanded || typeof draft.origin !== 'string') return
      const { seq, follows } = accepted
      sockets?.noteSent({ conversation: ref.id, user, seq, follows })
    })
  }
}
