// Tells of read marks that a send moved: to the other one, and to all devices of the sender.
//
// Such a mark moves with every message, so what is told is gathered: a round a second at most, one
// question to Postgres each, and of a mark that moved often only where it stands. Nothing of it is
// durable: what a crash takes with it, the frame of the message implies and the next list shows.
import type { Clock, Timer } from '../../core/clock.ts'
import { limits } from './limits.ts'
import type { Log } from '../../core/log.ts'
import { parcel, type Courier, type Parcel } from '../../infra/courier.ts'
import type { Sql } from '../../infra/db.ts'
import { encode } from '../../protocol/codec.ts'
import { awareOf } from './audience.ts'
import type { Participant, ConversationRef } from './directory.ts'
import { findMarks, type MarkRow } from './receipts.store.ts'

export interface MovedMark {
  readonly ref: ConversationRef
  readonly reader: Participant
}

export interface MarkTellerParts {
  readonly sql: Sql
  readonly clock: Clock
  readonly log: Log
  readonly courier: Pick<Courier, 'deliver'>
}

export class MarkTeller {
  /** `conversation reader`, those that have waited longest first. */
  readonly #waiting = new Map<string, MovedMark>()
  #timer: Timer | null = null
  #round: Promise<void> | null = null
  /** No round before, in `elapsed` milliseconds. */
  #quietUntil = -Infinity

  constructor(private readonly parts: MarkTellerParts) {}

  /** Costs a look into a map: this is on the way of every message. */
  note(mark: MovedMark): void {
    const key = keyOf(mark.ref.id, mark.reader.id)
    if (this.#waiting.has(key)) return
    // What finds no room is told with what its sender says next.
    if (this.#waiting.size >= limits.marks.waitingMax) return
    this.#waiting.set(key, mark)
    this.#schedule()
  }

  /** Tells what waits, then nothing more; what cannot be told now is not. */
  async close(): Promise<void> {
    this.#timer?.stop()
    this.#timer = null
    this.#quietUntil = Infinity
    await this.#round
    const last = [...this.#waiting.values()]
    this.#waiting.clear()
    await this.#tell(last).catch((err: unknown) => this.#complain(err))
  }

  #schedule(): void {
    if (this.#timer || this.#round || this.#waiting.size === 0) return
    const { clock } = this.parts
    if (this.#quietUntil === Infinity) return
    const wait = Math.max(limits.marks.gatherMs, this.#quietUntil - clock.elapsed())
    this.#timer = clock.after(wait, () => {
      this.#timer = null
      this.#quietUntil = clock.elapsed() + limits.marks.everyMs
      this.#round = this.#next().finally(() => {
        this.#round = null
        this.#schedule()
      })
    })
  }

  async #next(): Promise<void> {
    const round = [...this.#waiting].slice(0, limits.marks.roundMax)
    for (const [key] of round) this.#waiting.delete(key)
    try {
      await this.#tell(round.map(([, mark]) => mark))
    } catch (err) {
      this.#complain(err)
      for (const [, mark] of round) this.note(mark)
    }
  }

  async #tell(marks: readonly MovedMark[]): Promise<void> {
    if (marks.length === 0) return
    const { sql, clock, courier } = this.parts
    const rows = await findMarks(
      sql,
      marks.map(({ ref }) => ref.id),
      marks.map(({ reader }) => reader.id),
    )
    const found = new Map(rows.map((row) => [keyOf(row.conversation_id, row.user_id), row]))
    const now = clock.now().getTime()
    const parcels = marks.flatMap((mark) => {
      const row = found.get(keyOf(mark.ref.id, mark.reader.id))
      return row ? parcelsOf(mark, row, Math.floor(now / 1000)) : []
    })
    await courier.deliver(parcels, now)
  }

  #complain(err: unknown): void {
    this.parts.log.debug({ err }, 'marks that sends have moved were not told')
  }
}

/** Where it stands now, whatever it was that moved it last. */
function parcelsOf({ ref, reader }: MovedMark, row: MarkRow, seconds: number): Parcel[] {
  const { conversation_id, read_seq, unread, is_marked_unread, is_told } = row
  const own = { conversation_id, read_seq, unread, is_marked_unread }
  const mine = encode('conversation_updated', own, seconds)
  const parcels = [parcel(mine, [reader.id])]
  // Where nobody may write, or shows it, nobody is told how far somebody is.
  const others = is_told ? awareOf(ref, reader.id) : []
  if (others.length > 0) {
    const read_at = row.read_at?.toISOString() ?? null
    const receipt = { conversation_id, reader_user_id: reader.userId, read_seq, read_at }
    parcels.push(parcel(encode('read_receipt', receipt, seconds), others))
  }
  return parcels
}

const keyOf = (conversation: number, reader: number) => `${conversation} ${reader}`
