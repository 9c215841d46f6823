// Frames to text and back, and whatever else may arrive on a socket.
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { limits } from '../../src/limits.ts'
import { badText, decode, encode, encodeAnswer } from '../../src/protocol/codec.ts'
import { clientFrames } from '../../src/protocol/frames.ts'
import { isVisible } from '../../src/protocol/visible.ts'

const types = Object.keys(clientFrames)
const id = fc.option(fc.oneof(fc.string({ minLength: 1, maxLength: 64 }), fc.maxSafeNat()), {
  nil: undefined,
})
const rowId = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const seq = fc.maxSafeNat()
/** Text a database can hold, and that shows something if it is there. */
const text = fc
  .string({ unit: 'grapheme', maxLength: 200 })
  .filter((each) => !badText({ each }) && (each === '' || isVisible(each)))

const data = {
  ping: fc.anything({ withNullPrototype: false, maxDepth: 2 }).map((value) => clone(value ?? {})),
  send_message: fc.record(
    {
      to_user_id: fc.stringMatching(/^[A-Za-z0-9_-]{3,32}$/),
      conversation_id: rowId,
      message_type: fc.integer({ min: 1, max: 255 }),
      content: text,
      client_msg_id: fc.uuid(),
      reply_to_id: rowId,
    },
    { requiredKeys: ['message_type', 'content'] },
  ),
  mark_read: fc.record({ conversation_id: rowId, seq }),
  recall_message: fc.record({ id: rowId }),
  edit_message: fc.record({ id: rowId, content: text }),
  typing: fc.record({ conversation_id: rowId }, { requiredKeys: [] }),
}

/** As JSON would hand it on. */
function clone(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? '{}')
  } catch {
    return {}
  }
}

const known = Object.entries(data).filter(([type]) => types.includes(type))

test.each(known)('%s: what a client encodes is what the server decodes', (type, arbitrary) => {
  fc.assert(
    fc.property(arbitrary as fc.Arbitrary<unknown>, id, fc.maxSafeNat(), (value, requestId, at) => {
      const frame = { type, data: value, timestamp: at, id: requestId }
      expect(decode(JSON.stringify(frame))).toEqual({ type, data: value, id: requestId } as never)
    }),
  )
})

test('what the server encodes is what a client reads', () => {
  fc.assert(
    fc.property(rowId, text, fc.maxSafeNat(), id, (user, reason, at, requestId) => {
      const pushed = JSON.parse(encode('kicked', { reason }, at))
      expect(pushed).toEqual({ type: 'kicked', data: { reason }, timestamp: at })
      const answer = JSON.parse(encodeAnswer('ack', { user }, at, requestId))
      expect(answer).toEqual(
        requestId === undefined
          ? { type: 'ack', data: { user }, timestamp: at }
          : { type: 'ack', data: { user }, timestamp: at, id: requestId },
      )
    }),
  )
})

/** A refusal or a request, whose parts are what they must be. */
function survives(frame: string): ReturnType<typeof decode> {
  const found = decode(frame)
  if ('refused' in found) {
    expect(['badRequest', 'validation']).toContain(found.refused)
    expect(found.details.field.length).toBeGreaterThan(0)
  } else {
    expect(types).toContain(found.type)
  }
  if (typeof found.id === 'string') expect(found.id.length).toBeLessThanOrEqual(64)
  // An answer that bears the id must be text again.
  expect(() => JSON.parse(encodeAnswer('error', {}, 0, found.id))).not.toThrow()
  return found
}

test('no text makes decoding throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (each) => void survives(each)),
  )
})

test('no JSON in the shape of a frame makes decoding throw', () => {
  const anyType = fc.oneof(fc.constantFrom(...types, '__proto__', 'constructor'), fc.jsonValue())
  const frame = fc.record({ type: anyType, data: fc.jsonValue(), id: fc.jsonValue() })
  fc.assert(fc.property(frame, (each) => void survives(JSON.stringify(each))))
})

test.each([
  ['nothing', ''],
  ['half a frame', '{"type":"ping"'],
  ['null', 'null'],
  ['an array', '[{"type":"ping"}]'],
  ['a number', '42'],
  ['a string', '"ping"'],
])('%s is no frame', (_name, frame) => {
  expect(survives(frame)).toMatchObject({ refused: 'badRequest' })
})

test.each([
  ['a type nobody knows', '{"type":"destroy","id":1}'],
  ['no type', '{"data":{},"id":1}'],
  ['a type from the prototype', '{"type":"toString","id":1}'],
  ['a type in a list', '{"type":["ping"],"id":1}'],
  ['data in a list', '{"type":"mark_read","data":[{"conversation_id":1,"seq":1}],"id":1}'],
  ['data as text', '{"type":"mark_read","data":"{}","id":1}'],
  ['data as null', '{"type":"mark_read","data":null,"id":1}'],
  ['an id above 2^53', '{"type":"recall_message","data":{"id":9007199254740993},"id":1}'],
  ['an endless id', '{"type":"recall_message","data":{"id":1e999},"id":1}'],
  ['a broken id', '{"type":"recall_message","data":{"id":1.5},"id":1}'],
  ['a NUL', '{"type":"send_message","data":{"message_type":1,"content":"a\\u0000b"},"id":1}'],
  [
    'half a character',
    '{"type":"send_message","data":{"message_type":1,"content":"\\ud83d"},"id":1}',
  ],
  ['fields in __proto__', '{"type":"recall_message","data":{"__proto__":{"id":1}},"id":1}'],
])('%s is refused under the id of the request', (_name, frame) => {
  expect(survives(frame)).toMatchObject({ refused: 'validation', id: 1 })
})

test.each([
  ['too long', JSON.stringify('x'.repeat(65))],
  ['empty', '""'],
  ['negative', '-1'],
  ['above 2^53', '9007199254740993'],
  ['an object', '{}'],
  ['a list', '[1]'],
  ['true', 'true'],
])('a request id that is %s is refused and not carried back', (_name, requestId) => {
  const found = survives(`{"type":"ping","id":${requestId}}`)
  expect(found).toMatchObject({ refused: 'validation', details: { field: 'id' }, id: undefined })
})

test.each([
  ['lists', '[', ']'],
  ['objects', '{"a":', '}'],
])('ten thousand %s in each other are answered', (_name, open, close) => {
  const deep = open.repeat(10_000) + '1' + close.repeat(10_000)
  survives(deep)
  for (const type of types) survives(`{"type":"${type}","data":${deep},"id":1}`)
  survives(`{"type":"ping","id":${deep}}`)
})

test('a frame of the greatest size is answered', () => {
  const content = 'x'.repeat(limits.frame.bytesMax)
  expect(survives(JSON.stringify({ type: 'send_message', data: { content } }))).toMatchObject({
    refused: 'validation',
  })
})

test('__proto__ in a frame changes no object', () => {
  survives('{"__proto__":{"polluted":true},"type":"ping","data":{"__proto__":{"polluted":true}}}')
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})
