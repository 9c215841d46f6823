// The worker process: boot → chosen queues → drain on signal.
//   bun workers/main.ts [--queues delivery,email] [--concurrency 20]
import { parseArgs } from 'node:util'
import { ConfigError, loadConfig } from '../src/config.ts'
import { createLog } from '../src/core/log.ts'
import { queueNames, type QueueName } from '../src/infra/queues.ts'
import { runProcess } from '../src/process.ts'
import { startWorkers } from './worker-process.ts'

const concurrencyMax = 1_000

await runProcess(async () => {
  const config = loadConfig(process.env)
  const log = createLog(config.logLevel, 'workers')
  const options = readOptions(process.argv.slice(2))
  const workerProcess = await startWorkers(config, { ...options, log })
  log.info(options, 'the workers work')
  return { service: workerProcess, log }
})

function readOptions(args: string[]): { queues: QueueName[]; concurrency?: number } {
  const { values } = parseArgs({
    args,
    options: { queues: { type: 'string' }, concurrency: { type: 'string' } },
  })
  const named = values.queues?.split(',').map((each) => each.trim()) ?? [...queueNames]
  const unknown = named.find((name) => !(queueNames as readonly string[]).includes(name))
  if (unknown !== undefined) {
    throw new ConfigError(`There is no queue "${unknown}"; there are ${queueNames.join(', ')}.`)
  }
  const queues = named as QueueName[]
  if (values.concurrency === undefined) return { queues }
  const concurrency = Number(values.concurrency)
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > concurrencyMax) {
    throw new ConfigError(`--concurrency must be a whole number from 1 to ${concurrencyMax}.`)
  }
  return { queues, concurrency }
}
