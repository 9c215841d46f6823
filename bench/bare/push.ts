// The smallest worker that notifies phones: a look at the registration, and the request.
import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import postgres from 'postgres'

const sql = postgres(process.env.DATABASE_URL!, { max: 10, onnotice() {} })
const provider = process.env.XIAOMI_URL!

const worker = new Worker<{ subscription: number; conversation: number }>(
  'bare-push',
  async ({ data }) => {
    const [row] = await sql<{ token: string }[]>`
      select token from push_subscriptions where id = ${data.subscription}`
    const body = new URLSearchParams({
      registration_id: row!.token,
      restricted_package_name: 'bench',
      title: 'Bench',
      description: 'New message',
      payload: JSON.stringify({ conversation_id: data.conversation }),
    })
    const response = await fetch(`${provider}/v3/message/regid`, { method: 'POST', body })
    const { code } = (await response.json()) as { code: number }
    if (code !== 0) throw new Error(`refused with ${code}`)
  },
  {
    connection: new Redis(process.env.REDIS_URL!, { maxRetriesPerRequest: null }),
    concurrency: 20,
  },
)
worker.on('error', (error) => console.error(error))
await worker.waitUntilReady()

process.on('SIGTERM', () => void worker.close().then(() => process.exit(0)))
