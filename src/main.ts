// The API process: config → start → serve → drain on signal.
import { startApi } from './api.ts'
import { loadConfig } from './config.ts'
import { createLog } from './core/log.ts'
import { runProcess } from './process.ts'

await runProcess(async () => {
  const config = loadConfig(process.env)
  const log = createLog(config.logLevel, 'api')
  const api = await startApi(config, { log })
  log.info({ port: api.port, node: api.ctx.nodeId }, 'the API listens')
  return { service: api, log }
})
