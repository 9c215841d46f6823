// What clients saw against what is stored: the promises of the send path, as a pure function.
//
// A send whose answer never came is unknown: its row may be there or not, but at most once. What
// was acknowledged must be there, under the id and seq the acknowledgement named.

export interface Ack {
  readonly id: number
  readonly seq: number
  /** Monotonic ms. */
  readonly at: number
}

/** One message a client meant to say, with everything it was told about it. */
export interface Said {
  readonly sender: string
  readonly conversation: number
  readonly clientMsgId: string
  readonly content: string
  /** When it was sent, each time; monotonic ms. */
  readonly invoked: number[]
  readonly acks: Ack[]
  /** How often the server said no, for now. */
  refusals: number
}

export interface Placed {
  readonly id: number
  readonly seq: number
}

export interface Row extends Placed {
  readonly conversation: number
  readonly sender: string
  readonly clientMsgId: string
  readonly content: string
}

/** One member's list of one conversation. */
export interface View {
  readonly reader: string
  readonly conversation: number
  readonly list: readonly Placed[]
}

export interface History {
  readonly said: readonly Said[]
  readonly rows: readonly Row[]
  /** What each member reads at the end through REST. */
  readonly reads: readonly View[]
  /** What each listening client applied, in the order it did. */
  readonly applied: readonly View[]
}

/** Every broken promise in words, or nothing. */
export function check(history: History): string[] {
  const rows = new Map(history.rows.map((row) => [keyOf(row), row]))
  return [
    ...checkRows(history),
    ...checkAcks(history, rows),
    ...checkOrder(history, rows),
    ...checkViews(history, history.reads, 'reads'),
    ...checkViews(history, history.applied, 'applied'),
  ]
}

function keyOf(each: { sender: string; clientMsgId: string }): string {
  return `${each.sender} ${each.clientMsgId}`
}

/** I2 and I3 of the table itself: one row per key, seqs from 1 without holes, nothing unsaid. */
function checkRows({ rows, said }: History): string[] {
  const wrong: string[] = []
  const wanted = new Map(said.map((each) => [keyOf(each), each]))
  const seen = new Set<string>()
  for (const row of rows) {
    const key = keyOf(row)
    if (seen.has(key)) wrong.push(`I2: ${key} has two rows`)
    seen.add(key)
    const origin = wanted.get(key)
    if (!origin) wrong.push(`I2: ${key} was never said`)
    else if (origin.content !== row.content || origin.conversation !== row.conversation) {
      wrong.push(`I2: ${key} is stored with other content`)
    }
  }
  for (const [conversation, list] of Map.groupBy(rows, (row) => row.conversation)) {
    const seqs = list.map((row) => row.seq).toSorted((a, b) => a - b)
    const at = seqs.findIndex((seq, index) => seq !== index + 1)
    if (at !== -1)
      wrong.push(`I3: conversation ${conversation} has ${seqs[at]} as number ${at + 1}`)
  }
  return wrong
}

/** I1 and I2: what was acknowledged is stored, and every acknowledgement said the same. */
function checkAcks({ said }: History, rows: ReadonlyMap<string, Row>): string[] {
  const wrong: string[] = []
  for (const each of said) {
    const [first] = each.acks
    if (!first) continue
    const row = rows.get(keyOf(each))
    if (!row) wrong.push(`I1: ${keyOf(each)} was acknowledged and is not stored`)
    for (const ack of each.acks) {
      if (ack.id !== first.id || ack.seq !== first.seq) {
        wrong.push(`I2: ${keyOf(each)} was acknowledged as ${first.seq} and as ${ack.seq}`)
      }
      if (row && (row.id !== ack.id || row.seq !== ack.seq)) {
        wrong.push(`I3: ${keyOf(each)} is ${row.seq} and was acknowledged as ${ack.seq}`)
      }
    }
  }
  return wrong
}

/**
 * I4: what a sender was told of before it went on comes before what followed; and what it sent
 * without waiting comes in that order too, unless one was refused while the next was on its way.
 */
function checkOrder({ said }: History, rows: ReadonlyMap<string, Row>): string[] {
  const wrong: string[] = []
  const bySender = Map.groupBy(said, (each) => `${each.sender} ${each.conversation}`)
  for (const [who, list] of bySender) {
    let told: { ack: Ack; seq: number } | null = null
    let newest = 0
    const refused = list.some((each) => each.refusals > 0)
    for (const each of list) {
      const row = rows.get(keyOf(each))
      const begun = each.invoked[0]
      if (told && row && begun !== undefined && told.ack.at < begun && row.seq < told.seq) {
        wrong.push(`I4: ${who} said ${row.seq} after having been told of ${told.seq}`)
      }
      if (!refused && row && row.seq < newest) wrong.push(`I4: ${who} was overtaken at ${row.seq}`)
      newest = Math.max(newest, row?.seq ?? 0)
      const [ack] = each.acks
      if (ack && row && (!told || row.seq > told.seq)) told = { ack, seq: row.seq }
    }
  }
  return wrong
}

/** I1 and I3 of what people see: all of it, in order, each once, and the same for all. */
function checkViews({ rows }: History, views: readonly View[], verb: string): string[] {
  const stored = Map.groupBy(rows, (row) => row.conversation)
  return views.flatMap(({ reader, conversation, list }) => {
    const real = (stored.get(conversation) ?? []).toSorted((a, b) => a.seq - b.seq)
    const who = `${reader} ${verb} in ${conversation}`
    const at = list.findIndex((each, index) => {
      const row = real[index]
      return row?.seq !== each.seq || row.id !== each.id
    })
    if (at !== -1) {
      const [got, want] = [list[at], real[at]]
      return [
        `I3: ${who}: seq ${got?.seq} (id ${got?.id}) where ${want?.seq} (${want?.id}) belongs`,
      ]
    }
    return list.length < real.length
      ? [`I1: ${who}: ${real.length - list.length} messages are missing`]
      : []
  })
}

/** Frames whose seq is below one heard before on the same socket, repeats aside. */
export function countLate(seqs: readonly number[]): number {
  const heard = new Set<number>()
  let newest = 0
  let late = 0
  for (const seq of seqs) {
    if (seq < newest && !heard.has(seq)) late++
    heard.add(seq)
    newest = Math.max(newest, seq)
  }
  return late
}
