// The group-commit writer: what arrives while a commit is under way goes into the next one.
import { withDeadline, type Clock } from '../../../core/clock.ts'
import { Failure } from '../../../core/failure.ts'
import { limits } from '../limits.ts'
import type { Log } from '../../../core/log.ts'
import { databaseAway, isDatabaseAway, sqlState, type Sql } from '../../../infra/db.ts'
import type { Metrics } from '../../../infra/metrics.ts'
import { commitHeld, type Statement } from './kept.ts'
import { commitPlain, isPlain } from './plain.store.ts'
import { commitJudged, verdicts, type Committed } from './store.ts'
import type { Accepted, Draft } from './draft.ts'
import { Pacer } from './pacer.ts'
import { refusalOf } from './refusal.ts'

interface Item {
  readonly draft: Draft
  readonly key: string
  readonly bytes: number
  resolve(accepted: Accepted): void
  reject(error: unknown): void
}

/** Told of every committed batch: the drafts that are new and what they became. */
export type OnCommitted = (
  outboxId: number,
  stored: readonly { draft: Draft; accepted: Accepted }[],
) => void

export interface WriterParts {
  /** Opens the writer's own connections; called again when they hang. */
  readonly connect: () => Sql
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly onCommitted: OnCommitted
}

export class GroupCommitWriter {
  #sql: Sql
  #queue: Item[] = []
  #queueBytes = 0
  #scheduled = false
  #isPaced = false
  #transactions = 0
  readonly #pacer: Pacer
  readonly #conversations = new Set<number>()
  readonly #keys = new Set<string>()
  #idle: (() => void)[] = []

  constructor(private readonly parts: WriterParts) {
    this.#sql = parts.connect()
    this.#pacer = new Pacer(parts.clock)
  }

  /**
   * Resolves after the commit. Synchronous up to the queue: drafts of one conversation are stored in
   * the order of these calls. Throws or rejects with the Failure the sender gets.
   */
  submit(draft: Draft): Promise<Accepted> {
    const bytes = draft.content.length * 2 + draft.mediaUrl.length * 2 + 200
    if (
      this.#queue.length >= limits.writer.queueMax ||
      this.#queueBytes + bytes > limits.writer.queueBytesMax
    ) {
      this.parts.metrics.sends.inc({ outcome: 'busy' })
      throw new Failure('busy', { retry_after: 1 })
    }
    return new Promise((resolve, reject) => {
      const key = `${draft.senderId} ${draft.clientMsgId}`
      this.#queue.push({ draft, key, bytes, resolve, reject })
      this.#queueBytes += bytes
      this.#pacer.came(draft.ref.id)
      this.#schedule()
    })
  }

