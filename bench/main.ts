// `bun run bench <question>`: asks one question of the product and of its bare baselines.
import { rmSync } from 'node:fs'
import { benchInsert } from './insert/insert.ts'
import { parseOptions, type Options } from './lib/options.ts'
import { benchSend } from './send/send.ts'
import { benchFanout } from './fanout/fanout.ts'
import { benchConnect } from './connect/connect.ts'
import { benchMemory } from './memory/memory.ts'
import { benchTimeline } from './timeline/timeline.ts'
import { benchLists } from './lists/lists.ts'
import { benchPresence } from './presence/presence.ts'
import { benchPush } from './push/push.ts'
import { benchSync } from './sync/sync.ts'
import { benchSearch } from './search/search.ts'
import { benchUploads } from './uploads/uploads.ts'
import { benchStages, stagesSettings } from './stages/stages.ts'
import { writeTable } from './table.ts'
import { openStack, type Stack } from './lib/stack.ts'
import { spareLoopback } from '../src/local/loopback.ts'

const questions: Record<string, (stack: Stack, options: Options) => Promise<void>> = {
  insert: benchInsert,
  send: benchSend,
  fanout: benchFanout,
  connect: benchConnect,
  memory: benchMemory,
  timeline: benchTimeline,
  lists: benchLists,
  sync: benchSync,
  search: benchSearch,
  presence: benchPresence,
  push: benchPush,
  stages: benchStages,
  uploads: benchUploads,
}

spareLoopback()
const { name, options } = parseOptions(process.argv.slice(2))
if (name === 'table') {
  await writeTable()
  process.exit(0)
}
const question = questions[name]
if (!question) {
  console.error(`usage: bun run bench <${Object.keys(questions).join(' | ')} | table> [--quick]`)
  process.exit(2)
}
const stack = await openStack(name === 'stages' ? stagesSettings : {})
let stopping: Promise<void> | undefined
const stop = () => (stopping ??= stack.stop())
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  // The servers would outlive this process: they are in groups of their own.
  // A second one changes nothing: `timeout` and terminals send it to the group as well.
  process.on(signal, () => void stop().finally(() => process.exit(code)))
}
try {
  await question(stack, options)
} catch (error) {
  // What fails because everything is being stopped is no news.
  if (!stopping) console.error(error)
  process.exitCode = 1
}
await stop()
// Logs stay only where somebody will want to read them.
if (process.exitCode) console.error(`The logs are in ${stack.logs}`)
else rmSync(stack.logs, { recursive: true, force: true })
process.exit(process.exitCode ?? 0)
