// Laws of read marks, over random scripts of two people with three devices each, on two nodes:
// unread is what the others have said after the mark, a mark never goes back, and none moves
// without saying so, whatever moved it.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { must } from '../../src/core/assert.ts'
import { begin } from '../../src/features/messages/send.ts'
import { directory } from '../../src/features/conversations/state.ts'
import { install, type Installation } from '../support/installation.ts'
import {
  agree,
  deviceKnows,
  gather,
  heard,
  leave,
  look,
  Model,
  other,
  read,
  say,
  sessionOf,
  step,
  toldLast,
  upTo,
  type Cast,
  type Counts,
  type Listed,
  type Step,
  type Who,
} from './marks.cast.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

test('unread is exact after every step, and every mark that is moved is told', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 30 }), async (script) => {
      const cast = await gather(app)
      const model = new Model()
      const ids: number[] = []
      for (const each of script) {
        const { who, act, part } = each
        if (act === 'say') {
          ids.push((await say(cast, each)).id)
          model.says(who)
        } else if (act === 'read') {
          const seq = upTo(part, model.by.length)
          const answer = await read(cast, each, seq)
          model.reads(who, seq)
          expect(answer).toEqual({ read_seq: model.marks[who], unread: model.unread(who) })
        } else if (ids.length > 0) {
          const n = upTo(part, ids.length) - 1
          const recalled = await sessionOf(cast, each).tries('messages.recall', { id: ids[n] })
          expect(recalled.code).toBe(model.by[n] === who ? 0 : 4403)
        }
        await agree(cast, model)
      }
      await heard(cast, model)
      await deviceKnows(cast, model)
      await leave(cast)
    }),
    { numRuns: 4, endOnFailure: true, seed },
  )
}, 120_000)

/** What both say in one turn of the process is one batch of the writer's. */
async function saysAtOnce(cast: Cast, speakers: readonly Who[]): Promise<void> {
  const { ctx } = app.nodes[0]!
  const ref = must(await ctx.of(directory).find(cast.id), 'a conversation is in the directory')
  if (ref.kind !== 'direct') throw new Error('two people talk directly')
  const sendings = speakers.map((who) => {
    const { userId } = cast.people[who]
    const { id } = ref.user1.userId === userId ? ref.user1 : ref.user2
    const actor = { id, userId, nickname: '', sessionId: 0, deviceId: '', role: 'user' } as const
    const input = { conversation_id: ref.id, message_type: 1, content: 'a word' }
    return begin(ctx, actor, input, '')
  })
  await Promise.all(sendings.map(async (each) => (await each).answer))
}

test('in a batch of both, each has read what stood before the other spoke', async () => {
  const who = fc.constantFrom<Who>(0, 1)
  const burst = fc.record({
    speakers: fc.array(who, { minLength: 1, maxLength: 6 }),
    reader: who,
    part: fc.nat(100),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(burst, { minLength: 5, maxLength: 10 }), async (script) => {
      const cast = await gather(app)
      const model = new Model()
      for (const { speakers, reader, part } of script) {
        await saysAtOnce(cast, speakers)
        for (const each of speakers) model.says(each)
        await agree(cast, model)
        const seq = upTo(part, model.by.length)
        await cast.people[reader].does('conversations.read', { id: cast.id, seq })
        model.reads(reader, seq)
        await agree(cast, model)
      }
      await heard(cast, model)
      await leave(cast)
    }),
    { numRuns: 4, endOnFailure: true, seed },
  )
}, 120_000)

/** Everything at once, while both look at their lists again and again. */
async function rush(cast: Cast, script: readonly Step[]) {
  const by: Who[] = []
  const answers: { who: Who; asked: number; answer: Counts }[] = []
  const seen: [Listed[], Listed[]] = [[], []]
  const all = script.map(async (each) => {
    const { who, act, part } = each
    if (act === 'say') {
      by[(await say(cast, each)).seq - 1] = who
      return
    }
    const { last_seq } = await look(cast, who)
    if (last_seq === 0) return
    const asked = upTo(part, last_seq)
    answers.push({ who, asked, answer: await read(cast, each, asked) })
  })
  const over = new AbortController()
  const rushing = Promise.all(all).finally(() => over.abort())
  const watching = ([0, 1] as const).map(async (who) => {
    while (!over.signal.aborted) seen[who].push(await look(cast, who))
  })
  await Promise.all([rushing, ...watching])
  return { by, answers, seen }
}

test('said and read at once: what is seen at any moment is exact, and no mark moves in silence', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 80 }), async (script) => {
      const cast = await gather(app)
      const { by, answers, seen } = await rush(cast, script)
      const model = new Model()
      model.by.push(...by)
      for (const who of [0, 1] as const) {
        const moments = [...seen[who], await look(cast, who)]
        let mark = 0
        for (const { last_seq, read_seq, unread } of moments) {
          expect(unread).toBe(model.unread(who, read_seq, last_seq))
          expect(read_seq).toBeGreaterThanOrEqual(mark)
          mark = read_seq
        }
        const mine = answers.filter((each) => each.who === who)
        for (const { asked, answer } of mine) {
          expect(answer.read_seq).toBeGreaterThanOrEqual(asked)
          expect(answer.read_seq).toBeLessThanOrEqual(mark)
          expect(answer.unread).toBeGreaterThanOrEqual(0)
          expect(answer.unread).toBeLessThanOrEqual(model.unread(who, answer.read_seq))
        }
        model.marks[who] = mark
      }
      await agree(cast, model)
      for (const who of [0, 1] as const) {
        for (const device of cast.devices[who] ?? []) {
          for (const [whose, reader] of [
            ['mine', who],
            ['theirs', other(who)],
          ] as const) {
            await toldLast(device, whose, model.marks[reader])
          }
        }
      }
      await deviceKnows(cast, model)
      await leave(cast)
    }),
    { numRuns: 4, endOnFailure: true, seed },
  )
}, 120_000)