  /** Resolves when nothing is waiting or under way. */
  async drain(): Promise<void> {
    while (this.#queue.length > 0 || this.#transactions > 0) {
      await new Promise<void>((resolve) => this.#idle.push(resolve))
    }
  }

  async close(): Promise<void> {
    await this.#sql.end({ timeout: 1 })
  }

  /** Not at once: frames that one read brought in go into one batch. */
  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      this.#pump()
    })
  }

  #pump(): void {
    while (this.#mayBegin()) {
      const batch = this.#take()
      if (batch.length === 0) break
      this.#pacer.begins()
      void this.#run(batch)
    }
    this.parts.metrics.writerQueue.set(this.#queue.length)
    if (this.#queue.length === 0 && this.#transactions === 0) {
      for (const resolve of this.#idle.splice(0)) resolve()
    }
  }

  #mayBegin(): boolean {
    const waiting = this.#queue.length
    if (waiting === 0) return false
    if (this.#transactions >= limits.writer.transactionsMax) return false
    const wait = this.#pacer.wait(waiting, this.#transactions > 0)
    if (wait > 0) this.#beginIn(wait)
    return wait === 0
  }

  #beginIn(milliseconds: number): void {
    if (this.#isPaced) return
    this.#isPaced = true
    this.parts.clock.after(milliseconds, () => {
      this.#isPaced = false
      this.#pump()
    })
  }

  /**
   * The oldest drafts that may go now. A conversation that is under way waits, and so does a
   * second draft with the same key: it will find the first one stored.
   */
  #take(): Item[] {
    const batch: Item[] = []
    const keys = new Set<string>()
    const rest: Item[] = []
    for (const item of this.#queue) {
      if (
        batch.length < limits.writer.batchMax &&
        !this.#conversations.has(item.draft.ref.id) &&
        !this.#keys.has(item.key) &&
        !keys.has(item.key)
      ) {
        batch.push(item)
        keys.add(item.key)
        this.#queueBytes -= item.bytes
      } else {
        rest.push(item)
      }
    }
    this.#queue = rest
    for (const item of batch) {
      this.#conversations.add(item.draft.ref.id)
      this.#keys.add(item.key)
    }
    return batch
  }

  async #run(batch: Item[]): Promise<void> {
    this.#transactions++
    let open: readonly Item[] = batch
    try {
      if (isPlain(batch.map((item) => item.draft))) open = await this.#commit(open, commitPlain)
      await this.#judge(open)
    } catch (error) {
      await this.#fail(open, error)
    } finally {
      this.#transactions--
      for (const item of batch) {
        this.#conversations.delete(item.draft.ref.id)
        this.#keys.delete(item.key)
      }
      this.#pump()
    }
  }

  /** Again for those whose group changed under them, as long as it does. */
  async #judge(items: readonly Item[]): Promise<void> {
    let open = items
    for (let round = 0; open.length > 0 && round < limits.writer.roundsMax; round++) {
      open = await this.#commit(open, commitJudged)
    }
    if (open.length > 0) this.parts.metrics.sends.inc({ outcome: 'busy' }, open.length)
    for (const item of open) item.reject(new Failure('busy', { retry_after: 1 }))
  }

  /** Commits what the statement takes, tells who waits for it, and answers the rest. */
  async #commit(items: readonly Item[], statement: Statement): Promise<readonly Item[]> {
    const { clock, metrics } = this.parts
    const began = clock.elapsed()
    const drafts = items.map((item) => item.draft)
    const committed = await this.#insist((sql) => commitHeld(sql, drafts, statement))
    metrics.commitSeconds.observe((clock.elapsed() - began) / 1000)
    return this.#settle(items, committed)
  }

  /** Runs the statement; again when another node stored one of the same messages meanwhile. */
  async #insist(run: (sql: Sql) => Promise<Committed>): Promise<Committed> {
    const sql = this.#sql
    for (let attempt = 1; ; attempt++) {
      try {
        return await withDeadline(this.parts.clock, limits.writer.deadlineMs, run(sql), () =>
          databaseAway(new Error('the batch did not come back in time')),
        )
      } catch (error) {
        if (error instanceof Failure) this.#reconnect(sql)
        const again = sqlState(error) === '23505' || sqlState(error) === '40P01'
        if (!again || attempt >= 5) throw error
      }
    }
  }

  /** A connection that hangs is of no more use; what it carried is unknown, which retries settle. */
  #reconnect(stuck: Sql): void {
    if (this.#sql !== stuck) return
    this.#sql = this.parts.connect()
    stuck.end({ timeout: 0 }).catch(() => {})
  }

  /** Answers those of whom nothing was said. */
  #settle(items: readonly Item[], { rows, outboxId }: Committed): readonly Item[] {
    const stored: { draft: Draft; accepted: Accepted }[] = []
    const { metrics } = this.parts
    const begun = new Set<number>()
    const open: Item[] = []
    items.forEach((item, index) => {
      const row = rows[index]
      if (!row || row.verdict === verdicts.stale) return open.push(item)
      const refusal = refusalOf(row)
      if (refusal) {
        metrics.sends.inc({ outcome: refusal.reason })
        return item.reject(refusal)
      }
      const accepted: Accepted = {
        id: row.id as number,
        seq: row.seq as number,
        createdAt: row.created_at as Date,
        follows: row.follows === true || begun.has(item.draft.ref.id),
        repeated: row.verdict === verdicts.repeated,
        marked: row.marked,
        membersVersion: row.members_version,
        expiresAt: row.expires_at ?? null,
      }
      if (!accepted.repeated) {
        begun.add(item.draft.ref.id)
        stored.push({ draft: item.draft, accepted })
      }
      return item.resolve(accepted)
    })
    if (open.length < items.length) {
      metrics.batches.inc()
      metrics.batchSize.observe(items.length - open.length)
    }
    metrics.sends.inc({ outcome: 'stored' }, stored.length)
    if (outboxId !== null) this.parts.onCommitted(outboxId, stored)
    return open
  }

  /** They waited behind a database that says nothing, and would wait as long again. */
  #refuseWaiting(silence: Failure): void {
    const waiting = this.#queue
    this.#queue = []
    this.#queueBytes = 0
    this.parts.metrics.sends.inc({ outcome: 'databaseUnavailable' }, waiting.length)
    for (const item of waiting) item.reject(silence)
  }

  /**
   * With the database away everyone is told so. Any other error is one draft's fault: each is
   * tried alone, so that it spoils nobody else's message.
   */
  async #fail(batch: readonly Item[], error: unknown): Promise<void> {
    const { log, metrics } = this.parts
    if (error instanceof Failure) this.#refuseWaiting(error)
    if (error instanceof Failure || isDatabaseAway(error) || batch.length === 1) {
      const away = error instanceof Failure ? error : isDatabaseAway(error) && databaseAway(error)
      if (!away) log.error({ err: error }, 'a message could not be stored')
      metrics.sends.inc({ outcome: away ? 'databaseUnavailable' : 'internal' }, batch.length)
      for (const item of batch) item.reject(away || new Failure('internal', null, error))
      return
    }
    log.warn({ err: error, size: batch.length }, 'a batch failed; its messages go one by one')
    for (const item of batch) {
      try {
        await this.#judge([item])
      } catch (alone) {
        await this.#fail([item], alone)
      }
    }
  }
}
