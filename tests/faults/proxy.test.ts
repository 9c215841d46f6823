// The link itself: what it holds, what it lets through, and that its counters tell.
import { expect, test } from 'bun:test'
import { createConnection, createServer, type AddressInfo } from 'node:net'
import { eventually } from '../support/eventually.ts'
import { Proxy } from '../support/proxy.ts'

/** A server that answers each chunk with itself, and a client behind a link. */
async function echo() {
  const stack = new AsyncDisposableStack()
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => socket.write(chunk))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stack.defer(() => void server.close())
  const proxy = stack.use(await Proxy.to((server.address() as AddressInfo).port))
  const dial = async () => {
    const state = { text: '', closed: false, error: '' }
    const socket = createConnection(proxy.port, '127.0.0.1')
    socket.on('data', (chunk) => (state.text += String(chunk)))
    socket.on('error', (error: NodeJS.ErrnoException) => (state.error = error.code ?? 'error'))
    socket.on('close', () => (state.closed = true))
    stack.defer(() => void socket.destroy())
    await eventually(() => !socket.connecting || state.closed, { what: 'the connection' })
    return { state, say: (text: string) => socket.write(text), end: () => socket.end() }
  }
  return { proxy, dial, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('what is held in either direction arrives late, in order, when healed', async () => {
  await using at = await echo()
  const client = await at.dial()
  client.say('a')
  await eventually(() => client.state.text === 'a')
  at.proxy.hold('up')
  client.say('b')
  await eventually(() => at.proxy.withheld.up === 1)
  at.proxy.heal()
  await eventually(() => client.state.text === 'ab')
  at.proxy.hold('down')
  client.say('c')
  client.say('d')
  await eventually(() => at.proxy.withheld.down === 2)
  expect(client.state).toEqual({ text: 'ab', closed: false, error: '' })
  at.proxy.heal()
  await eventually(() => client.state.text === 'abcd')
})

test('a stranded connection stays silent for good, a new one works', async () => {
  await using at = await echo()
  const old = await at.dial()
  old.say('a')
  await eventually(() => old.state.text === 'a')
  at.proxy.strand()
  old.say('b')
  await eventually(() => at.proxy.withheld.up === 1)
  at.proxy.heal()
  const young = await at.dial()
  young.say('c')
  await eventually(() => young.state.text === 'c')
  expect(old.state).toEqual({ text: 'a', closed: false, error: '' })
})

test('reset cuts, refuse turns away, accept takes again on the same port', async () => {
  await using at = await echo()
  const first = await at.dial()
  first.say('a')
  await eventually(() => first.state.text === 'a')
  at.proxy.reset()
  await eventually(() => first.state.closed)
  expect(at.proxy.cut).toBe(1)
  await at.proxy.refuse()
  const refused = await at.dial()
  await eventually(() => refused.state.error === 'ECONNREFUSED')
  await at.proxy.accept()
  const second = await at.dial()
  second.say('b')
  await eventually(() => second.state.text === 'b')
})

test('latency delays and keeps the order; an end passes through', async () => {
  await using at = await echo()
  const client = await at.dial()
  at.proxy.delay(60)
  const began = performance.now()
  client.say('a')
  client.say('b')
  await eventually(() => client.state.text === 'ab')
  expect(performance.now() - began).toBeGreaterThan(100)
  client.end()
  await eventually(() => client.state.closed)
  await eventually(() => at.proxy.open === 0)
})
