// What a server owes on a line, however its bytes are cut, and queries that were sent early.
import { expect, test } from 'bun:test'
import { array, assert, boolean, integer, property } from 'fast-check'
import { PendingReplies } from '../../src/infra/pending-replies.ts'

const message = (type: string, body: string | Buffer = '') => {
  const bytes = Buffer.from(body)
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeUInt32BE(bytes.length + 4, 1)
  return Buffer.concat([head, bytes])
}

const startup = () => {
  const body = Buffer.from('\0\x03\0\0user\0curlew\0\0')
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length + 4)
  return Buffer.concat([head, body])
}

/** A value that ends like a message begins: Z, then a length of 5. */
const trap = Buffer.concat([Buffer.from('Z'), Buffer.from([0, 0, 0, 5]), Buffer.from('Ixxxx')])
const ready = message('Z', 'I')
const oneQuery = Buffer.concat([message('B', trap), message('E'), message('S')])
const oneAnswer = Buffer.concat([message('2'), message('D', trap), message('C'), ready])

function greeted(): PendingReplies {
  const pending = new PendingReplies()
  pending.asked(startup())
  pending.answered(Buffer.concat([message('R', '\0\0\0\0'), message('S', 'a\0b\0'), ready]))
  return pending
}

test('nothing is owed before anything was asked, and after the greeting', () => {
  expect(new PendingReplies().open).toBe(false)
  const pending = new PendingReplies()
  pending.asked(startup())
  expect(pending.open).toBe(true)
  expect(greeted().open).toBe(false)
})

test('two queries at once are owed two answers', () => {
  const pending = greeted()
  pending.asked(Buffer.concat([oneQuery, oneQuery]))
  pending.answered(oneAnswer)
  expect(pending.open).toBe(true)
  pending.answered(oneAnswer)
  expect(pending.open).toBe(false)
})

test('what is flushed is owed until something comes', () => {
  const pending = greeted()
  pending.asked(Buffer.concat([message('P'), message('D'), message('H')]))
  expect(pending.open).toBe(true)
  pending.answered(message('t'))
  expect(pending.open).toBe(false)
  pending.asked(oneQuery)
  expect(pending.open).toBe(true)
})

test('the count holds for any queries and any cuts between the bytes', () => {
  assert(
    property(
      array(boolean(), { maxLength: 30 }),
      array(integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }),
      (steps, cuts) => {
        const pending = greeted()
        let owed = 0
        let cut = 0
        for (const asks of steps) {
          if (asks) {
            pending.asked(oneQuery)
            owed++
          } else if (owed > 0) {
            for (let from = 0; from < oneAnswer.length;) {
              const to = from + (cuts[cut++ % cuts.length] as number)
              pending.answered(oneAnswer.subarray(from, to))
              from = to
              // Until its last byte an answer is still to come.
              if (from < oneAnswer.length - 1 && owed === 1) expect(pending.open).toBe(true)
            }
            owed--
          }
          expect(pending.open).toBe(owed > 0)
        }
      },
    ),
  )
})
