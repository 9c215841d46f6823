// The bare pipeline's worker process: looks up who is where, publishes once per node.
import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import postgres from 'postgres'

type Item = [users: number[], frame: string]

const outboxSweepMs = 50

const sql = postgres(process.env.DATABASE_URL!, { max: 2 })
const connect = () => new Redis(process.env.REDIS_URL!, { maxRetriesPerRequest: null })
const commands = connect()

let delivered: string[] = []
setInterval(() => {
  if (delivered.length === 0) return
  const rows = delivered
  delivered = []
  sql`delete from bare_outbox where id = any(${rows}::bigint[])`.catch(console.error)
}, outboxSweepMs)

async function nodesOf(users: number[]): Promise<Map<number, string[]>> {
  const pipeline = commands.pipeline()
  for (const user of users) pipeline.smembers(`bare:online:${user}`)
  const answers = (await pipeline.exec()) ?? []
  return new Map(users.map((user, place) => [user, (answers[place]?.[1] ?? []) as string[]]))
}

function byNode(items: Item[], where: Map<number, string[]>): Map<string, Item[]> {
  const parcels = new Map<string, Item[]>()
  for (const [users, frame] of items) {
    const here = new Map<string, number[]>()
    for (const user of users) {
      for (const node of where.get(user) ?? []) {
        const list = here.get(node)
        if (list) list.push(user)
        else here.set(node, [user])
      }
    }
    for (const [node, list] of here) {
      const parcel = parcels.get(node)
      if (parcel) parcel.push([list, frame])
      else parcels.set(node, [[list, frame]])
    }
  }
  return parcels
}

const worker = new Worker<{ outbox: string; items: Item[] }>(
  'bare',
  async ({ data }) => {
    const users = [...new Set(data.items.flatMap(([list]) => list))]
    const parcels = byNode(data.items, await nodesOf(users))
    await Promise.all(
      [...parcels].map(([node, parcel]) =>
        commands.publish(`bare:node:${node}`, JSON.stringify(parcel)),
      ),
    )
    delivered.push(data.outbox)
  },
  { connection: connect(), concurrency: 20 },
)
worker.on('error', console.error)
console.log('ready')
