// What does the index cost those who send? The send path with the index kept by the worker, and with it left
// alone, in turns on one installation.
import postgres, { type Sql } from 'postgres'
import { median, short, spread } from '../lib/numbers.ts'
import type { Options } from '../lib/options.ts'
import { cpuPerMessage, readCpu } from '../lib/proc.ts'
import { runRound, type Load, type Round } from '../lib/round.ts'
import type { Stack } from '../lib/stack.ts'
import { body, type Pair } from '../load/plan.ts'
import type { CostSide, SearchCost } from '../measured.search.ts'
import { openIndexer } from '../product/indexer.ts'
import { startProduct, type ProductTarget } from '../product/target.ts'
import { someTexts } from './seed.ts'

/** Different texts of one pair: each slice of the index has other words than the next one. */
const textsEach = 160
const pairs = 100
/** The index is given up after so long. */
const patienceMs = 60_000

interface Turn {
  readonly rate: number
  /** Microseconds on the processors for each message of the whole turn, by process. */
  readonly cpuMicros: Readonly<Record<string, number>>
  /** From the last answer until nothing was left to index. */
  readonly lagMs: number
  readonly coresOfOthers: number
  readonly void: readonly string[]
}

export async function measureCost(stack: Stack, options: Options): Promise<SearchCost> {
  const product = await startProduct(stack, options, undefined, 'bench/search/worker.ts')
  const sql = postgres(product.databaseUrl, { max: 1, onnotice() {} })
  try {
    const course = new Course(stack, product, sql, options)
    // Compilers and caches settle before anything counts.
    const { lagMs } = await course.turn(true, 0)
    const turns: { kept: Turn; left: Turn }[] = []
    const count = options.quick ? 1 : Math.max(6, options.rounds)
    for (let pair = 0; pair < count; pair++) {
      // Who begins changes: what gets slower with the size of the tables falls on both.
      const isFirst = pair % 2 === 0
      const early = isFirst ? undefined : await course.turn(false, lagMs)
      const kept = await course.turn(true, 0)
      const left = early ?? (await course.turn(false, kept.lagMs))
      turns.push({ kept, left })
      console.log(`  with the index ${shown(kept)}, without ${shown(left)}`)
    }
    return summary(turns)
  } finally {
    await sql.end()
    await product.stop()
  }
}

const total = ({ cpuMicros }: Turn) => Object.values(cpuMicros).reduce((sum, each) => sum + each, 0)

function shown(turn: Turn): string {
  const bad = turn.void.length > 0 ? `  VOID: ${turn.void.join('; ')}` : ''
  return `${short(turn.rate)}/s, ${short(total(turn))} µs${bad}`
}

function summary(turns: readonly { kept: Turn; left: Turn }[]): SearchCost {
  const ratios = (of: (turn: Turn) => number) =>
    spread(turns.map(({ kept, left }) => of(kept) / of(left)))
  const all = turns.flatMap(({ kept, left }) => [kept, left])
  return {
    pairs: turns.length,
    rate: ratios((turn) => turn.rate),
    cpu: ratios(total),
    kept: sideOf(turns.map(({ kept }) => kept)),
    left: sideOf(turns.map(({ left }) => left)),
    lagMs: spread(turns.map(({ kept }) => kept.lagMs)),
    coresOfOthers: Math.max(...all.map((turn) => turn.coresOfOthers)),
    void: [...new Set(all.flatMap((turn) => turn.void))],
  }
}

function sideOf(turns: readonly Turn[]): CostSide {
  const processes = Object.keys(turns[0]?.cpuMicros ?? {})
  return {
    rate: spread(turns.map((turn) => turn.rate)),
    cpuMicros: Object.fromEntries(
      processes.map((name) => [name, median(turns.map((turn) => turn.cpuMicros[name] ?? 0))]),
    ),
  }
}

/** One installation, whose workers keep the index in some turns and leave it alone in others. */
class Course {
  readonly #load: Load
  readonly #texts = someTexts(pairs * textsEach)

  constructor(
    private readonly stack: Stack,
    private readonly product: ProductTarget,
    private readonly sql: Sql,
    { warmupMs, measureMs }: Options,
  ) {
    this.#load = { pairs, depth: 4, warmupMs, measureMs }
  }

  /** Without the index it waits as long after its end as the index took: processes cost at rest, too. */
  async turn(isKept: boolean, restMs: number): Promise<Turn> {
    const { sql, product, stack } = this
    const progress = await this.#progress()
    // That everything is indexed whatever its id: the workers look, and find nothing to do.
    if (!isKept) await sql`update search_progress set message_id = ${String(2n ** 63n - 1n)}`
    const watched = new Map([...product.watched, ...stack.watched])
    const before = readCpu(watched)
    let [after, lagMs] = [before, 0]
    const target = {
      ...product,
      pairs: (count: number) => product.pairs(count).map((pair, n) => this.#speaker(pair, n)),
      // To count rows takes a while: what the turn has cost is read before.
      stored: async (mark: string) => {
        const begun = performance.now()
        if (isKept) await this.#caughtUp()
        else await Bun.sleep(restMs)
        lagMs = performance.now() - begun
        after = readCpu(watched)
        return product.stored(mark)
      },
    }
    const round = await runRound(stack, target, this.#load)
    const wrong = await this.#wrong(round, isKept)
    if (!isKept) await this.#makeUpFor(progress)
    return {
      rate: round.rate,
      cpuMicros: cpuPerMessage(before, after, round.delivered),
      lagMs,
      coresOfOthers: round.coresOfOthers,
      void: [...round.void, ...wrong],
    }
  }

  #speaker(pair: Pair, n: number): Pair {
    const texts = this.#texts.slice(n * textsEach, (n + 1) * textsEach)
    const said = JSON.stringify(body)
    return {
      ...pair,
      frames: texts.map((text) => pair.frame.replace(said, () => JSON.stringify(text))),
    }
  }

  async #progress(): Promise<string> {
    const [row] = await this.sql<[{ at: string }]>`select message_id as at from search_progress`
    return row.at
  }

  async #caughtUp(): Promise<void> {
    const end = performance.now() + patienceMs
    for (;;) {
      const [row] = await this.sql<[{ done: boolean }]>`
        select message_id >= (select max(id) from messages) as done from search_progress`
      if (row.done || performance.now() > end) return
      await Bun.sleep(100)
    }
  }

  /** All of a turn with the index is in it, and nothing of one without. */
  async #wrong({ stored }: Round, isKept: boolean): Promise<string[]> {
    const [row] = await this.sql<[{ missing: string }]>`
      select sum(c.last_seq - coalesce((
        select w.last_seq from message_slices w where w.conversation_id = c.id
        order by w.first_seq desc limit 1), 0)) as missing
      from conversations c where last_seq > 0`
    const [missing, due] = [Number(row.missing), isKept ? 0 : stored]
    return missing === due ? [] : [`${missing} messages are not indexed, where ${due} should be`]
  }

  /** The next turn with the index is to pay for its own messages alone. */
  async #makeUpFor(progress: string): Promise<void> {
    const indexer = openIndexer(this.product.databaseUrl)
    try {
      await this.sql`update search_progress set message_id = ${progress}`
      await indexer.catchUp()
      // The worker may have been at it at the same time.
      await this.#caughtUp()
    } finally {
      await indexer.end()
    }
  }
}
