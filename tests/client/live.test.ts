// The SDK against the real server: nothing lost, nothing twice, everything in order.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { until } from './clock.ts'
import { startInstallation, type Installation } from './installation.ts'
import { startProxy, type Proxy } from './proxy.ts'
import { expectWhole, talkOf, texts } from './talk.ts'

let installation: Installation
let proxy: Proxy

beforeAll(async () => {
  installation = await startInstallation()
  proxy = await startProxy(installation.port)
}, 120_000)

afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]()
  await installation?.[Symbol.asyncDispose]()
}, 240_000)

const pair = (url?: string) => talkOf(installation, url)

describe('alice and bob', () => {
  test('talk: both hear everything once, in one order, their own included', async () => {
    await using talk = await pair()
    const { alice, bob, heard } = talk
    const sends = []
    for (let count = 0; count < 50; count++) {
      sends.push(alice.send({ to_user_id: bob.userId, content: `a${count}` }))
      sends.push(bob.send({ to_user_id: alice.userId, content: `b${count}` }))
    }
    const sent = await Promise.all(sends)
    expect(new Set(sent.map(({ seq }) => seq)).size).toBe(100)
    await until('both have heard all', () => heard.alice.length + heard.bob.length === 200)
    expectWhole(heard.alice)
    expect(texts(heard.alice)).toEqual(texts(heard.bob))
    for (const who of ['a', 'b']) {
      const own = texts(heard.bob).filter((text) => text.startsWith(who))
      expect(own).toEqual(Array.from({ length: 50 }, (_, at) => `${who}${at}`))
    }
  })

  test('my own message looks as the server shows it', async () => {
    await using talk = await pair()
    const { alice, bob, heard } = talk
    const { conversation_id: id } = await alice.send({ to_user_id: bob.userId, content: 'hi' })
    const page = await alice.call('messages.history', { id, after_seq: 0, limit: 10 })
    const [stored] = Array.isArray(page) ? page : page.list
    expect(heard.alice).toEqual([stored!])
    expect(alice.messages(id)).toEqual([stored!])
  })

  test('what a client sends by a call of its own it hears once, as any message', async () => {
    await using talk = await pair()
    const { alice, bob, heard } = talk
    const frames: unknown[] = []
    alice.on('message_sent' as never, (frame) => void frames.push(frame))
    const input = { to_user_id: bob.userId, message_type: 1, content: 'by REST' }
    const sent = await alice.call('messages.send', input)
    await until('both have heard it', () => heard.alice.length + heard.bob.length === 2)
    await bob.send({ to_user_id: alice.userId, content: 'yes' })
    await until('the answer', () => heard.alice.length + heard.bob.length === 4)
    expect(heard.alice[0]).toEqual(sent)
    expect(texts(heard.alice)).toEqual(['by REST', 'yes'])
    expectWhole(heard.alice)
    expect(frames).toEqual([])
  })

  test('hear of each other: typing, reading, editing, taking back, friendship', async () => {
    await using talk = await pair()
    const { alice, bob } = talk
    const seen: string[] = []
    alice.on('read_receipt', ({ read_seq }) => void seen.push(`read ${read_seq}`))
    alice.on('typing', ({ user_id }) => void seen.push(`typing ${user_id}`))
    bob.on('message_updated', (message) => {
      seen.push(message.is_recalled ? 'recalled' : `edited ${message.content}`)
    })
    alice.on('friend_removed', ({ user_id }) => void seen.push(`removed ${user_id}`))
    const { conversation_id: id, id: message } = await alice.send({
      to_user_id: bob.userId,
      content: 'hi',
    })
    bob.typing(id)
    await until('typing', () => seen.includes(`typing ${bob.userId}`))
    expect(await bob.request('mark_read', { conversation_id: id, seq: 1 })).toEqual({
      read_seq: 1,
      unread: 0,
    })
    await until('read', () => seen.includes('read 1'))
    const edited = await alice.call('messages.edit', { id: message, content: 'hello' })
    await until('edited', () => seen.includes('edited hello'))
    expect(texts(bob.messages(id))).toEqual(['hello'])
    expect(await alice.request('edit_message', { id: message, content: 'hello' })).toEqual(edited)
    const { list } = await alice.call('messages.revisions', { id: message })
    expect(list.map(({ n, content }) => [n, content])).toEqual([[1, 'hi']])
    await alice.request('recall_message', { id: message })
    await until('recalled', () => seen.includes('recalled'))
    expect(texts(bob.messages(id))).toEqual([''])
    await bob.call('friends.remove', { friend_id: alice.userId })
    await until('removed', () => seen.includes(`removed ${bob.userId}`))
    await expect(alice.send({ to_user_id: bob.userId, content: 'x' })).rejects.toMatchObject({
      reason: 'refused',
      code: 4403,
    })
  })
})

