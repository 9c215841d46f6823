// `bench table`: writes the last results into the README, so that every number comes from a run.
import { join } from 'node:path'
import type { ConnectResult } from './measured.ts'
import { printConnect } from './connect/table.ts'
import type { InsertResult } from './measured.ts'
import { printInsert } from './insert/table.ts'
import { short } from './lib/numbers.ts'
import type { Machine } from './lib/machine.ts'
import { readResult } from './lib/results.ts'
import { printMemory } from './memory/memory.ts'
import type { MemoryResult } from './measured.ts'
import type { SendResult } from './measured.ts'
import { printSend } from './send/table.ts'
import { printTimeline } from './timeline/table.ts'
import type { TimelineResult } from './measured.ts'
import { printStages } from './stages/table.ts'
import type { StagesResult } from './measured.ts'
import { printFanout } from './fanout/table.ts'
import type { FanoutResult } from './measured.ts'
import { printLists } from './lists/table.ts'
import type { ListsResult } from './measured.ts'
import { printSync } from './sync/table.ts'
import type { SyncResult } from './measured.ts'
import { printPresence } from './presence/table.ts'
import type { PresenceResult } from './measured.ts'
import { printPush } from './push/table.ts'
import type { PushResult } from './measured.ts'

import { printUploads } from './uploads/table.ts'
import type { UploadsResult } from './measured.ts'
import { printSearch } from './search/table.ts'
import type { SearchResult } from './measured.search.ts'

const readmePath = join(import.meta.dir, 'README.md')
const begin = '<!-- bench table: begin -->'
const end = '<!-- bench table: end -->'

const pictureless = new Set([
  'insert',
  'fanout',
  'lists',
  'sync',
  'search',
  'presence',
  'push',
  'uploads',
  'stages',
])

interface Taken {
  readonly machine: Machine
  readonly partial: boolean
}

/** A quick or incomplete run proves that the suite works and nothing else. */
async function section<T extends Taken>(
  name: string,
  title: string,
  print: (result: T) => string,
): Promise<string> {
  const result = await readResult<T>(name)
  if (!result || result.partial) return ''
  const picture = pictureless.has(name) ? '' : `![${title}](results/${name}.svg)\n`
  return [`### ${title}`, machineLine(result.machine), print(result), picture]
    .filter(Boolean)
    .join('\n\n')
}

function machineLine(machine: Machine): string {
  const { cores, cpu, memoryGiB, kernel, bun, postgres, redis, durability, takenAt } = machine
  return (
    `${cores} cores (${cpu}), ${memoryGiB} GiB, Linux ${kernel}, Bun ${bun}, ` +
    `Postgres ${postgres} (${durability}), Redis ${redis}; everything on this one machine, ` +
    `generator included. ${takenAt.slice(0, 10)}.`
  )
}

export async function writeTable() {
  const sections = [
    await section<SendResult>('send', 'Messages', printSend),
    await section<StagesResult>('stages', 'A lone message', printStages),
    await section<FanoutResult>('fanout', 'Groups', printFanout),
    await section<ConnectResult>('connect', 'Sockets', printConnect),
    await section<MemoryResult>('memory', 'Memory over messages', (result) =>
      [`${short(result.messages)} messages at ${short(result.rate)}/s.`, printMemory(result)].join(
        '\n\n',
      ),
    ),
    await section<TimelineResult>('timeline', 'Moments', printTimeline),
    await section<ListsResult>('lists', 'Lists of conversations', printLists),
    await section<SyncResult>('sync', 'Coming back', printSync),
    await section<SearchResult>('search', 'Search', printSearch),
    await section<PresenceResult>('presence', 'Presence', printPresence),
    await section<PushResult>('push', 'Notifications', printPush),
    await section<UploadsResult>('uploads', 'Uploads', printUploads),
    await section<InsertResult & Taken>('insert', 'Bare INSERT', printInsert),
  ].filter(Boolean)
  const tables = sections.length > 0 ? sections.join('\n\n') : 'No run has been recorded yet.'
  const readme = await Bun.file(readmePath).text()
  const from = readme.indexOf(begin)
  const to = readme.indexOf(end)
  if (from < 0 || to < from) throw new Error('the README has lost the marks around its table')
  await Bun.write(
    readmePath,
    `${readme.slice(0, from + begin.length)}\n\n${tables}\n\n${readme.slice(to)}`,
  )
  await Bun.spawn([process.execPath, 'fmt', '--no-script', readmePath], {
    stdout: 'ignore',
    stderr: 'ignore',
  }).exited
  console.log(tables)
}
