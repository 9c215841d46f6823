// API nodes that die: at any moment, exactly between commit and acknowledgement, and in good order.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { expectWithin } from '../support/deep.ts'
import { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { Site } from '../support/processes.ts'
import { Load } from './load.ts'

setDefaultTimeout(240_000)

let site: Site
beforeAll(async () => {
  site = await Site.start({ nodes: 2, workers: 1 })
})
afterAll(() => site[Symbol.asyncDispose]())

test('F1: kill -9 of a node under load', () =>
  site.under(async () => {
    await using load = await Load.begin(site)
    await load.more(300)
    const pid = site.node(0).pid
    await site.node(0).kill()
    const lost = load.talkers.filter((talker) => !talker.connected).length
    await load.allTalk()
    await site.node(0).restart()
    expect(site.node(0).pid).not.toBe(pid)
    await load.more(300)
    // The fault happened to half of them, and the other half did not notice.
    expect(lost).toBeLessThanOrEqual(12)
    expect(load.closes.length).toBe(12)
    expect(load.talkers.filter((talker) => talker.reconnects > 0).length).toBe(12)
    await load.verdict(600)
  }))

test('F2: kill -9 between the commit and its acknowledgement', () =>
  site.under(async () => {
    const pairs = await site.pairs(10)
    const link = site.node(0).links.postgres
    const said = await Promise.all(
      pairs.map(async ({ a, b, conversation }) => ({
        alice: await a.connects({ base: site.node(0).url }),
        bob: await b.connects({ base: site.node(1).url }),
        a,
        conversation,
        ids: Array.from({ length: 5 }, (): string => crypto.randomUUID()),
      })),
    )
    const content = 'hello'
    // Both of the writer's connections know its statements: for one message of each conversation, for more.
    const before = [1, 4, 1, 4, 1, 4, 1, 4]
    for (const each of before) {
      await Promise.all(
        said.flatMap(({ alice, conversation }) =>
          Array.from({ length: each }, () =>
            alice.asks('send_message', { conversation_id: conversation, message_type: 1, content }),
          ),
        ),
      )
    }
    const heldBefore = link.withheld.down
    link.hold('down')
    for (const { alice, conversation, ids } of said)
      ids.forEach((id) => say(alice, conversation, id))
    const rows = await eventually(
      async () => {
        const found = await rowsOf(said.flatMap(({ ids }) => ids))
        // Two batches are under way at most; the rest waits for their answers.
        return found.length >= 2 ? found : null
      },
      { what: 'rows without an acknowledgement' },
    )
    // The rows are there a moment before the answer that says so.
    await eventually(() => link.withheld.down > heldBefore, { what: 'answers that are held back' })
    await site.node(0).kill()
    for (const { alice, ids } of said) {
      expect(alice.heard.filter((frame) => ids.includes(String(frame.id)))).toEqual([])
    }
    link.heal()
    // Nobody said anything again: what the peers hear now was swept from the outbox.
    for (const { bob, ids } of said) {
      for (const row of rows.filter((each) => ids.includes(each.client_msg_id))) {
        await bob.hears('message', (data) => data.id === row.id && data.seq === row.seq)
      }
    }
    await site.node(0).restart()
    for (const { a, conversation, ids } of said) {
      const again = await Device.open(site.node(0).url, a.token)
      ids.forEach((id) => say(again, conversation, id))
      for (const id of ids) {
        const answer = await again.answer(id)
        expect(answer.type).toBe('ack')
        const row = rows.find((each) => each.client_msg_id === id)
        if (row) expect(answer.data).toMatchObject({ id: row.id, seq: row.seq })
      }
      again.socket.close()
    }
    const all = await rowsOf(said.flatMap(({ ids }) => ids))
    expect(all.length).toBe(50)
    const last = before.reduce((sum, each) => sum + each, 0)
    for (const { ids } of said) {
      const seqs = ids.map((id) => all.find((row) => row.client_msg_id === id)?.seq)
      expect(seqs).toEqual(ids.map((_, n) => last + 1 + n))
    }
  }))

function say(device: Device, conversation: number, id: string): void {
  const data = { conversation_id: conversation, message_type: 1, content: id, client_msg_id: id }
  device.frame('send_message', data, id)
}

function rowsOf(ids: readonly string[]) {
  return site.sql<{ id: number; seq: number; client_msg_id: string }[]>`
    select id, seq, client_msg_id from messages where client_msg_id = any(${[...ids]}::uuid[])`
}

test('SIGTERM of a node and of the worker under load', () =>
  site.under(async () => {
    await using load = await Load.begin(site)
    await load.more(300)
    for (const program of [site.node(0), site.worker(0)]) {
      const began = performance.now()
      program.signal('SIGTERM')
      const exit = await program.exited()
      const took = performance.now() - began
      expect({ name: program.name, ...exit }).toEqual({ name: program.name, code: 0, signal: null })
      expectWithin(took, 10_000)
      await load.allTalk()
      await program.restart()
    }
    await load.more(300)
    expect(load.closes.length).toBe(12)
    expect(load.closes.every((code) => code === 1012)).toBe(true)
    await load.verdict(600)
  }))
