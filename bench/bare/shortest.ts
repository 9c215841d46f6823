// The shortest durable program there is: a socket, one INSERT and its commit, the other socket.
import postgres from 'postgres'

const sql = postgres(process.env.DATABASE_URL!, { max: 10, onnotice() {} })
const sockets = new Map<number, Socket>()
/** Above every seq that the seeded history has. */
let seq = 1_000_000
/** What the statements have taken, for `bench stages`. */
const statements = { count: 0, milliseconds: 0 }

type Socket = Bun.ServerWebSocket<{ readonly user: number }>

interface Asked {
  readonly id: string
  readonly data: { readonly conversation_id: number; readonly content: string }
}

async function say(socket: Socket, { id: key, data }: Asked): Promise<void> {
  const { user } = socket.data
  const { conversation_id: conversation, content } = data
  const begun = performance.now()
  const [row] = await sql<[{ id: string; created_at: Date }]>`
    insert into bare_messages (conversation_id, seq, sender_id, client_msg_id, message_type, content)
    values (${conversation}, ${++seq}, ${user}, ${key}, 1, ${content}) returning id, created_at`
  statements.count++
  statements.milliseconds += performance.now() - begun
  const told = { id: Number(row.id), conversation_id: conversation, content, client_msg_id: key }
  const created_at = row.created_at.toISOString()
  socket.sendText(JSON.stringify({ type: 'ack', id: key, data: { ...told, created_at } }))
  sockets
    .get(user ^ 1)
    ?.sendText(JSON.stringify({ type: 'message', data: { ...told, from: user, created_at } }))
}

Bun.serve<{ user: number }>({
  port: Number(process.env.PORT),
  hostname: '0.0.0.0',
  fetch(request, server) {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/statements') return Response.json(statements)
    const data = { user: Number(searchParams.get('user')) }
    return server.upgrade(request, { data }) ? undefined : new Response('', { status: 426 })
  },
  websocket: {
    idleTimeout: 120,
    open(socket) {
      sockets.set(socket.data.user, socket)
      socket.sendText('{"type":"hello"}')
    },
    message: (socket, text) => void say(socket, JSON.parse(String(text)) as Asked),
    close: (socket) => void sockets.delete(socket.data.user),
  },
})
console.log('ready')
