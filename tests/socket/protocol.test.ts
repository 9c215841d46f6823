// The socket's protocol: hello, tokens, answers in order, bad input, bounds.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ nodes: 2 })
})
afterAll(() => app[Symbol.asyncDispose]())

const socketUrl = (query = '') => `${app.url().replace('http', 'ws')}/api/v1/messages/ws${query}`

describe('opening', () => {
  test('hello is first and says who and where', async () => {
    const { alice } = await app.people('alice')
    const device = await alice.connects({ deviceId: 'phone' })
    expect(device.heard[0]?.type).toBe('hello')
    expect(device.heard[0]?.data).toMatchObject({
      session_id: alice.sessionId,
      device_id: 'phone',
      user_id: alice.userId,
      node_id: app.nodes[0]?.ctx.nodeId,
      heartbeat_seconds: 30,
      cursor: expect.any(String),
      epoch: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    const plain = await alice.connects()
    expect(plain.heard[0]?.data).toMatchObject({ device_id: `session-${alice.sessionId}` })
  })

  test('by header, subprotocol, ticket and query; a ticket opens once', async () => {
    const { bob } = await app.people('bob')
    const opens = async (url: string, options?: ConstructorParameters<typeof WebSocket>[1]) => {
      const socket = new WebSocket(url, options)
      const outcome = await new Promise<string>((resolve) => {
        socket.addEventListener('message', (event) => resolve(JSON.parse(String(event.data)).type))
        socket.addEventListener('close', (event) => resolve(String(event.code)))
      })
      const { protocol } = socket
      socket.close()
      return [outcome, protocol]
    }
    const header = { headers: { authorization: `Bearer ${bob.token}` } } as never
    expect(await opens(socketUrl(), header)).toEqual(['hello', ''])
    expect(await opens(socketUrl(), ['bearer', bob.token])).toEqual(['hello', 'bearer'])
    expect(await opens(socketUrl(`?token=${bob.token}`))).toEqual(['hello', ''])
    const { ticket } = await bob.does('messages.ticket')
    expect(await opens(socketUrl(`?ticket=${ticket}`))).toEqual(['hello', ''])
    expect(await opens(socketUrl(`?ticket=${ticket}`))).toEqual(['4001', ''])
    expect(await opens(socketUrl('?token=rubbish'))).toEqual(['4001', ''])
    expect(await opens(socketUrl())).toEqual(['4001', ''])
  })

  test('a foreign origin is refused before the upgrade', async () => {
    const { carol } = await app.people('carol')
    const upgrade = (origin: string) =>
      fetch(`${app.url()}/api/v1/messages/ws?token=${carol.token}`, {
        headers: {
          origin,
          upgrade: 'websocket',
          connection: 'upgrade',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        },
      }).then((response) => response.status)
    const host = new URL(app.url()).host
    for (const origin of [
      'https://evil.example',
      'null',
      `http://${host}.evil.example`,
      'http://',
    ]) {
      expect([origin, await upgrade(origin)]).toEqual([origin, 403])
    }
  })

  test('the same device again closes the first, on whichever node it is', async () => {
    const { dan } = await app.people('dan')
    const first = await dan.connects({ deviceId: 'tv' })
    const other = await dan.connects({ deviceId: 'watch' })
    const second = await dan.connects({ deviceId: 'tv', base: app.url(1) })
    expect((await first.isClosed()).code).toBe(4003)
    const third = await dan.connects({ deviceId: 'tv', base: app.url(1) })
    expect((await second.isClosed()).code).toBe(4003)
    expect([other.closed, third.closed]).toEqual([null, null])
  })

  test('a bad device_id is refused aloud, before a ticket is spent', async () => {
    const { erin } = await app.people('erin')
    const opens = async (query: string, language = 'en') => {
      const headers = { authorization: `Bearer ${erin.token}`, 'accept-language': language }
      const socket = new WebSocket(socketUrl(query), { headers } as never)
      const outcome = await new Promise<string>((resolve) => {
        socket.addEventListener('message', (event) => resolve(JSON.parse(String(event.data)).type))
        socket.addEventListener('close', (event) => resolve(`${event.code} ${event.reason}`))
      })
      socket.close()
      return outcome
    }
    const bad = ['', 'a'.repeat(65), '标签一', "Ann's laptop", 'a b', 'a\n', 'é', '../x', 'a,b']
    for (const name of bad) {
      const said = await opens(`?device_id=${encodeURIComponent(name)}`)
      expect([name, said]).toEqual([name, '4004 device_id must be 1 to 64 of A-Z a-z 0-9 _ . : -'])
    }
    expect(await opens('?device_id=%20', 'zh')).toStartWith('4004 device_id 须为 1 至 64 个字符')
    for (const name of ['a', 'Ann_1.tab:2-x', 'a'.repeat(64)]) {
      expect([name, await opens(`?device_id=${name}`)]).toEqual([name, 'hello'])
    }
    const { ticket } = await erin.does('messages.ticket')
    const asks = (device: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(socketUrl(`?ticket=${ticket}&device_id=${device}`))
        socket.addEventListener('message', () => resolve('hello'))
        socket.addEventListener('close', (event) => resolve(String(event.code)))
      })
    expect([await asks('no!'), await asks('yes')]).toEqual(['4004', 'hello'])
  })

  test('an ordinary request learns that this is a socket', async () => {
    const response = await fetch(`${app.url()}/api/v1/messages/ws`)
    expect(response.status).toBe(426)
  })
})

describe('frames', () => {
  test('answers come in the order of the requests, whatever each takes', async () => {
    const { alice, bob } = await app.people('alice', 'bob')
    const conversation_id = await alice.befriends(bob)
    const device = await alice.connects()
    const ids: string[] = []
    for (let n = 0; n < 60; n++) {
      const id = `f${n}`
      ids.push(id)
      if (n % 6 === 1) device.frame('mark_read', { conversation_id, seq: n }, id)
      else if (n % 6 === 3) device.frame('ping', null, id)
      else if (n % 6 === 4) device.frame('nonsense', {}, id)
      else {
        const data = { conversation_id, message_type: 1, content: `${n}` }
        device.frame('send_message', data, id)
      }
    }
    await device.answer('f59')
    const answered = device.heard.filter((frame) => frame.id !== undefined)
    expect(answered.map((frame) => frame.id as string)).toEqual(ids)
    expect(answered[3]?.type).toBe('pong')
    expect(answered[4]).toMatchObject({ type: 'error', data: { code: 4010, field: 'type' } })
  })

  test('hostile frames get a typed error, and the process goes on', async () => {
    const { alice, bob } = await app.people('alice', 'bob')
    await alice.befriends(bob)
    const device = await alice.connects()
    const deep = '['.repeat(20_000) + ']'.repeat(20_000)
    const bad: [string, number][] = [
      ['', 4001],
      ['{', 4001],
      ['null', 4001],
      ['42', 4001],
      ['[]', 4001],
      ['"text"', 4001],
      [deep, 4001],
      ['{}', 4010],
      ['{"type":null}', 4010],
      ['{"type":"constructor"}', 4010],
      ['{"type":"__proto__","data":{}}', 4010],
      ['{"type":"send_message"}', 4010],
      ['{"type":"send_message","data":null}', 4010],
      ['{"type":"send_message","data":[]}', 4010],
      [`{"type":"send_message","data":{"content":${deep}}}`, 4010],
      [
        '{"type":"send_message","data":{"to_user_id":"bob","message_type":"1","content":"x"}}',
        4010,
      ],
      ['{"type":"mark_read","data":{"conversation_id":-1,"seq":1}}', 4010],
      ['{"type":"mark_read","data":{"conversation_id":1e300,"seq":1}}', 4010],
      ['{"type":"ping","id":{"a":1}}', 4010],
      [`{"type":"ping","id":"${'x'.repeat(65)}"}`, 4010],
    ]
    for (const [index, [text, code]] of bad.entries()) {
      device.raw(text)
      const errors = await eventually(() => {
        const all = device.all('error')
        return all.length > index && all
      })
      expect([text.slice(0, 60), errors[index]?.data.code]).toEqual([text.slice(0, 60), code])
    }
    const message = `"to_user_id":"${bob.userId}","message_type":1,"content":"x"`
    const polluting = `{${message},"__proto__":{"polluted":1}}`
    device.raw(`{"type":"send_message","id":"p","data":${polluting}}`)
    expect((await device.answer('p')).type).toBe('ack')
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    expect(device.closed).toBeNull()
  })

  test('a lone surrogate or a NUL cannot be said', async () => {
    const { alice, bob } = await app.people('alice', 'bob')
    await alice.befriends(bob)
    const device = await alice.connects()
    for (const content of ['\\ud800', '\\u0000']) {
      const data = `{"to_user_id":"${bob.userId}","message_type":1,"content":"a${content}b"}`
      device.raw(`{"type":"send_message","id":"${content.slice(1)}","data":${data}}`)
      const answer = await device.answer(content.slice(1))
      expect(answer).toMatchObject({ type: 'error', data: { code: 4010, field: 'content' } })
    }
  })

  test('a frame that is too large, or binary, closes the socket and nothing else', async () => {
    const { alice } = await app.people('alice')
    const [large, binary, kept] = [
      await alice.connects({ deviceId: 'large' }),
      await alice.connects({ deviceId: 'binary' }),
      await alice.connects({ deviceId: 'kept' }),
    ]
    large.raw('x'.repeat(limits.frame.bytesMax + 1))
    expect((await large.isClosed()).code).toBe(1009)
    binary.raw(new Uint8Array([1, 2, 3]))
    expect((await binary.isClosed()).code).toBe(4004)
    kept.frame('ping', null, 1)
    expect((await kept.answer(1)).type).toBe('pong')
  })

  test('more frames than the lane holds close the socket with 4009; memory stays flat', async () => {
    const { alice, bob } = await app.people('alice', 'bob')
    const conversation_id = await alice.befriends(bob)
    const device = await alice.connects()
    const { sql } = app.nodes[0]!.ctx
    await sql.begin(async (tx) => {
      // The conversation is held, so nothing can be answered and the lane fills.
      await tx`select from conversations where id = ${conversation_id} for update`
      const text = JSON.stringify({
        type: 'mark_read',
        data: { conversation_id, seq: 1 },
      })
      const data = { conversation_id, message_type: 1, content: 'x' }
      device.frame('send_message', data, 'held')
      for (let n = 0; n < limits.socket.laneFramesMax + 10; n++) device.raw(text)
      expect((await device.isClosed()).code).toBe(4009)
    })
    const back = await alice.connects()
    expect(await back.says(bob, 'still here')).toMatchObject({ seq: 2 })
  })
})

describe('closing', () => {
  test('a node that stops tells its sockets to come back', async () => {
    await using other = await install()
    const { alice } = await other.people('alice')
    const device = await alice.connects()
    await other.nodes[0]![Symbol.asyncDispose]()
    expect((await device.isClosed()).code).toBe(1012)
  })

  test('too many sockets of one person: the oldest goes', async () => {
    const { alice } = await app.people('alice')
    const devices: Device[] = []
    for (let n = 0; n <= limits.socket.perUserMax; n++) {
      devices.push(await alice.connects({ deviceId: `d${n}` }))
    }
    expect((await devices[0]!.isClosed()).code).toBe(4003)
    expect(devices.slice(1).every((device) => device.closed === null)).toBe(true)
  })
})
