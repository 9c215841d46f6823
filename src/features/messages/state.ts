// What a process keeps of messages: the writer of its batches, and the jobs that can wait a moment.
import type { State } from '../../context.ts'
import { limits } from './limits.ts'
import { AfterCommit } from '../../infra/after-commit.ts'
import { audienceCache, markTeller } from '../conversations/state.ts'
import { commitSettings } from './commit/store.ts'
import { committed } from './commit/committed.ts'
import { HandedBatcher } from './delivery/handed.ts'
import { localSockets } from './delivery/local-sockets.ts'
import { GroupCommitWriter } from './commit/writer.ts'

export const handedBatcher: State<HandedBatcher> = {
  name: 'batcher of handed jobs',
  create: ({ clock, queues, metrics }) => new HandedBatcher(clock, queues, metrics),
  close: (kept) => kept.drain(),
}

export const writer: State<GroupCommitWriter> = {
  name: 'group-commit writer',
  create(base) {
    const { clock, log, metrics, queues } = base
    const afterCommit = new AfterCommit(queues, metrics)
    const kept = base.of(localSockets)
    return new GroupCommitWriter({
      // Of its own, so that no slow question delays a commit.
      connect: () =>
        base.connect({
          connections: limits.writer.connections,
          name: 'curlew writer',
          settings: commitSettings,
        }),
      clock,
      log,
      metrics,
      onCommitted: committed({
        clock,
        afterCommit,
        handed: base.of(handedBatcher),
        marks: base.of(markTeller),
        audiences: base.of(audienceCache),
        sockets: () => kept.attached,
      }),
    })
  },
  async close(kept) {
    await kept.drain()
    await kept.close()
  },
}
