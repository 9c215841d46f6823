// What a process keeps of messages: the writer of its batches, and who hears of what it committed.
import type { State } from '../../context.ts'
import { limits } from './limits.ts'
import { AfterCommit } from '../../infra/after-commit.ts'
import { markTeller } from '../conversations/state.ts'
import { commitSettings } from './commit.store.ts'
import { committed } from './committed.ts'
import type { LocalSend } from './draft.ts'
import { GroupCommitWriter } from './writer.ts'

/** Messages that came by sockets of this node, told to whoever keeps the order of its frames. */
export class LocalSends {
  #hear: ((send: LocalSend) => void) | null = null

  hear(listener: (send: LocalSend) => void): void {
    this.#hear = listener
  }

  readonly tell = (send: LocalSend): void => this.#hear?.(send)
}

export const localSends: State<LocalSends> = {
  name: 'local sends',
  create: () => new LocalSends(),
}

export const writer: State<GroupCommitWriter> = {
  name: 'group-commit writer',
  create(base) {
    const { clock, log, metrics, queues } = base
    const afterCommit = new AfterCommit(queues, metrics)
    const onLocalSend = base.of(localSends).tell
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
      onCommitted: committed({ clock, afterCommit, marks: base.of(markTeller), onLocalSend }),
    })
  },
  async close(kept) {
    await kept.drain()
    await kept.close()
  },
}