test('what bob has deleted goes from what he is shown, and leaves no hole to ask for again', async () => {
  await using talk = await pair()
  const { alice, bob, heard } = talk
  const says = (content: string) => alice.send({ to_user_id: bob.userId, content })
  const [, two] = [await says('1'), await says('2'), await says('3')]
  const { conversation_id: id } = two
  await until('bob has heard three', () => heard.bob.length === 3)
  const gone: number[] = []
  bob.on('message_deleted', ({ message_id }) => void gone.push(message_id))
  await bob.call('messages.delete', { id: two.id })
  await until('bob hears of it', () => gone.includes(two.id))
  expect(texts(bob.messages(id))).toEqual(['1', '3'])
  bob.disconnect()
  const away = [await says('4'), await says('5'), await says('6'), await says('7')]
  for (const at of [1, 2, 3]) await bob.call('messages.delete', { id: away[at]!.id })
  await bob.connect()
  await until('bob has caught up', () => bob.position().seqs[id] === 7)
  await says('8')
  await until('bob hears what comes next', () => texts(heard.bob).includes('8'))
  expect(texts(heard.bob)).toEqual(['1', '2', '3', '4', '8'])
  expect(texts(heard.alice)).toHaveLength(8)
})

describe('while the line breaks', () => {
  test('cut again and again during sending: nothing lost, nothing twice, in order', async () => {
    await using talk = await pair(`http://127.0.0.1:${proxy.port}`)
    const { alice, bob, heard } = talk
    const sends = []
    let cuts = 0
    for (let count = 0; count < 200; count++) {
      sends.push(alice.send({ to_user_id: bob.userId, content: String(count) }))
      if (count % 40 !== 20) continue
      const before = heard.bob.length
      await until('some came through', () => heard.bob.length > before)
      proxy.cut()
      cuts++
    }
    await Promise.all(sends)
    expect(cuts).toBe(5)
    await until('both have heard all', () => heard.bob.length + heard.alice.length === 400)
    const all = Array.from({ length: 200 }, (_, at) => String(at))
    expect(texts(heard.bob)).toEqual(all)
    expect(texts(heard.alice)).toEqual(all)
    expectWhole(heard.bob)
  }, 240_000)

  test('what came while away is caught up, in order', async () => {
    await using talk = await pair(`http://127.0.0.1:${proxy.port}`)
    const { alice, bob, heard } = talk
    await bob.send({ to_user_id: alice.userId, content: '0' })
    await until('the first', () => heard.alice.length === 1)
    proxy.refuse(true)
    proxy.cut()
    await until('alice is away', () => alice.state.state !== 'open')
    const sends = Array.from({ length: 150 }, (_, at) =>
      bob.send({ to_user_id: alice.userId, content: String(at + 1) }),
    )
    await Promise.all(sends)
    proxy.refuse(false)
    await until('alice has heard all', () => heard.alice.length === 151, 40_000)
    expect(texts(heard.alice)).toEqual(Array.from({ length: 151 }, (_, at) => String(at)))
  }, 240_000)

  test('what came while away and was edited since is heard as it stands', async () => {
    await using talk = await pair(`http://127.0.0.1:${proxy.port}`)
    const { alice, bob, heard } = talk
    const first = await bob.send({ to_user_id: alice.userId, content: 'first' })
    await until('the first', () => heard.alice.length === 1)
    proxy.refuse(true)
    proxy.cut()
    await until('alice is away', () => alice.state.state !== 'open')
    const { id } = await bob.send({ to_user_id: alice.userId, content: 'second' })
    await bob.call('messages.edit', { id, content: 'second, edited' })
    proxy.refuse(false)
    await until('alice has heard all', () => heard.alice.length === 2, 40_000)
    expect(texts(heard.alice)).toEqual(['first', 'second, edited'])
    await bob.call('messages.edit', { id: first.id, content: 'first, edited' })
    const stands = () => texts(alice.messages(first.conversation_id))
    await until('the edit shows', () => stands()[0] === 'first, edited')
    expect(stands()).toEqual(['first, edited', 'second, edited'])
  }, 240_000)

  test('a line that went silent is noticed, and what was sent into it goes again', async () => {
    await using talk = await pair(`http://127.0.0.1:${proxy.port}`)
    const { alice, bob, heard } = talk
    proxy.silence(true)
    const before = proxy.bytesUp
    const sending = alice.send({ to_user_id: bob.userId, content: 'into the void' })
    await until('the frame was swallowed', () => proxy.bytesUp > before)
    await until('the silence was noticed', () => alice.state.state !== 'open')
    proxy.silence(false)
    proxy.cut()
    expect(await sending).toMatchObject({ seq: 1 })
    await until('bob has heard', () => heard.bob.length === 1)
    await until('alice has her own', () => heard.alice.length === 1)
  }, 240_000)

  test('the server killed and restarted during sending: nothing lost, nothing twice, in order', async () => {
    await using talk = await pair()
    const { alice, bob, heard } = talk
    const say = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) =>
        alice.send({ to_user_id: bob.userId, content: String(from + at) }),
      )
    const sends = say(0, 300)
    await sends[50]
    await installation.killApi()
    sends.push(...say(300, 320))
    await installation.startApi()
    await until('alice is back', () => alice.state.state === 'open', 40_000)
    await sends.at(-150)
    await installation.restartApi()
    await Promise.all(sends)
    await until('both have heard all', () => heard.bob.length + heard.alice.length === 640, 40_000)
    const all = Array.from({ length: 320 }, (_, at) => String(at))
    expect(texts(heard.bob)).toEqual(all)
    expect(texts(heard.alice)).toEqual(all)
    expectWhole(heard.bob)
  }, 120_000)
})
