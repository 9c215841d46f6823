// The writer's edges: one id said many times over two nodes, and more than it can take.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { eventually } from '../support/eventually.ts'
import { Device, type Frame } from '../support/device.ts'
import { Site } from '../support/processes.ts'

setDefaultTimeout(240_000)

let site: Site
beforeAll(async () => {
  site = await Site.start({ nodes: 2, workers: 1 })
})
afterAll(() => site[Symbol.asyncDispose]())

interface Told {
  readonly type: string
  readonly data: { id: number; seq: number; code: number; retry_after?: number }
}

function frameOf(conversation: number, content: string, id: string) {
  return { conversation_id: conversation, message_type: 1, content, client_msg_id: id }
}

test('F19: one id in parallel over two nodes, with the same and with other words', () =>
  site.under(async () => {
    const pairs = await site.pairs(6)
    const rounds = 20
    const told: { id: string; content: string; answer: Told }[] = []
    await Promise.all(
      pairs.map(async ({ a, conversation }) => {
        const devices = await Promise.all(
          site.urls.flatMap((base) =>
            [0, 1].map((n) => Device.open(base, a.token, `d${n}-${new URL(base).port}`)),
          ),
        )
        for (let round = 0; round < rounds; round++) {
          const id = crypto.randomUUID()
          const asked = Array.from({ length: 12 }, (_, n) => {
            const device = devices[n % devices.length] as Device
            const content = n % 3 === 2 ? `other ${round}` : `word ${round}`
            device.frame('send_message', frameOf(conversation, content, id), `${id} ${n}`)
            return { content, answer: device.answer(`${id} ${n}`) }
          })
          for (const { content, answer } of asked) {
            told.push({ id, content, answer: (await answer) as unknown as Told })
          }
        }
        for (const device of devices) device.socket.close()
      }),
    )
    const rows = await site.sql<
      { id: number; seq: number; client_msg_id: string; content: string }[]
    >`
      select id, seq, client_msg_id, content from messages
      where conversation_id = any(${pairs.map((pair) => pair.conversation)}::bigint[])`
    expect(rows.length).toBe(6 * rounds)
    expect(told.length).toBe(6 * rounds * 12)
    let refused = 0
    for (const { id, content, answer } of told) {
      const row = rows.find((each) => each.client_msg_id === id)
      if (content === row?.content) {
        expect(answer.type).toBe('ack')
        expect(answer.data).toMatchObject({ id: row.id, seq: row.seq })
      } else {
        expect([answer.type, answer.data.code]).toEqual(['error', 4303])
        refused++
      }
    }
    expect(refused).toBeGreaterThanOrEqual(6 * rounds * 4)
    const [hole] = await site.sql`
      select conversation_id from messages group by conversation_id having max(seq) <> count(*)`
    expect(hole).toBeUndefined()
  }))

test('overload: beyond the bound sends are refused as busy, and nothing of those is stored', () =>
  site.under(async () => {
    const node = site.node(0)
    // Each of somebody else: nobody gets copies, which a test that is short of time reads too slowly.
    const senders = await Promise.all(
      (await site.pairs(18)).map(async ({ a, conversation }) => ({
        conversation,
        device: await Device.open(node.url, a.token, 'flood'),
      })),
    )
    const devices = senders.map(({ device }) => device)
    const conversations = senders.map(({ conversation }) => conversation)
    // The node knows where these go: else their frames wait for that, and a socket has too many of them.
    for (const { device, conversation } of senders) {
      await device.asks('send_message', frameOf(conversation, 'first', crypto.randomUUID()))
    }
    const word = 'x'.repeat(4_000)
    const asked: { id: string; device: Device; request: string }[] = []
    const before = node.memory
    let release = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    // Somebody holds the conversations' rows: nothing can be stored in them.
    const holding = site.sql.begin(async (sql) => {
      await sql`
        select from conversations where id = any(${conversations}::bigint[]) order by id for update`
      // 256 of one socket may wait for their answers, 1 MB each of these.
      for (const { device, conversation } of senders) {
        for (let n = 0; n < 256; n++) {
          const id = crypto.randomUUID()
          asked.push({ id, device, request: id })
          device.frame('send_message', frameOf(conversation, word, id), id)
        }
      }
      await eventually(() => errorsOf(devices).length > 0, { what: 'busy', within: 20_000 })
      release()
    })
    await released
    await holding
    const answers = await Promise.all(
      asked.map(async ({ id, device, request }) => ({
        id,
        answer: (await device.answer(request)) as unknown as Told,
      })),
    )
    const peak = node.memory
    const rows = await site.sql<{ client_msg_id: string }[]>`
      select client_msg_id from messages where conversation_id = any(${conversations}::bigint[])`
    const stored = new Set(rows.map((row) => row.client_msg_id))
    const acked = answers.filter(({ answer }) => answer.type === 'ack')
    const busy = answers.filter(({ answer }) => answer.data.code === 5030)
    expect(busy.length).toBeGreaterThan(0)
    expect(busy.every(({ answer }) => (answer.data.retry_after ?? 0) > 0)).toBe(true)
    expect(busy.filter(({ id }) => stored.has(id))).toEqual([])
    expect(acked.filter(({ id }) => !stored.has(id))).toEqual([])
    expect(acked.length + busy.length + unknown(answers).length).toBe(asked.length)
    expect(acked.length).toBeGreaterThan(1_000)
    expect(stored.size).toBe(rows.length)
    // 18 MB of words came in; what they cost is bounded.
    expect(peak - before).toBeLessThan(300 * 1024 * 1024)
    for (const device of devices) device.socket.close()
  }))

function errorsOf(devices: readonly Device[]): Frame[] {
  return devices.flatMap((device) => device.all('error'))
}

/** Out of time while the row was held. */
function unknown(answers: readonly { answer: Told }[]) {
  return answers.filter(({ answer }) => answer.data.code === 5001)
}
