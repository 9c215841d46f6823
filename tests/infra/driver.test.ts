// The Postgres driver as we run it, patched (patches/): what a connection that dies leaves behind.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import postgres from 'postgres'
import { connectDatabase, poolSettings } from '../../src/infra/db.ts'
import { createDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'

let url: string
let admin: postgres.Sql
beforeAll(async () => {
  url = await createDatabase()
  admin = postgres(url, { max: 1, onnotice: () => {} })
  await admin`create table driver_test (what text)`
})
afterAll(() => admin.end())

/** A pool of one connection whose sockets the test can reach. */
function pool(sockets: Socket[]): postgres.Sql {
  const own = {
    socket({ host, port }: { host: string[]; port: number[] }) {
      const socket = connect({ host: String(host[0]), port: Number(port[0]) })
      sockets.push(socket)
      return socket
    },
  }
  return postgres(url, { ...own, max: 1, connect_timeout: 20, onnotice: () => {} })
}

test('a connection that dies over an unsent query is of use again', async () => {
  const sockets: Socket[] = []
  const sql = pool(sockets)
  await sql`select 1`
  const dying = sql`select 2`.execute().catch((error: Error) => error.message)
  // Handed to the connection, which writes it in the next turn of the loop.
  await Promise.resolve().then(() => {})
  sockets[0]?.destroy(Object.assign(new Error('cut'), { code: 'ECONNRESET' }))
  expect(await dying).toBe('cut')
  // Between the error and the close of the socket: unpatched this one is never answered.
  const early = await sql`select 3`.catch((error: { code: string }) => error.code)
  expect(early).toBe('CONNECTION_CLOSED')
  // Unpatched the next greeting waits behind the bytes of the dead, until its time-out.
  const [row] = await sql`select 4 as four`
  expect(row?.['four']).toBe(4)
  await sql.end()
})

test('closed during the greeting, a query is refused and not kept for ever', async () => {
  let accepted = 0
  const server = createServer((socket) => {
    accepted++
    socket.on('error', () => {})
    socket.once('data', () => socket.end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const sql = postgres({ host: '127.0.0.1', port, max: 1, onnotice: () => {} })
  const refusal = await sql`select 1`.catch((error: { code: string }) => error.code)
  expect(refusal).toBe('CONNECTION_CLOSED')
  expect(accepted).toBeLessThanOrEqual(3)
  await sql.end({ timeout: 0 })
  server.close()
})

test('what follows in a transaction whose connection died is not done outside of it', async () => {
  const sql = pool([])
  const [{ pid } = { pid: 0 }] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`
  let rest: unknown
  const done = (error: unknown) => error
  const transaction = sql.begin(async (tx) => {
    await tx`insert into driver_test values ('inside')`
    await admin`select pg_terminate_backend(${pid})`
    // Another query of the pool makes the connection anew, under the transaction's feet.
    const [row] = await eventually(() => sql<{ pid: number }[]>`select pg_backend_pid() as pid`)
    expect(row?.pid).not.toBe(pid)
    rest = await tx`insert into driver_test values ('outside')`.catch(done)
  })
  expect(await transaction.catch(done)).toBeInstanceOf(Error)
  await eventually(() => rest)
  expect(rest).toBeInstanceOf(Error)
  expect(await admin`select what from driver_test`).toHaveLength(0)
  await sql.end()
})

test('every setting of a pool arrives, those that are nothing or off too', async () => {
  const sql = connectDatabase(url, { connections: 1, name: 'curlew test' })
  const rows = await sql<{ name: string; setting: string }[]>`
    select name, setting from pg_settings where name = any(${Object.keys(poolSettings)})`
  await sql.end()
  expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual(poolSettings)
})
