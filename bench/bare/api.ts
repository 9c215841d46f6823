// The bare pipeline's API process: sockets, one batched statement, acks, a job, the relay's ear; and a door
// for senders by HTTP.
import { Queue } from 'bullmq'
import { Elysia } from 'elysia'
import { Redis } from 'ioredis'
import postgres from 'postgres'
import { store, type Draft, type Stored } from './store.ts'

const batchMax = 256
const batchesMax = 2

const port = Number(process.env.PORT)
const node = `${process.pid}`
const sql = postgres(process.env.DATABASE_URL!, { max: batchesMax, onnotice() {} })
const connect = () => new Redis(process.env.REDIS_URL!, { maxRetriesPerRequest: null })
const commands = connect()
const queue = new Queue('bare', {
  connection: connect(),
  defaultJobOptions: { removeOnComplete: true },
})

interface Waiting extends Draft {
  /** Takes the answer. */
  readonly from: { send(frame: string): void }
}

let waiting: Waiting[] = []
let underWay = 0
let scheduled = false

/** What is read in one turn of the loop goes into one batch; so does all that piles up behind. */
function submit(draft: Waiting) {
  waiting.push(draft)
  if (scheduled) return
  scheduled = true
  queueMicrotask(() => {
    scheduled = false
    drain()
  })
}

function drain() {
  while (waiting.length > 0 && underWay < batchesMax) {
    const batch = waiting.slice(0, batchMax)
    waiting = waiting.slice(batchMax)
    underWay++
    void commit(batch).finally(() => {
      underWay--
      drain()
    })
  }
}

async function commit(batch: Waiting[]) {
  try {
    const rows = new Map((await store(sql, batch)).map((row) => [row.client_msg_id, row]))
    const items: [number[], string][] = []
    let outbox = ''
    for (const draft of batch) {
      const row = rows.get(draft.key)
      if (!row) {
        draft.from.send(errorFrame(draft))
        continue
      }
      outbox = row.outbox_id
      const others = row.members.map(Number).filter((member) => member !== draft.sender)
      items.push([others, messageFrame(draft, row)])
      draft.from.send(ackFrame(draft, row))
    }
    if (outbox) await queue.add('deliver', { outbox, items }, { jobId: `bare-${outbox}` })
  } catch (error) {
    console.error(error)
    for (const draft of batch) draft.from.send(errorFrame(draft))
  }
}

function errorFrame(draft: Draft): string {
  return JSON.stringify({ type: 'error', data: { code: 5000 }, id: draft.key })
}

function ackFrame(draft: Draft, row: Stored): string {
  return JSON.stringify({
    type: 'ack',
    data: {
      id: Number(row.id),
      conversation_id: draft.conversation,
      seq: Number(row.seq),
      client_msg_id: draft.key,
      created_at: row.created_at.toISOString(),
    },
    timestamp: Math.floor(Date.now() / 1000),
    id: draft.key,
  })
}

function messageFrame(draft: Draft, row: Stored): string {
  const at = row.created_at.toISOString()
  return JSON.stringify({
    type: 'message',
    data: {
      id: Number(row.id),
      conversation_id: draft.conversation,
      seq: Number(row.seq),
      from_user_id: `bench${draft.sender}`,
      to_user_id: `bench${draft.sender ^ 1}`,
      message_type: 1,
      content: draft.content,
      media_url: '',
      is_read: false,
      read_at: null,
      is_recalled: false,
      recalled_at: null,
      edited_at: null,
      reply_to_id: null,
      client_msg_id: draft.key,
      created_at: at,
      updated_at: at,
    },
    timestamp: Math.floor(Date.now() / 1000),
  })
}

type Socket = Bun.ServerWebSocket<Connection>
const connections = new Map<number, Connection>()

class Connection {
  #socket: Socket | undefined
  readonly user: number

  constructor(user: number) {
    this.user = user
  }

  open(socket: Socket) {
    this.#socket = socket
    connections.set(this.user, this)
    // The hello waits for the registry: a peer may write as soon as it is read.
    void commands.sadd(`bare:online:${this.user}`, node).then(() => this.send('{"type":"hello"}'))
  }

  message(_socket: Socket, text: string) {
    const { id, data } = JSON.parse(text)
    const { conversation_id, content } = data
    submit({
      from: this,
      conversation: conversation_id,
      sender: this.user,
      key: id,
      content,
    })
  }

  send(frame: string) {
    this.#socket?.sendText(frame)
  }

  /** Frames for one socket leave in one write. */
  sendAll(frames: string[]) {
    this.#socket?.cork(() => {
      for (const frame of frames) this.send(frame)
    })
  }

  drain() {}

  close() {
    connections.delete(this.user)
    void commands.srem(`bare:online:${this.user}`, node)
  }
}

const relay = connect()
relay.on('message', (_channel, text) => {
  const frames = new Map<number, string[]>()
  for (const [users, frame] of JSON.parse(text) as [number[], string][]) {
    for (const user of users) {
      const list = frames.get(user)
      if (list) list.push(frame)
      else frames.set(user, [frame])
    }
  }
  for (const [user, list] of frames) connections.get(user)?.sendAll(list)
})
await relay.subscribe(`bare:node:${node}`)

const app = new Elysia({ websocket: { maxPayloadLength: 65_536, idleTimeout: 120 } })
app.get('/', ({ request, server, query, status }) => {
  const data = new Connection(Number(query.user))
  // Elysia types the data of a socket as its own; at run time it calls the handlers of ours.
  if (server?.upgrade(request, { data: data as never })) return
  return status(426)
})
const json = { 'content-type': 'application/json' }
app.post(
  '/say',
  async ({ request, query }) => {
    const { id, data } = await request.json()
    const { conversation_id, content } = data
    const draft = { conversation: conversation_id, sender: Number(query.user), key: id, content }
    const answer = await new Promise<string>((send) => submit({ ...draft, from: { send } }))
    return new Response(answer, { headers: json })
  },
  { parse: 'none' },
)
app.listen({ port, hostname: '0.0.0.0' })
console.log('ready')
